"""PyAirbyte: the tap as an Airbyte source, its rows in a DuckDB cache."""

import os
from pathlib import Path

import environments
from compare import Row
from loaders.base import Interrupt, Platform
from loaders.differences import as_decimal_38_9
from loaders.duckdb import read

SCRIPT = Path(__file__).parent.parent / "pyairbyte_read.py"


class PyAirbyte(Platform):
    name = "PyAirbyte"
    differences = {"a number is cut to nine digits after the point": as_decimal_38_9}

    def __init__(self, work: Path, tap: Path, config: dict):
        super().__init__(work, tap, config)
        # It takes what it runs for a connector by its name.
        self._source = work / "bin/source-reprise"
        self._source.symlink_to(self.tap)

    def sync(self, interrupt: Interrupt | None = None) -> None:
        python = environments.environment("pyairbyte") / "python"
        command = [python, "-B", SCRIPT, self._source, self.config, self.work / "cache.duckdb"]
        # Without the first, an unknown connector's name is looked up in a registry.
        own = {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1", "HOME": self.work, "AIRBYTE_LOGGING_ROOT": self.work / "logs"}
        environ = os.environ | {name: str(value) for name, value in own.items()}
        self.launch(command, interrupt, environ)

    def table(self, stream: str) -> list[Row] | None:
        return read("pyairbyte", self.work / "cache.duckdb", "reprise", stream)
