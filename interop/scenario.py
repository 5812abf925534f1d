"""The days that every loader lives through, written once."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import machine
from account import Account
from compare import Expectation, Result, compare
from expectation import STREAMS, History
from loaders.base import Loader

# The tap is killed when it has made this share of the requests that day 2 took:
# discovery is over by then, some streams are written and some are not.
SHARES_BEFORE_KILL = (0.6, 0.8)


@dataclass
class Day:
    """What one run of one loader came to."""

    loader: str
    day: str
    seconds: float = 0
    records: int = 0
    rows: int = 0
    cells: int = 0
    documented: Counter = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def play(loader: Loader, account: Account, history: History, report: Callable[[Day], None]) -> None:
    """Load the account with one loader, day after day, and compare after each run.

    Day 1 is the full load. By day 2 rows were added, arrived late, changed
    and were renamed and removed. On day 3 nothing is new. On day 4 the tap is
    killed in the middle, then tap and loader together, then the run is tried
    again. Ends at the first day with an error.
    """

    def run(day: str, interrupt=None) -> None:
        began = time.monotonic()
        loader.sync(interrupt)
        took = time.monotonic() - began
        want = history.before_run() if interrupt else history.after_run()
        report(measure(loader, day, took, want))

    run("1 full load")
    account.advance("24h")
    before = account.requests()
    run("2 a day later")
    first, second = (round(share * (account.requests() - before)) for share in SHARES_BEFORE_KILL)
    run("3 nothing new")
    account.advance("72h")
    run("4 tap killed", lambda l: kill(l, account, first, with_loader=False))
    run("4 both killed", lambda l: kill(l, account, second, with_loader=True))
    run("4 retry")

    def check() -> None:
        report(measure(loader, "5 full refresh", 0, history.after_full_refresh()))

    loader.extras(check)


def kill(loader: Loader, account: Account, after: int, with_loader: bool) -> None:
    """Kill the tap with -9 while it waits for the answer to a request, and the loader too if told to."""
    account.hold(after)
    try:
        account.wait_held()
        taps = machine.processes_of(loader.tap)
        if not taps:
            raise RuntimeError("a request is held but no tap is running")
        for pid in taps:
            os.kill(pid, signal.SIGKILL)
        if with_loader:
            loader.kill()
    finally:
        account.release()


def measure(loader: Loader, day: str, seconds: float, want: dict[str, Expectation]) -> Day:
    """Compare every table of a loader with what it must hold now."""
    found = Day(loader.name, day, seconds, loader.records.total())
    for stream in STREAMS:
        table = loader.table(stream.name)
        if table is None:
            # A run that was killed early may not have made all tables.
            result = Result(errors=["no table"] if want[stream.name].required else [])
        else:
            result = compare(want[stream.name], table, loader.differences, loader.typed)
        found.rows += result.rows
        found.cells += result.cells
        found.documented += result.documented
        found.errors += [f"{stream.name}: {error}" for error in result.errors]
    return found
