"""The days that every loader lives through, written once."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import machine
from account import Account
from compare import Expectation, Result, compare, folded
from expectation import History
from loaders.base import Loader

# What the tap has written leaves it within a second.
BEFORE_KILL = 1.5


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

    Day 1 is the full load, killed once on its way. By day 2 rows were added,
    arrived late, changed and were renamed and removed. On day 3 nothing is new.
    On day 4 the tap is killed in the middle, then tap and loader together,
    then the run is tried again. Ends at the first day with an error.
    """

    def run(day: str, interrupt=None) -> None:
        began = time.monotonic()
        loader.sync(interrupt)
        took = time.monotonic() - began
        want = history.before_run() if interrupt else history.after_run()
        report(measure(loader, day, took, want))

    def killed(day: str, at: tuple[str, int], with_loader: bool) -> None:
        account.hold(*at)
        try:
            run(day, lambda l: kill(l, account, with_loader))
        finally:
            account.release()

    system = loader.trial.system
    killed("1 load killed", system.kill_load, with_loader=False)
    run("1 load resumed")
    loader.loaded()
    account.advance("24h")
    run("2 a day later")
    run("3 nothing new")
    nothing_written(loader)
    account.advance("72h")
    killed("4 tap killed", (system.streams[0].name, loader.pages_before_kill), with_loader=False)
    killed("4 both killed", system.kill_both, with_loader=True)
    run("4 retry")

    def check() -> None:
        report(measure(loader, "5 full refresh", 0, history.after_full_refresh()))

    loader.extras(check)


def nothing_written(loader: Loader) -> None:
    """Fail if a run that found nothing new wrote rows, but for the streams that may."""
    written = {name: n for name, n in loader.records.items() if name not in loader.trial.system.repeated}
    if written:
        raise RuntimeError(f"nothing was new, yet these rows were written again: {written}")


def kill(loader: Loader, account: Account, with_loader: bool) -> None:
    """Kill the tap with -9 while it waits for the answer to a held request, and the loader too if told to."""
    try:
        account.wait_held(loader.running)
        time.sleep(BEFORE_KILL)
        taps = machine.processes_of(loader.tap)
        if not taps:
            raise RuntimeError("a request is held but no tap is running")
    except RuntimeError as error:
        raise RuntimeError(f"{error}\n{loader.said()}") from None
    for pid in taps:
        os.kill(pid, signal.SIGKILL)
    if with_loader:
        loader.kill()


def measure(loader: Loader, day: str, seconds: float, want: dict[str, Expectation]) -> Day:
    """Compare every table of a loader with what it must hold now."""
    found = Day(loader.title, day, seconds, loader.records.total())
    for stream in loader.trial.system.streams:
        table = loader.table(stream.name)
        if table is None:
            # A run that was killed early may not have made all tables.
            result = Result(errors=["no table"] if want[stream.name].required else [])
        else:
            expected = folded(want[stream.name]) if loader.folds else want[stream.name]
            result = compare(expected, table, loader.differences, loader.typed)
        found.rows += result.rows
        found.cells += result.cells
        found.documented += result.documented
        found.errors += [f"{stream.name}: {error}" for error in result.errors]
    return found
