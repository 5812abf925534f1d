"""deploy/airflow: its DAG, imported as Airflow's scheduler does, and run by Airflow itself, into PostgreSQL.

A run is one `dag.test()`: real tasks, one after the other.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import environments
import machine
from account import Account
from compare import Row
from expectation import History
from loaders.base import Interrupt, Platform
from scenario import Day
from trial import Trial

FOLDER = Path(__file__).parents[2] / "deploy/airflow"
RUN = Path(__file__).parent.parent / "airflow_run.py"
TEST = Path(__file__).parent.parent / "airflow_test.py"
SCHEMA = "reprise"
HISTORY = timedelta(days=20)  # what the slices load of the account's first days
TASKS = {
    "slices": {"mapped": False, "next": ["history"]},
    "history": {"mapped": True, "next": ["live"]},
    "live": {"mapped": False, "next": []},
}


class Airflow(Platform):
    name = "Airflow"
    pages_before_kill = 1

    def __init__(self, work: Path, trial: Trial):
        super().__init__(work, trial)
        self._server, config = trial.server, trial.config
        shutil.copytree(FOLDER, work / "dags", ignore=shutil.ignore_patterns("__pycache__"))
        start = datetime.fromisoformat(config["start_date"])
        self._params = json.dumps({"history_start": f"{start:%Y-%m-%d}", "history_end": f"{start + HISTORY:%Y-%m-%d}"})
        extra = {k: v for k, v in config.items() if k not in ("api_key", "start_date")}
        own = environments.environment("airflow"), environments.environment("target-postgres-meltanolabs")
        self._environ = {
            "PATH": ":".join(map(str, (work / "bin", *own, "/usr/bin", "/bin"))),
            "HOME": str(work),
            "LC_ALL": "C.UTF-8",
            "TMPDIR": os.environ["TMPDIR"],
            "AIRFLOW_HOME": str(work / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(work / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "AIRFLOW_CONN_REPRISE": json.dumps({"conn_type": "generic", "password": config["api_key"], "extra": extra}),
            "AIRFLOW_CONN_WAREHOUSE": json.dumps(
                {"conn_type": "postgres", "host": "127.0.0.1", "port": trial.server.port, "login": "tap", "password": "x", "schema": "wh"}
            ),
        }
        self._command = [str(environments.environment("airflow") / "python"), "-B", str(RUN), str(work / "dags")]

    def sync(self, interrupt: Interrupt | None = None) -> None:
        if not (self.work / "airflow/airflow.db").exists():
            self.launch([str(environments.environment("airflow") / "airflow"), "db", "migrate"], None, self._environ)
        self.launch([*self._command, self._params], self._and_all_after(interrupt) if interrupt else None, self._environ)

    def table(self, stream: str) -> list[Row] | None:
        rows = self._server.table(SCHEMA, stream)
        return rows and [{c: v for c, v in row.items() if not c.startswith("_sdc_")} for row in rows]

    def _and_all_after(self, interrupt: Interrupt) -> Interrupt:
        """After a task that failed the other slices still run; their taps would be held, so they are killed too."""

        def killing(loader) -> None:
            interrupt(loader)
            while self.running():
                for pid in machine.processes_of(self.tap):
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.1)

        return killing

    def imported(self) -> None:
        """The folder is imported without an error, and its DAG has the tasks and the order that it should."""
        done = subprocess.run(self._command, cwd=self.work, env=self._environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"the DAG cannot be loaded:\n{(done.stdout + done.stderr)[-3000:]}")
        tasks = json.loads(done.stdout.splitlines()[-1])
        if tasks != TASKS:
            raise RuntimeError(f"the DAG's tasks are {tasks}")

    def tested(self) -> None:
        """What it pipes through is looked at with programs that fail."""
        command = [self._command[0], "-B", TEST, self.work / "dags"]
        done = subprocess.run(command, cwd=self.work, env=self._environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"the DAG's pipe:\n{(done.stdout + done.stderr)[-3000:]}")


class DagBag(Airflow):
    """The import, and what needs no row."""

    name = "Airflow's DagBag"


def play_import(loader: DagBag, account: Account, history: History, report: Callable[[Day], None]) -> None:
    """Import the folder and test its pipe; no row is loaded."""
    began = time.monotonic()
    loader.imported()
    loader.tested()
    report(Day(loader.title, "import", time.monotonic() - began))
