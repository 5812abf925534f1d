"""Reprise into PostgreSQL: the history once, in slices side by side, then every hour what is new.

Workers need tap-reprise and target-postgres (meltanolabs-target-postgres) on
PATH, and two connections:

    reprise    password: the API key; extra: other settings of the tap, if any
    warehouse  host, port, login, password, schema (the database)
"""

import json
import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import Connection, Param, Variable, dag, task
from airflow.sdk.exceptions import AirflowFailException

# The variable that holds the live tap's state. While there is none, the history
# is still to be loaded; deleting it loads everything anew.
STATE = "reprise_state"

# replay_change_feed is left out: it is read as a whole by the live tap, and an
# older change must not be written over a later one.
SLICED = ["replay_session_activity", "replay_session_summary", "replicate_session_activity", "replay_metrics"]

NOT_FOR_RETRY = {2: "the config, the catalog or the state is wrong", 3: "the key was refused, or lacks access"}


@dag(
    schedule="17 * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,  # a run loads everything up to now
    max_active_runs=1,  # two runs from one state would do the same work
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5)},
    params={
        "history_start": Param("2024-01-01", type="string", format="date"),
        # At least lookback_days before the first run. The live tap starts here.
        "history_end": Param("2026-01-01", type="string", format="date"),
        "slices": Param(10, type="integer", minimum=1),
    },
    doc_md=__doc__,
)
def reprise():
    @task
    def slices(params: dict) -> list[list[str]]:
        """Cut the history into [start, end) pairs, or into none if it is loaded."""
        if Variable.get(STATE, default=None):
            return []
        first, last = (datetime.fromisoformat(params[name]) for name in ("history_start", "history_end"))
        days, n = (last - first).days, params["slices"]
        # Midnights: a row of replay_metrics is computed from a whole day.
        cuts = [(first + timedelta(days=days * i // n)).strftime("%Y-%m-%dT00:00:00Z") for i in range(n + 1)]
        return [[start, end] for start, end in zip(cuts, cuts[1:]) if start < end]

    # What is older than the look-back does not change any more, so a slice
    # needs no state and no other slice; a retry starts it over.
    @task(max_active_tis_per_dag=3)
    def history(between: list[str]) -> None:
        load({"start_date": between[0], "end_date": between[1]}, catalog={"streams": [{"tap_stream_id": s} for s in SLICED]})

    # Each state is kept as soon as the loader hands it back, so that a run that
    # failed, and its retry, go on from there.
    @task(trigger_rule="none_failed")
    def live(params: dict) -> None:
        load({"start_date": params["history_end"]}, Variable.get(STATE, default=None), keep=lambda state: Variable.set(STATE, state))

    history.expand(between=slices()) >> live()


def load(settings: dict, state: str | None = None, catalog: dict | None = None, keep: Callable[[str], None] = lambda _: None) -> None:
    """Run tap-reprise | target-postgres once; keep is called with each state whose rows are in the warehouse."""
    api, warehouse = Connection.get("reprise"), Connection.get("warehouse")
    target = {
        "host": warehouse.host, "port": warehouse.port or 5432, "user": warehouse.login, "password": warehouse.password or "",
        "database": warehouse.schema, "default_target_schema": "reprise", "load_method": "upsert",
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as work:

        def file(name: str, content: str) -> str:
            path = Path(work, name)
            path.write_text(content)
            return str(path)

        command = ["tap-reprise", "--config", file("tap.json", json.dumps(api.extra_dejson | {"api_key": api.password} | settings))]
        command += ["--catalog", file("catalog.json", json.dumps(catalog))] if catalog else []
        command += ["--state", file("state.json", state)] if state else []
        pipe(command, ["target-postgres", "--config", file("target.json", json.dumps(target))], keep)


def pipe(tap: list[str], target: list[str], keep: Callable[[str], None]) -> None:
    """Pipe one program into the other and raise unless both end well."""
    with subprocess.Popen(tap, stdout=subprocess.PIPE) as source, subprocess.Popen(
        target, stdin=source.stdout, stdout=subprocess.PIPE, encoding="utf-8"
    ) as loader:
        source.stdout.close()  # or the tap would not notice that the loader is gone
        try:
            for line in loader.stdout:
                if line.endswith("\n"):  # a loader that is killed may leave half a line
                    keep(line.strip())
        except BaseException:  # the task was told to end
            source.terminate()
            raise
    if source.returncode in NOT_FOR_RETRY:
        raise AirflowFailException(f"tap-reprise ended with {source.returncode}: {NOT_FOR_RETRY[source.returncode]}; see its last line")
    if source.returncode or loader.returncode:
        raise RuntimeError(f"tap-reprise ended with {source.returncode}, target-postgres with {loader.returncode}")


reprise()
