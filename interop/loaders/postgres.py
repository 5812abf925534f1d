"""The two targets for PostgreSQL: MeltanoLabs', which is exact, and pipelinewise's, which is not."""

import json
from pathlib import Path

import environments
from compare import Row
from loaders.base import Pipe
from loaders.differences import as_double, blank_as_null, escaped_text
from trial import Trial


class _Postgres(Pipe):
    environment: str
    settings: dict

    def __init__(self, work: Path, trial: Trial):
        super().__init__(work, trial)
        self._server = trial.server
        self._schema = f"{self.name}_{trial.program.system}".replace("-", "_")

    def target(self) -> list[str]:
        config = self.work / "target.json"
        where = {"host": "127.0.0.1", "port": self._server.port, "user": "tap", "password": "x"}
        config.write_text(json.dumps(where | {"default_target_schema": self._schema} | self.settings))
        return [str(environments.environment(self.environment) / "target-postgres"), "--config", str(config)]

    def table(self, stream: str) -> list[Row] | None:
        rows = self._server.table(self._schema, stream)
        return rows and [{c: v for c, v in row.items() if not c.startswith("_sdc_")} for row in rows]


class MeltanoLabs(_Postgres):
    name = "target-postgres"
    environment = "target-postgres-meltanolabs"
    settings = {"database": "wh", "load_method": "upsert"}


class Pipelinewise(_Postgres):
    name = "pipelinewise-target-postgres"
    environment = "target-postgres-pipelinewise"
    settings = {"dbname": "wh"}
    differences = {
        "'' becomes NULL": blank_as_null,
        "a number becomes a double": as_double,
        "tab and line break become two characters": escaped_text,
    }
