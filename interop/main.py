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
from datetime import timedelta
from pathlib import Path

import compare_test
import environments
import machine
from account import Account
from expectation import History
from loaders.base import Loader
from loaders.check_tap import CheckTap
from loaders.duckdb import DuckDB
from loaders.jsonl import Jsonl
from loaders.meltano import Meltano
from loaders.postgres import MeltanoLabs, Pipelinewise
from loaders.pyairbyte import PyAirbyte
from loaders.snowflake import Snowflake
from postgres import Postgres
from scenario import Day, play

ROOT = Path(__file__).parents[1]
NEEDS_SERVER = (MeltanoLabs, Pipelinewise, Meltano)
ENVIRONMENTS = {
    Jsonl: ["target-jsonl"],
    MeltanoLabs: ["target-postgres-meltanolabs"],
    Meltano: ["meltano", "target-postgres-meltanolabs"],
    PyAirbyte: ["pyairbyte"],
    DuckDB: ["target-duckdb"],
    Pipelinewise: ["target-postgres-pipelinewise"],
    Snowflake: ["target-snowflake"],
    CheckTap: ["singer-tools", "target-jsonl"],
}
QUICK = [MeltanoLabs, Meltano, Jsonl]
ALL = list(ENVIRONMENTS)
LOOKBACK = timedelta(days=30)  # the default of lookback_days

# The account lives on for days behind the clock of the first load. The pages
# are so small that a load takes many, and large enough that the look-back is
# read again as a whole; all columns that can be asked for are.
ACCOUNT = ("-seed", "7", "-days", "40", "-at", "732h", "-sessions", "10", "-odd")
CONFIG = {"page_size": 700, "poster": True, "viewer_pii": True}


def main() -> int:
    options = arguments()
    machine.end_by_exception()
    began = time.monotonic()
    machine.need("tzdata", Path("/usr/share/zoneinfo/America/New_York").exists)
    if not unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromModule(compare_test)).wasSuccessful():
        return 1
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tap-reprise-")))
        os.environ["TMPDIR"] = str(work)  # clients leave files there
        tap = options.tap or build(work, ".", "tap-reprise")
        emulator = build(work, "./cmd/emulator", "emulator")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(environments.environment, sorted({e for l in options.loaders for e in ENVIRONMENTS[l]})):
                pass
        print(f"ready after {time.monotonic() - began:.0f} s", flush=True)
        server = stack.enter_context(Postgres()) if set(options.loaders) & set(NEEDS_SERVER) else None

        def one(kind: type[Loader]) -> list[Day]:
            return live(kind, work, (tap, emulator), server, options)

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            days = [day for result in pool.map(one, options.loaders) for day in result]
        failed = summary(days, options)
        if options.keep:
            shutil.copytree(work, options.keep, symlinks=True)
    print(f"interop: {len(options.loaders)} clients, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    names = {kind.name: kind for kind in ENVIRONMENTS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all clients, not only the quick set")
    parser.add_argument("--loader", action="append", choices=names, help="this client (may be repeated)")
    parser.add_argument("--expect-lookback", action="store_true", help="late rows and renames behind the last run must have arrived")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="clients side by side")
    parser.add_argument("--tap", type=Path, help="use this binary instead of building one")
    parser.add_argument("--keep", type=Path, help="copy all files of the run to this new folder")
    options = parser.parse_args()
    options.loaders = [names[n] for n in options.loader] if options.loader else ALL if options.all else QUICK
    return options


def build(work: Path, package: str, name: str) -> Path:
    out = work / name
    subprocess.run(["go", "build", "-o", out, package], cwd=ROOT, check=True, env=os.environ | {"CGO_ENABLED": "0"})
    return out


_printing = threading.Lock()


def live(kind: type[Loader], work: Path, binaries: tuple[Path, Path], server: Postgres | None, options) -> list[Day]:
    """Play the scenario with one loader; a failure of any sort is an error of its last day."""
    days: list[Day] = []

    def report(day: Day) -> None:
        days.append(day)
        with _printing:
            print(line(day), *(f"\n  {e}" for e in day.errors[:20]), sep="", flush=True)
        if day.errors:
            raise AssertionError(f"{len(day.errors)} errors")

    tap, emulator = binaries
    try:
        with Account(emulator, *ACCOUNT) as account:
            config = {"api_key": account.key, "token_url": account.token_url, "start_date": account.start} | CONFIG
            extra = (server,) if kind in NEEDS_SERVER else ()
            loader = kind(work / kind.name, tap, config, *extra)
            history = History(account, LOOKBACK if options.expect_lookback else None)
            play(loader, account, history, report)
    except AssertionError:
        pass
    except Exception as error:
        with _printing:
            traceback.print_exc()
        days.append(Day(kind.name, "stopped", errors=[str(error)]))
    return days


def line(day: Day) -> str:
    documented = "; ".join(f"{n} × {name}" for name, n in sorted(day.documented.items())) or "none"
    verdict = f"{len(day.errors)} ERRORS" if day.errors else "ok"
    return (
        f"| {day.loader} | {day.day} | {day.seconds:.1f} | {day.records} | {day.rows} | {day.cells} | {documented} | {verdict} |"
    )


def summary(days: list[Day], options) -> bool:
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
