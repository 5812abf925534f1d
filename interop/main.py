"""Plays the scenario with each loader and prints what was compared."""

import argparse
import concurrent.futures
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import compare_test
import environments
import load_test
import machine
import scenario
from account import Account
from loaders import airbyte_cdk, airflow
from loaders.airbyte_cdk import AirbyteCdk
from loaders.base import Loader
from loaders.check_tap import CheckTap
from loaders.duckdb import DuckDB
from loaders.jsonl import Jsonl
from loaders.kubernetes import Kubernetes
from loaders.meltano import Meltano
from loaders.postgres import MeltanoLabs, Pipelinewise
from loaders.pyairbyte import PyAirbyte
from loaders.snowflake import Snowflake
from postgres import Postgres
from programs import ROOT, Program, programs
from scenario import Day
from trial import System, Trial, system_of


@dataclass(frozen=True)
class Client:
    """One client: what it is, the environments it needs, whether it needs PostgreSQL, how it is tried and with what look-back.

    only is the one program that it is for: what lies in deploy/ is an example.
    """

    kind: type[Loader]
    environments: tuple[str, ...]
    server: bool = False
    play: Callable = scenario.play
    lookback_days: int = 30
    only: str = ""


CLIENTS = {
    client.kind.name: client
    for client in (
        Client(Jsonl, ("target-jsonl",)),
        Client(MeltanoLabs, ("target-postgres-meltanolabs",), server=True),
        Client(Meltano, ("meltano", "target-postgres-meltanolabs"), server=True),
        Client(PyAirbyte, ("pyairbyte",)),
        Client(AirbyteCdk, ("airbyte-cdk",), play=airbyte_cdk.play),
        Client(DuckDB, ("target-duckdb",)),
        Client(Pipelinewise, ("target-postgres-pipelinewise",), server=True),
        Client(Snowflake, ("target-snowflake",)),
        Client(CheckTap, ("singer-tools", "target-jsonl")),
        # What is older than the look-back is loaded in slices.
        Client(Kubernetes, ("kubernetes", "target-postgres-meltanolabs"), server=True, lookback_days=10, only="tap-reprise"),
        Client(airflow.DagBag, ("airflow", "target-postgres-meltanolabs"), server=True, play=airflow.play_import, only="tap-reprise"),
        Client(airflow.Airflow, ("airflow", "target-postgres-meltanolabs"), server=True, lookback_days=10, only="tap-reprise"),
    )
}

@dataclass(frozen=True)
class Candidate:
    """A program as it was built, and what is known of its system."""

    program: Program
    system: System
    tap: Path


def main() -> int:
    options = arguments()
    machine.end_by_exception()
    began = time.monotonic()
    machine.need("tzdata", Path("/usr/share/zoneinfo/America/New_York").exists)
    for module in compare_test, load_test:
        if not unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromModule(module)).wasSuccessful():
            return 1
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tap-reprise-")))
        os.environ["TMPDIR"] = str(work)  # clients leave files there
        candidates = [Candidate(p, system_of(p), options.tap or build(work, p.package, p.name)) for p in options.programs]
        emulator = build(work, "./cmd/emulator", "emulator")
        pairs = [(client, c) for c in candidates for client in clients_for(c, options)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(environments.environment, sorted({e for client, _ in pairs for e in client.environments})):
                pass
        print(f"ready after {time.monotonic() - began:.0f} s", flush=True)
        server = stack.enter_context(Postgres()) if any(client.server for client, _ in pairs) else None

        def one(pair: tuple[Client, Candidate]) -> list[Day]:
            return live(*pair, work, emulator, server)

        stack.callback(machine.settled)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            days = [day for result in pool.map(one, pairs) for day in result]
        failed = summary(days)
        if options.keep:
            shutil.copytree(work, options.keep, symlinks=True)
    print(f"interop: {len(pairs)} clients, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all clients, not only the quick set of each system")
    parser.add_argument("--loader", action="append", choices=CLIENTS, help="this client (may be repeated)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="clients side by side")
    parser.add_argument("--program", action="append", choices=[p.name for p in programs()], help="this program (may be repeated); all by default")
    parser.add_argument("--tap", type=Path, help="use this binary of the one program instead of building it")
    parser.add_argument("--keep", type=Path, help="copy all files of the run to this new folder")
    options = parser.parse_args()
    options.programs = [p for p in programs() if not options.program or p.name in options.program]
    if options.tap and len(options.programs) != 1:
        parser.error("--tap is the binary of one program: name it with --program")
    return options


def clients_for(tried: Candidate, options: argparse.Namespace) -> list[Client]:
    """Return the clients that a program is to be tried with."""
    names = options.loader or (CLIENTS if options.all else tried.system.quick)
    return [client for client in map(CLIENTS.get, names) if client.only in ("", tried.program.name)]


def build(work: Path, package: str, name: str) -> Path:
    out = work / name
    subprocess.run(["go", "build", "-buildvcs=false", "-pgo=default.pgo", "-o", out, package], cwd=ROOT, check=True, env=os.environ | {"CGO_ENABLED": "0"})
    return out


_printing = threading.Lock()


def live(client: Client, tried: Candidate, work: Path, emulator: Path, server: Postgres | None) -> list[Day]:
    """Try a program with one client; a failure of any sort is an error of its last day."""
    days: list[Day] = []

    def report(day: Day) -> None:
        days.append(day)
        with _printing:
            print(line(day), *(f"\n  {e}" for e in day.errors[:20]), sep="", flush=True)
        if day.errors:
            raise AssertionError(f"{len(day.errors)} errors")

    system = tried.system
    try:
        with Account(emulator, system.noun, *system.account) as account:
            config = system.config(account) | {"lookback_days": client.lookback_days}
            trial = Trial(tried.program, system, tried.tap, config, account, server)
            loader = client.kind(work / tried.program.system / client.kind.name, trial)
            history = system.history(account, timedelta(days=client.lookback_days))
            client.play(loader, account, history, report)
    except AssertionError:
        pass
    except Exception as error:
        with _printing:
            traceback.print_exc()
        days.append(Day(f"{client.kind.name}, {tried.program.name}", "stopped", errors=[str(error)]))
    return days


def line(day: Day) -> str:
    documented = "; ".join(f"{n} × {name}" for name, n in sorted(day.documented.items())) or "none"
    verdict = f"{len(day.errors)} ERRORS" if day.errors else "ok"
    return (
        f"| {day.loader} | {day.day} | {day.seconds:.1f} | {day.records} | {day.rows} | {day.cells} | {documented} | {verdict} |"
    )


def summary(days: list[Day]) -> bool:
    """Print the table of all days and report whether any failed."""
    print("\n| client | day | s | records | rows | cells compared | documented differences | verdict |")
    print("|---|---|---|---|---|---|---|---|")
    for day in days:
        print(line(day))
    bad = [day for day in days if day.errors]
    good = len(days) - len(bad)
    print(f"\n{good} passed, {len(bad)} failed", flush=True)
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
