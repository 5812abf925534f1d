"""Prints a table of a DuckDB file as JSON, every value as text. Runs in a loader's environment.

Usage: python duckdb_table.py FILE SCHEMA TABLE
"""

import json
import sys

import duckdb

file, schema, table = sys.argv[1:]
connection = duckdb.connect(file, read_only=True)
columns = connection.execute(
    "select column_name, data_type from information_schema.columns "
    "where lower(table_schema) = ? and lower(table_name) = ? and not starts_with(column_name, '_') "
    "order by ordinal_position",
    [schema.lower(), table.lower()],
).fetchall()
if not columns:
    json.dump(None, sys.stdout)
    sys.exit()


def text(name: str, kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        return f"""strftime("{name}", '%Y-%m-%dT%H:%M:%S.%fZ')"""
    return f'cast("{name}" as varchar)'


cells = ", ".join(text(*column) for column in columns)
rows = connection.execute(f'select {cells} from "{schema}"."{table}"').fetchall()
names = [name.lower() for name, _ in columns]
json.dump([dict(zip(names, row)) for row in rows], sys.stdout)
