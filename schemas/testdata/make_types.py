"""Writes types.jsonl: type names and values as a real ClickHouse prints them.

Run it in a virtual environment with chdb, ClickHouse as a Python module:

    pip install chdb==4.4.0 && python make_types.py > types.jsonl

Each line has the type's name from the meta of FORMAT JSON and one value twice:
"bare" with the server's defaults, "quoted" with 64-bit integers and decimals in
quotes, the default up to version 25.7 and a choice since.
"""

import json

import chdb

EXPRESSIONS = r"""
toInt8(-1)
toInt16(-1)
toInt32(-1)
toInt64(-9223372036854775808)
toInt128('-170141183460469231731687303715884105728')
toInt256(-1)
toUInt8(255)
toUInt16(65535)
toUInt32(4294967295)
toUInt64(18446744073709551615)
toUInt128('340282366920938463463374607431768211455')
toUInt256('115792089237316195423570985008687907853269984665640564039457584007913129639935')
toFloat32(1.5)
toFloat64(0.30000000000000004)
toFloat64('nan')
toFloat64('inf')
toFloat64('-inf')
toBFloat16(1.5)
toDecimal32(1.5, 2)
toDecimal64(1.5, 5)
toDecimal128(1.5, 5)
CAST('1234567890123456789012345678901234567890123456789012345678901234567890.123456' AS Decimal(76, 6))
true
'a/b'
toFixedString('ab', 4)
toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')
toIPv4('192.0.2.1')
toIPv6('2001:db8::1')
CAST('it\'s, (x)' AS Enum8('it\'s, (x)' = -128, 'b\\c' = 0, 'tab\t' = 3, '' = 4, 'é' = 5))
CAST('a' AS Enum16('a' = -300, ') = 2' = 7))
toDate('2026-01-01')
toDate32('1900-01-01')
toDateTime(0)
toDateTime(0, 'Europe/Berlin')
toDateTime(0, 'UTC')
toDateTime(0, 'Fixed/UTC+05:30:00')
toDateTime64(0, 0)
toDateTime64(0, 3)
toDateTime64(0, 9, 'America/New_York')
CAST('-12:00:00' AS Time)
CAST('120:00:00.5' AS Time64(3))
toIntervalNanosecond(1)
toIntervalMicrosecond(1)
toIntervalMillisecond(1)
toIntervalSecond(1)
toIntervalMinute(1)
toIntervalHour(1)
toIntervalDay(1)
toIntervalWeek(1)
toIntervalMonth(1)
toIntervalQuarter(1)
toIntervalYear(1)
NULL
CAST(NULL AS Nullable(Int8))
CAST(5 AS Nullable(UInt64))
toLowCardinality('a')
toLowCardinality(CAST('a' AS Nullable(String)))
CAST(1 AS SimpleAggregateFunction(sum, UInt64))
CAST([1] AS SimpleAggregateFunction(groupArrayArray, Array(UInt64)))
CAST(['a'] AS SimpleAggregateFunction(groupUniqArrayArray(10), Array(String)))
CAST(1 AS SimpleAggregateFunction(anyLast, Nullable(DateTime64(3, 'UTC'))))
[]
[NULL]
[1, 2]
['a', NULL]
[toInt64(1)]
[toInt128(1)]
[toDecimal32(1.5, 2)]
[toIntervalDay(1)]
[1.5, nan]
[true, false]
[toDateTime64(0, 3, 'UTC')]
[[1], [2, 3]]
CAST([1, 2] AS Array(LowCardinality(Nullable(String))))
tuple()
(1, 2)
(toInt64(1), toInt64(2))
(toInt8(1), toInt64(2))
(1.5, nan)
('a', NULL)
('a', toDate('2026-01-01'))
(1, 'a')
(1, [1])
([1], [1])
[(1, 'a')]
[(1.5, 2.5)]
CAST((1, 'a') AS Tuple(a Int8, b String))
CAST((1, 7, 1.5, NULL) AS Tuple(`a b` Int8, `c``d` Int64, f Float64, n Nullable(String)))
CAST((1, 'a', 'b') AS Tuple(Int8 Int8, `from` LowCardinality(Nullable(String)), SKIP String))
CAST((1, (2, ['x'], toDateTime(0))) AS Tuple(a Int8, t Tuple(b Int64, c Array(String), d DateTime('UTC'))))
CAST([(1, 'a')] AS Array(Tuple(a Int8, b String)))
CAST(NULL AS Nullable(Tuple(Int8, String)))
CAST([(1, 'a')] AS Nested(a Int8, `b c` String))
map('a', 1)
map(1, toDateTime(0))
map('a', nan)
CAST(map('a)b', (1.5, NULL)) AS Map(Enum8('a)b' = 1), Tuple(x Float64, y Nullable(Date32))))
CAST(map('a', map('b', [1])) AS Map(LowCardinality(String), Map(String, Array(Nullable(UInt64)))))
[map('a', 1)]
CAST(toUInt64(5) AS Variant(UInt64, String, Array(DateTime64(3, 'UTC'))))
CAST('x' AS Variant(UInt64, String))
[CAST('x' AS Variant(UInt64, String))]
CAST(toUInt64(5) AS Dynamic)
CAST([1] AS Dynamic(max_types=3))
[CAST(1 AS Dynamic)]
map('a', CAST(1 AS Dynamic))
CAST('{"a":{"b":1}}' AS JSON)
CAST('{"a":{"b":1}}' AS JSON(max_dynamic_paths=10, max_dynamic_types=5, a.b UInt64, SKIP c.d, SKIP REGEXP '^e.*\\d\''))
CAST('{"a":1}' AS JSON(`a b`.c Array(Nullable(String)), `x``y` String, `SKIP` Int8, SKIP `x y`.z))
[CAST('{"a":1}' AS JSON)]
CAST((1, 2) AS Point)
CAST([(1, 2)] AS Ring)
CAST([(1, 2)] AS LineString)
CAST([[(1, 2)], [(1, 2), (3, 4)]] AS MultiLineString)
CAST([[(1, 2)]] AS Polygon)
CAST([[[(1, 2)]]] AS MultiPolygon)
CAST((1, 2)::Point AS Geometry)
CAST([1, 2] AS QBit(Float32, 2))
sumState(toUInt64(1))
quantilesState(0.5, 0.9)(toFloat64(1))
argMaxState('a', toDateTime64(0, 3))
groupArrayState(10)(1)
sequenceMatchState('(?1).*(?2)')(toDateTime(0), true, false)
exponentialMovingAverageState(-1.5)(1.0, 1.0)
sumMapState([1], [toUInt64(1)])
countState()
"""

SETTINGS = ", ".join(
    f"{name} = 1"
    for name in (
        "allow_experimental_dynamic_type",
        "allow_experimental_json_type",
        "allow_experimental_nullable_tuple_type",
        "allow_experimental_variant_type",
        "allow_suspicious_low_cardinality_types",
        "allow_suspicious_variant_types",
        "enable_time_time64_type",
    )
)
QUOTED = ", output_format_json_quote_64bit_integers = 1, output_format_json_quote_decimals = 1"


def answer(expression: str, settings: str) -> tuple[str, str]:
    """The type's name and the value's text; numbers keep all their digits."""
    body = str(chdb.query(f"SELECT {expression} AS x SETTINGS {settings}", "JSONCompact"))
    parsed = json.loads(body, parse_int=Raw, parse_float=Raw)
    return parsed["meta"][0]["type"], text(parsed["data"][0][0])


class Raw(str):
    """A number's text."""


def text(value) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(text(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k) + ":" + text(v) for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


for expression in EXPRESSIONS.strip().splitlines():
    name, bare = answer(expression, SETTINGS)
    _, quoted = answer(expression, SETTINGS + QUOTED)
    print(f'{{"type": {json.dumps(name, ensure_ascii=False)}, "bare": {bare}, "quoted": {quoted}}}')
