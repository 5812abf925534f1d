"""PyAirbyte: the tap as an Airbyte source, its rows in a DuckDB cache."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import environments
import machine
from compare import Row
from loaders.base import Interrupt, Platform
from loaders.differences import as_decimal_38_9
from loaders.duckdb import read
from trial import Trial

READ = Path(__file__).parent.parent / "pyairbyte_read.py"
CHECK = Path(__file__).parent.parent / "pyairbyte_check.py"


class PyAirbyte(Platform):
    name = "PyAirbyte"
    folds = True
    differences = {"a number is cut to nine digits after the point": as_decimal_38_9}

    def __init__(self, work: Path, trial: Trial):
        super().__init__(work, trial)
        self._cache = work / "cache.duckdb"
        # Without the first, an unknown connector's name is looked up in a registry.
        own = {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1", "HOME": work, "AIRBYTE_LOGGING_ROOT": work / "logs"}
        self._environ = os.environ | {name: str(value) for name, value in own.items()}

    def sync(self, interrupt: Interrupt | None = None) -> None:
        self.launch(self._python(READ, self._cache, *(s.name for s in self.trial.system.streams)), interrupt, self._environ)

    def table(self, stream: str) -> list[Row] | None:
        return read("pyairbyte", self._cache, self.trial.program.system, stream)

    def extras(self, check: Callable[[], None]) -> None:
        self._words()
        self._pages()
        # Two other caches are loaded from the start. In the second the tap is
        # told to end on its way, which PyAirbyte takes for an end in order: what
        # it has got, rows and states, is kept, and the next read brings the rest.
        self._cache = self.work / "whole.duckdb"
        self.sync()
        whole = self._tables()
        self._cache = self.work / "terminated.duckdb"
        self.trial.control.hold(*self.trial.system.kill_behind)
        self.sync(self._terminate)
        if not self.table(self.trial.system.streams[0].name):
            raise RuntimeError("nothing was kept of a read that was told to end")
        self.sync()
        if self._tables() != whole:
            raise RuntimeError("a read that was told to end, and the next, have not given what one read gives")

    def _tables(self) -> dict[str, list[Row]]:
        return {s.name: sorted(self.table(s.name), key=lambda row: [row[k.lower()] for k in s.key]) for s in self.trial.system.streams}

    def _terminate(self, _) -> None:
        """Send SIGTERM to the tap while it waits for an answer."""
        try:
            self.trial.control.wait_held(self.running)
            time.sleep(1.5)  # rows leave it within a second
            for pid in machine.processes_of(self.tap):
                os.kill(pid, signal.SIGTERM)
        finally:
            self.trial.control.release()

    def _words(self) -> None:
        """The streams are found, and what is wrong with a key is said as the tap says it."""
        done = subprocess.run(self._python(CHECK, self.trial.system.mistyped), cwd=self.work, env=self._environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"the check ended with {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
        found = json.loads(done.stdout.splitlines()[-1])
        catalog = json.loads(self.trial.program.file("catalog.json").read_text())
        if found["streams"] != [s["tap_stream_id"] for s in catalog["streams"]]:
            raise RuntimeError(f"streams found: {found['streams']}")
        if self.trial.system.refused not in " ".join(found["refused"].split()):
            raise RuntimeError(f"a refused key is told as {found['refused']!r}")

    def _pages(self) -> None:
        """The programs that the pages show read all streams, in a folder with what they name."""
        folder = self.work / "page"
        folder.mkdir()
        (folder / self.trial.program.connector).symlink_to(self.tap)
        (folder / "config.json").symlink_to(self.config)
        rows = []
        for program in self.trial.system.pages(self.config):
            shutil.rmtree(folder / ".cache", ignore_errors=True)
            python = environments.environment("pyairbyte") / "python"
            done = subprocess.run([python, "-B", "-"], input=program, cwd=folder, env=self._environ, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(f"{program}\nended with {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
            rows.append(int(done.stdout.split()[-1]))
        if rows and min(rows) < 1000 or len(set(rows)) > 1:
            raise RuntimeError(f"the pages' programs have read {rows} records")

    def _python(self, script: Path, *more: str) -> list:
        own = environments.environment("pyairbyte") / "python", "-B", script, self.source(), self.config
        return [*own, self.trial.program.system, *more]
