"""What some loaders make of some values, whatever the tap does. Each is described in docs/interop.md."""

import json
from decimal import Context, Decimal


def blank_as_null(kind: str, value):
    """An empty text is stored as NULL."""
    return None if kind == "text" and value == "" else value


def as_double(kind: str, value):
    """A decimal is stored as the nearest 64-bit float."""
    return Decimal(repr(float(value))) if kind == "number" and value is not None else value


def as_decimal_38_9(kind: str, value):
    """A decimal is stored as the nearest 64-bit float times 10⁹, cut to an integer of billionths."""
    if kind != "number" or value is None:
        return value
    return Decimal(round(float(value) * 1e9)).scaleb(-9, Context(prec=60))


def escaped_text(kind: str, value):
    """Control characters of a text are stored as JSON writes them, quotes and backslashes as they are."""
    if kind != "text" or not isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("\\\\", "\\")
