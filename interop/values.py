"""From what the API holds to what a warehouse must hold: kinds, and values that compare exactly."""

import json
import re
from datetime import datetime, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

INT64 = range(-(2**63), 2**63)


def kind_of(clickhouse_type: str) -> str:
    """Return text, time, integer, number, boolean or json for a type name of the answer's meta."""
    name = re.sub(r"^(?:Nullable|LowCardinality)\((.*)\)$", r"\1", clickhouse_type)
    if name != clickhouse_type:
        return kind_of(name)
    if name.startswith(("DateTime", "Date")):
        return "time" if name.startswith("DateTime") else "text"
    if re.fullmatch(r"U?Int(8|16|32|64)", name):
        return "integer"
    if name.startswith(("Float", "Decimal")):
        return "number"
    if name == "Bool":
        return "boolean"
    if name.startswith(("Array", "Map", "Tuple", "JSON", "Object")):
        return "json"
    return "text"


def expected(clickhouse_type: str, value):
    """Return the value that must arrive for one that the API holds.

    Timestamps become RFC 3339 in UTC with six digits, or null if there is no
    such moment. A value of an unknown type becomes its JSON text. An integer
    that no 64-bit column can hold becomes null. The U+0000 that pad a text of
    fixed length go; what databases refuse, other U+0000 and lone surrogates,
    becomes U+FFFD. Everything else is itself.
    """
    if value is None:
        return None
    kind = kind_of(clickhouse_type)
    if kind == "time":
        zone = re.search(r"'([^']+)'", clickhouse_type)
        return _rfc3339(value, ZoneInfo(zone[1]) if zone else timezone.utc)
    if kind == "integer":
        return int(value) if int(value) in INT64 else None
    if kind == "number":
        return Decimal(value)
    if kind == "boolean":
        return value in (True, 1)
    if kind == "text" and not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return _repaired(value)


def _rfc3339(text: str, zone) -> str | None:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _repaired(value):
    if isinstance(value, str):
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value.rstrip("\0"))
    if isinstance(value, list):
        return [_repaired(v) for v in value]
    if isinstance(value, dict):
        return {_repaired(k): _repaired(v) for k, v in value.items()}
    return value


def stored(kind: str, value, typed: bool):
    """Return a stored cell in the form of expected().

    A database's cell is the text that the database prints, so it is read by
    its kind. Where the store keeps JSON types (typed), a wrong type is a wrong
    value: it is returned as it is.
    """
    if value is None or typed and kind != "number":
        return value
    if kind == "number":
        return Decimal(value) if not isinstance(value, (bool, str)) or not typed else value
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        return {"t": True, "true": True, "f": False, "false": False}.get(str(value).lower(), value)
    if kind == "json":
        return parse(value) if isinstance(value, str) else value
    return value


def parse(text: str | bytes):
    """Parse JSON without rounding: integers stay integers, other numbers become Decimal."""
    return json.loads(text, parse_float=Decimal)
