"""target-snowflake on a stand-in for Snowflake. docs/interop.md says what that proves and what not."""

import json
from pathlib import Path

import environments
from compare import Row
from loaders.base import Pipe
from loaders.differences import as_double
from loaders.duckdb import read

LOADER = Path(__file__).parent.parent / "snowflake_target.py"


class Snowflake(Pipe):
    name = "target-snowflake"
    differences = {"a number becomes a double": as_double}

    def target(self) -> list[str]:
        config = self.work / "target.json"
        settings = {
            "account": "fake", "user": "u", "password": "p", "database": "WH", "warehouse": "W",
            "default_target_schema": "reprise", "add_record_metadata": False,
        }
        config.write_text(json.dumps(settings))
        return [str(environments.environment(self.name) / "python"), "-B", str(LOADER), "--config", str(config)]

    def table(self, stream: str) -> list[Row] | None:
        return read(self.name, self.work / "db/WH.db", "REPRISE", stream)
