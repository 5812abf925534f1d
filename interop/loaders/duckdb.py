"""target-duckdb, and how to read a DuckDB file."""

import json
import subprocess
from pathlib import Path

import environments
import values
from compare import Row
from loaders.base import Pipe
from loaders.differences import as_double, blank_as_null

READER = Path(__file__).parent.parent / "duckdb_table.py"


def read(environment: str, file: Path, schema: str, stream: str) -> list[Row] | None:
    """Return the rows of a table in a DuckDB file, values as text and names in lower case, without the loader's own columns.

    The file is read by the DuckDB of the loader's own environment: versions do
    not read each other's files.
    """
    command = [environments.environment(environment) / "python", "-B", READER, file, schema, stream]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"{file}: {stream}: {done.stderr[-1000:]}")
    return values.parse(done.stdout)


class DuckDB(Pipe):
    name = "target-duckdb"
    differences = {"'' becomes NULL": blank_as_null, "a number becomes a double": as_double}

    def target(self) -> list[str]:
        config = self.work / "target.json"
        config.write_text(json.dumps({"path": str(self.work / "wh.duckdb"), "default_target_schema": self.trial.program.system}))
        return [str(environments.environment(self.name) / "target-duckdb"), "--config", str(config)]

    def table(self, stream: str) -> list[Row] | None:
        return read(self.name, self.work / "wh.duckdb", self.trial.program.system, stream)
