"""The comparison: every cell of a table against every cell that the API holds."""

import collections
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import values

Key = tuple
Row = dict[str, object]

# A difference is a loader's own doing: it tells what the loader makes of a
# value of a kind, or returns the value as it is.
Difference = Callable[[str, object], object]


@dataclass
class Expectation:
    """What may and what must be in one table."""

    key: tuple[str, ...]
    kinds: dict[str, str]  # column → kind, every column of the table
    allowed: dict[Key, list[Row]]  # the versions that each row may have
    required: set[Key]  # the rows that must be there


@dataclass
class Result:
    """What a comparison found in one table."""

    rows: int = 0
    cells: int = 0
    documented: collections.Counter = field(default_factory=collections.Counter)
    errors: list[str] = field(default_factory=list)


def folded(want: Expectation) -> Expectation:
    """Return the same of a table whose columns have names in lower case."""

    def lower(row: Row) -> Row:
        return {name.lower(): value for name, value in row.items()}

    allowed = {key: [lower(row) for row in versions] for key, versions in want.allowed.items()}
    return Expectation(tuple(k.lower() for k in want.key), lower(want.kinds), allowed, want.required)


def compare(want: Expectation, table: Iterable[Row], differences: dict[str, Difference], typed: bool) -> Result:
    """Compare a table with what it must hold, cell by cell.

    A cell that is not equal but is what a documented difference of the loader
    makes of the value is counted under that difference. Everything else that
    is not as expected is an error: a missing or doubled key, a row that the
    API never had, a column too many or too few, a changed value.
    """
    found, seen = Result(), set()
    for row in table:
        found.rows += 1
        if row.keys() != want.kinds.keys():
            found.errors.append(f"columns differ: {sorted(row.keys() ^ want.kinds.keys())}")
            return found
        key = tuple(values.stored(want.kinds[k], row[k], typed) for k in want.key)
        if key in seen:
            found.errors.append(f"key {key} is there twice")
        seen.add(key)
        if key not in want.allowed:
            found.errors.append(f"row {key} was never in the API")
            continue
        found.cells += len(row)
        faults = _nearest(want, row, want.allowed[key], differences, typed, found.documented)
        found.errors += [f"row {key}: {fault}" for fault in faults]
    found.errors += [f"row {key} is missing" for key in sorted(want.required - seen, key=str)]
    return found


def _nearest(want, row, versions, differences, typed, documented) -> list[str]:
    """Compare a row with the version it resembles most and return what is wrong with it."""
    best = None
    for version in versions:
        faults, counts = [], collections.Counter()
        for column, kind in want.kinds.items():
            verdict = _cell(kind, version[column], row[column], differences, typed)
            if verdict in differences:
                counts[verdict] += 1
            elif verdict:
                faults.append(f"{column} {verdict}")
        if best is None or len(faults) < len(best[0]):
            best = faults, counts
        if not faults:
            break
    documented.update(best[1])
    return best[0]


def _cell(kind, expected, cell, differences, typed) -> str:
    """Return "" for the same value, the name of a documented difference, or what is wrong."""
    try:
        got = values.stored(kind, cell, typed)
    except (ValueError, ArithmeticError):
        return f"is {cell!r}, no {kind}"
    if same(got, expected):
        return ""
    for name, changed in differences.items():
        if same(got, changed(kind, expected)):
            return name
    return f"is {got!r}, must be {expected!r}"


def same(a, b) -> bool:
    """Report equality without Python's own leniency: True is not 1, 1 is not "1"."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) in _comparable.get(type(b), (type(b),)) and a == b


# Decimal("3") and 3 are the same number, however a store prints it.
_comparable = {int: (int, values.Decimal), values.Decimal: (int, values.Decimal)}
