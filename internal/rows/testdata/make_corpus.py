"""Makes the corpus: ClickHouse's own printing of every type it has.

PyPI's chdb is ClickHouse inside a Python process. Outside the repository:

    python3 -m venv venv && venv/bin/pip install chdb==4.4.0
    venv/bin/python make_corpus.py DIRECTORY

Each file is one answer in FORMAT JSON. "statistics" is fixed, so that making
the corpus again changes nothing.
"""

import pathlib
import re
import sys

import chdb

# type: three values as SQL; the first is usual, the second is far out.
TYPES = {
    "Int8": ("1", "-128", "0"),
    "Int16": ("1", "-32768", "0"),
    "Int32": ("1", "-2147483648", "0"),
    "Int64": ("1", "-9223372036854775808", "9223372036854775807"),
    "Int128": ("1", "'-170141183460469231731687303715884105728'", "0"),
    "Int256": ("1", "'-57896044618658097711785492504343953926634992332820282019728792003956564819968'", "0"),
    "UInt8": ("1", "255", "0"),
    "UInt16": ("1", "65535", "0"),
    "UInt32": ("1", "4294967295", "0"),
    "UInt64": ("1", "18446744073709551615", "9223372036854775808"),
    "UInt128": ("1", "'340282366920938463463374607431768211455'", "0"),
    "UInt256": ("1", "'115792089237316195423570985008687907853269984665640564039457584007913129639935'", "0"),
    "Float32": ("0.1", "nan", "-inf"),
    "Float64": ("0.30000000000000004", "nan", "1.7976931348623157e308"),
    "Nullable(Float64)": ("-0.", "inf", "NULL"),
    "BFloat16": ("1.5", "inf", "0"),
    "Decimal(9, 2)": ("'1.50'", "'-9999999.99'", "0"),
    "Decimal(76, 38)": ("'1.5'", "'12345678901234567890123456789012345678.12345678901234567890123456789012345678'", "'-0.00000000000000000000000000000000000001'"),
    "Bool": ("true", "false", "true"),
    "String": ("'https://x.y/a/b'", r"'\0 \b\f\n\r\t \\ \" \' \x01 \x1f \x7f é 日本 😀'", "''"),
    "FixedString(8)": ("'ab'", r"'\0'", "'abcdefgh'"),
    "Nullable(String)": ("'NULL'", "NULL", "''"),
    "LowCardinality(String)": ("'url view'", r"'\xff\xfe broken'", "''"),
    "LowCardinality(Nullable(String))": ("'guide step'", "NULL", "''"),
    "UUID": ("'6f9619ff-8b86-d011-b42d-00c04fc964ff'", "toUUID('00000000-0000-0000-0000-000000000000')", "toUUID('ffffffff-ffff-ffff-ffff-ffffffffffff')"),
    "IPv4": ("'192.0.2.1'", "'255.255.255.255'", "'0.0.0.0'"),
    "IPv6": ("'2001:db8::1'", "'::ffff:192.0.2.1'", "'::'"),
    "Enum8('it''s, (a)' = -1, 'b\"c' = 2)": ("'b\"c'", "'it\\'s, (a)'", "2"),
    "Enum16('x' = 1, 'y' = 3000)": ("'x'", "'y'", "1"),
    "Date": ("'2026-01-11'", "'2149-06-06'", "'1970-01-01'"),
    "Date32": ("'2026-01-11'", "'2299-12-31'", "'1900-01-01'"),
    "DateTime": ("'2026-01-11 09:07:00'", "'2106-02-07 06:28:15'", "'1970-01-01 00:00:00'"),
    "DateTime('Europe/Berlin')": ("'2026-07-11 09:07:00'", "'2026-03-29 03:30:00'", "'2026-10-25 02:30:00'"),
    "DateTime64(3)": ("'2026-01-11 09:07:00.123'", "'2299-12-31 23:59:59.999'", "'1900-01-01 00:00:00.000'"),
    "DateTime64(9, 'Asia/Tokyo')": ("'2026-01-11 09:07:00.123456789'", "'2262-04-11 23:47:16'", "'1970-01-01 00:00:00'"),
    "Nullable(DateTime64(6))": ("'2026-01-11 09:07:00.123456'", "NULL", "'1970-01-01 00:00:00'"),
    "Time": ("'09:07:00'", "'-999:59:59'", "'999:59:59'"),
    "Time64(3)": ("'09:07:00.123'", "'-999:59:59.999'", "'00:00:00'"),
    "IntervalSecond": ("toIntervalSecond(1)", "toIntervalSecond(-1)", "toIntervalSecond(0)"),
    "Array(String)": ("['a', 'b/c']", r"['\0', '\"', '[']", "[]"),
    "Array(Nullable(Float64))": ("[1.5, NULL]", "[nan, inf, -inf]", "[]"),
    "Array(Array(UInt64))": ("[[1], [2, 3]]", "[[18446744073709551615], []]", "[]"),
    "Tuple(UInt8, String)": ("(1, 'a')", "(255, '\n')", "(0, '')"),
    "Tuple(a UInt64, `b c` Array(Tuple(x Int8, y String)))": ("(1, [(1, 'p'), (2, 'q')])", "(18446744073709551615, [])", "(0, [(0, '')])"),
    "Map(String, UInt64)": ("map('a', 1, 'b\"', 2)", "map('k', 1, 'k', 2)", "map()"),
    "Map(UInt8, Array(String))": ("map(1, ['x'])", "map(1, [], 2, ['/'])", "map()"),
    "Variant(String, UInt64)": ("'a'::String", "1::UInt64", "NULL"),
    "Dynamic": ("'a'", "[1, 2]", "NULL"),
    "JSON": ("""'{"a": {"b": 1}, "c": [1, "x"]}'""", """'{"a.b": 18446744073709551615, "d": null}'""", "'{}'"),
    "Point": ("(1.5, 2)", "(nan, inf)", "(0, 0)"),
    "Ring": ("[(0, 0), (1, 1)]", "[]", "[]"),
    "MultiPolygon": ("[[[(0, 0), (1, 1)]]]", "[]", "[]"),
    "Nullable(Nothing)": ("NULL", "NULL", "NULL"),
}

SETTINGS = {
    "plain": "output_format_json_quote_64bit_integers = 0",
    "quoted": "output_format_json_quote_64bit_integers = 1, output_format_json_quote_denormals = 1, output_format_json_quote_decimals = 1",
    "arrays": "output_format_json_named_tuples_as_objects = 0, output_format_json_escape_forward_slashes = 0",
}
COMMON = (
    "allow_suspicious_low_cardinality_types = 1, enable_time_time64_type = 1, allow_experimental_dynamic_type = 1, "
    "allow_experimental_variant_type = 1, allow_experimental_json_type = 1, session_timezone = 'UTC', "
    "output_format_json_validate_utf8 = 1, use_variant_as_common_type = 0"
)


def column(kind, value):
    if kind == "IntervalSecond" or kind == "Nullable(Nothing)":
        return value
    return f"CAST({value} AS {kind})"


def query(settings, limit=3):
    rows = []
    for n in range(3):
        columns = ", ".join(f"{column(k, v[n])} AS c{i:02}" for i, (k, v) in enumerate(TYPES.items()))
        rows.append(f"SELECT {n} AS n, {columns}, sumState(toUInt64({n})) AS state")
    union = " UNION ALL ".join(rows)
    return f"SELECT * FROM ({union}) ORDER BY n LIMIT {limit} SETTINGS {settings}, {COMMON}"


def write(directory, name, sql):
    body = chdb.query(sql, "JSON").bytes()
    body = re.sub(rb'"elapsed": [0-9.e-]+', b'"elapsed": 0.001', body)
    pathlib.Path(directory, f"{name}.json").write_bytes(body)


def main(directory):
    for name, settings in SETTINGS.items():
        write(directory, name, query(settings))
    write(directory, "empty", query(SETTINGS["plain"], limit=0))
    print(chdb.query("SELECT version()"), end="")


if __name__ == "__main__":
    main(sys.argv[1])
