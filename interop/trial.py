"""What is tried: a program, with the account of its system that a client loads."""

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from account import Account, Control
from expectation import History, Stream
from postgres import Postgres
from programs import Program


@dataclass(frozen=True)
class System:
    """What is a system's own: a module systems/NAME.py has one as SYSTEM."""

    # The streams that are loaded, those that are selected by default; of the first
    # a run reads many pages, also when it reads its look-back again.
    streams: tuple[Stream, ...]
    history: type[History]
    account: tuple[str, ...]  # the emulator's arguments
    config: Callable[[Account], dict]  # for that account, without lookback_days
    # What the emulator calls an endpoint, and the requests at which a tap is
    # killed: an endpoint, and its pages that are still answered. In the middle of
    # the first load; when most streams are done; in the middle of a stream behind
    # the first. In a later run it is the first stream's, Loader.pages_before_kill.
    noun: str
    kill_load: tuple[str, int]
    kill_both: tuple[str, int]
    kill_behind: tuple[str, int]
    # The streams of which a run that finds nothing new may write rows again.
    repeated: frozenset[str]
    # Keys that are refused, and what the tap says of the first.
    mistyped: str
    revoked: str
    refused: str
    # A stream and a column that are left out, and a column that cannot be.
    left_out: str
    column: tuple[str, str]
    automatic: tuple[str, str]
    # The clients that are tried each time, the slowest first, so that none is left
    # over at the end.
    quick: tuple[str, ...] = ("PyAirbyte", "Meltano", "target-postgres")
    # The programs that pages show for PyAirbyte, for an account's config.
    pages: Callable[[Path], list[str]] = lambda _: []


def system_of(program: Program) -> System:
    """Return what systems/ has for a program."""
    return importlib.import_module(f"systems.{program.system}").SYSTEM


@dataclass(frozen=True)
class Trial:
    """One program on one account, for one client."""

    program: Program
    system: System
    tap: Path  # its binary
    config: dict
    control: Control  # of the account
    server: Postgres | None

    def environ(self, *without: str) -> dict[str, str]:
        """The config as environment variables, as the program reads them."""
        return {self.program.prefix + key.upper(): _text(value) for key, value in self.config.items() if key not in without}


def _text(value) -> str:
    return value if isinstance(value, str) else json.dumps(value)
