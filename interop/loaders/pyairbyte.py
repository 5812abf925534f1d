"""PyAirbyte: the tap as an Airbyte source, its rows in a DuckDB cache."""

import os
import subprocess
from pathlib import Path

import environments
from compare import Row
from loaders.base import Interrupt, Loader
from loaders.differences import as_decimal_38_9
from loaders.duckdb import read

SCRIPT = Path(__file__).parent.parent / "pyairbyte_read.py"


class PyAirbyte(Loader):
    name = "PyAirbyte"
    differences = {"a number is cut to nine digits after the point": as_decimal_38_9}

    def __init__(self, work: Path, tap: Path, config: dict):
        super().__init__(work, tap, config)
        self._running: list[subprocess.Popen] = []
        # It takes what it runs for a connector by its name.
        self._source = work / "bin/source-reprise"
        self._source.symlink_to(self.tap)

    def processes(self) -> list[subprocess.Popen]:
        return self._running

    def sync(self, interrupt: Interrupt | None = None) -> None:
        python = environments.environment("pyairbyte") / "python"
        command = [python, "-B", SCRIPT, self._source, self.config, self.work / "cache.duckdb"]
        # Without the first, an unknown connector's name is looked up in a registry.
        environ = os.environ | {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1", "HOME": str(self.work)}
        with open(self.work / "pyairbyte.log", "wb") as log:
            run = subprocess.Popen(command, cwd=self.work, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self._running = [run]
            try:
                if interrupt:
                    interrupt(self)
            finally:
                code = run.wait()
                self._running = []
        if code and not interrupt:
            raise RuntimeError(f"PyAirbyte ended with {code}\n{(self.work / 'pyairbyte.log').read_text()[-3000:]}")

    def table(self, stream: str) -> list[Row] | None:
        return read("pyairbyte", self.work / "cache.duckdb", "reprise", stream)
