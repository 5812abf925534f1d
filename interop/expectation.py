"""What each table must hold after a run, by what the API holds and held."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from account import Account
from compare import Expectation, Row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Stream:
    """One table: its pipe, its key, and the server's clock in it."""

    name: str
    key: tuple[str, ...]
    clock: str
    parameters: dict[str, str] = field(default_factory=dict)


STREAMS = [
    Stream("replay_session_activity", ("activity_id",), "session_created_at", {"visitor_key": "1", "visitor_company": "1", "poster": "1"}),
    Stream("replay_session_summary", ("session_id",), "session_created_at"),
    Stream("replicate_session_activity", ("session_id",), "session_date", {"viewer_pii": "1"}),
    Stream("replay_metrics", ("entity_type", "entity_id", "period", "period_start"), "period_end"),
    Stream("replay_change_feed", ("entity_type", "entity_id"), "ingested_at"),
]


class History:
    """Remembers what the API held at each run, since what was written stays.

    lookback is how far back before the last run rows are promised to be
    fetched again: rows whose server clock is older may be as they were.
    """

    def __init__(self, account: Account, lookback: timedelta):
        self._account, self._lookback = account, lookback
        self._start = datetime.fromisoformat(account.start)
        self._tables = {s.name: Expectation(s.key, {}, {}, set()) for s in STREAMS}
        self._last: datetime | None = None

    def before_run(self) -> dict[str, Expectation]:
        """What the tables may hold while a run is under way or after it was killed."""
        return {s.name: self._table(s, finished=False) for s in STREAMS}

    def after_run(self) -> dict[str, Expectation]:
        """What the tables must hold now that a run has ended well."""
        self._tables = {s.name: self._table(s, finished=True) for s in STREAMS}
        self._last = self._account.now()
        return self._tables

    def after_full_refresh(self) -> dict[str, Expectation]:
        """What the tables must hold now that everything was loaded anew on top of what they held."""
        self._last = None
        return self.after_run()

    def _table(self, stream: Stream, finished: bool) -> Expectation:
        old = self._tables[stream.name]
        kinds, rows = self._rows(stream)
        want = Expectation(stream.key, kinds, dict(old.allowed), set(old.required))
        for key, versions in _by_key(stream, rows).items():
            if finished and self._promised(stream, versions[-1]):
                want.allowed[key] = versions
                want.required.add(key)
            else:
                want.allowed[key] = old.allowed.get(key, []) + versions
        return want

    def _promised(self, stream: Stream, row: Row) -> bool:
        return self._last is None or datetime.fromisoformat(str(row[stream.clock])) > self._horizon(stream)

    def _horizon(self, stream: Stream) -> datetime:
        """Rows with a later clock than this are promised to be as the API holds them."""
        if stream.name == "replay_change_feed":
            return self._last - HOUR
        # A closed window is asked again as long as it began inside the look-back.
        return self._last - self._lookback + (DAY if stream.name == "replay_metrics" else timedelta())

    def _rows(self, stream: Stream) -> tuple[dict[str, str], list[Row]]:
        if stream.name == "replay_metrics":
            return self._metrics()
        parameters = dict(stream.parameters)
        if stream.name != "replay_change_feed":
            parameters["start_timestamp"] = _parameter(self._start)
        kinds, rows = self._account.truth(stream.name, **parameters)
        return kinds, rows

    def _metrics(self) -> tuple[dict[str, str], list[Row]]:
        """Every calendar day from the start to now, by both kinds of entity."""
        now, rows = self._account.now(), []
        begin = self._start
        while begin < now:
            end = begin + DAY
            for group in ("published_replay", "published_replay_link"):
                kinds, found = self._account.truth(
                    "replay_metrics", group_by=group, start_timestamp=_parameter(begin), end_timestamp=_parameter(min(end, now))
                )
                added = {"period": "day", "period_start": _rfc3339(begin), "period_end": _rfc3339(end)}
                rows += [row | added for row in found]
            begin = end
        return kinds | {"period": "text", "period_start": "time", "period_end": "time"}, rows


def _by_key(stream: Stream, rows: list[Row]) -> dict[tuple, list[Row]]:
    """Group rows by key; of the change feed only the latest of an entity counts."""
    found: dict[tuple, list[Row]] = {}
    for row in rows:
        key = tuple(row[k] for k in stream.key)
        versions = found.setdefault(key, [])
        if stream.name == "replay_change_feed" and versions and versions[0]["ingested_at"] != row["ingested_at"]:
            versions.clear()
        versions.append(row)
    return found


def _parameter(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
