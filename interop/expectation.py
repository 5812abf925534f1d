"""What each table must hold after a run, by what the API holds and held."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from account import Account
from compare import Expectation, Row


@dataclass(frozen=True)
class Stream:
    """One table: its endpoint, its key, the server's clock in it, and what the truth of it is asked with."""

    name: str
    key: tuple[str, ...]
    clock: str
    parameters: dict[str, str] = field(default_factory=dict)


class History:
    """Remembers what the API held at each run, since what was written stays.

    lookback is how far back before the last run rows are promised to be
    fetched again: rows whose server clock is older may be as they were. What
    is a system's own is rows, and, where it is another, horizon and by_key.
    """

    streams: tuple[Stream, ...]

    def __init__(self, account: Account, lookback: timedelta):
        self.account, self.lookback = account, lookback
        self.start = datetime.fromisoformat(account.about["start"])
        self.last: datetime | None = None
        self._tables = {s.name: Expectation(s.key, {}, {}, set()) for s in self.streams}

    def rows(self, stream: Stream) -> tuple[dict[str, str], list[Row]]:
        """Return the kinds of a table's columns, and the rows that the API has for it now."""
        raise NotImplementedError

    def horizon(self, stream: Stream) -> datetime:
        """Rows with a later clock than this are promised to be as the API holds them."""
        return self.last - self.lookback

    def by_key(self, stream: Stream, rows: list[Row]) -> dict[tuple, list[Row]]:
        """Group rows by key; the last of a key is how it is now."""
        found: dict[tuple, list[Row]] = {}
        for row in rows:
            found.setdefault(tuple(row[k] for k in stream.key), []).append(row)
        return found

    def before_run(self) -> dict[str, Expectation]:
        """What the tables may hold while a run is under way or after it was killed."""
        return {s.name: self._table(s, finished=False) for s in self.streams}

    def after_run(self) -> dict[str, Expectation]:
        """What the tables must hold now that a run has ended well."""
        self._tables = {s.name: self._table(s, finished=True) for s in self.streams}
        self.last = self.account.now()
        return self._tables

    def after_full_refresh(self) -> dict[str, Expectation]:
        """What the tables must hold now that everything was loaded anew on top of what they held."""
        self.last = None
        return self.after_run()

    def _table(self, stream: Stream, finished: bool) -> Expectation:
        old = self._tables[stream.name]
        kinds, rows = self.rows(stream)
        want = Expectation(stream.key, kinds, dict(old.allowed), set(old.required))
        for key, versions in self.by_key(stream, rows).items():
            if finished and self._promised(stream, versions[-1]):
                want.allowed[key] = versions
                want.required.add(key)
            else:
                want.allowed[key] = old.allowed.get(key, []) + versions
        return want

    def _promised(self, stream: Stream, row: Row) -> bool:
        return self.last is None or datetime.fromisoformat(str(row[stream.clock])) > self.horizon(stream)
