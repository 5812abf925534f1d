"""Reprise: its streams, what their tables must hold, and the account that is loaded."""

import re
import textwrap
from datetime import datetime, timedelta, timezone
from pathlib import Path

import values
from account import Account
from compare import Row
from expectation import History, Stream
from programs import ROOT
from trial import System

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

STREAMS = (
    Stream("replay_session_activity", ("activity_id",), "session_created_at", {"visitor_key": "1", "visitor_company": "1", "poster": "1"}),
    Stream("replay_session_summary", ("session_id",), "session_created_at"),
    Stream("replicate_session_activity", ("session_id",), "session_date", {"viewer_pii": "1"}),
    Stream("replay_metrics", ("entity_type", "entity_id", "period", "period_start"), "period_end"),
    Stream("replay_change_feed", ("entity_type", "entity_id"), "ingested_at"),
)


class Reprise(History):
    """Windows of metrics are rows by the day; of the change feed only the latest of an entity counts."""

    streams = STREAMS

    def horizon(self, stream: Stream) -> datetime:
        if stream.name == "replay_change_feed":
            return self.last - HOUR
        # A closed window is asked again as long as it began inside the look-back.
        return super().horizon(stream) + (DAY if stream.name == "replay_metrics" else timedelta())

    def by_key(self, stream: Stream, rows: list[Row]) -> dict[tuple, list[Row]]:
        found = super().by_key(stream, rows)
        if stream.name == "replay_change_feed":
            for key, versions in found.items():
                found[key] = [v for v in versions if v["ingested_at"] == versions[-1]["ingested_at"]]
        return found

    def rows(self, stream: Stream) -> tuple[dict[str, str], list[Row]]:
        if stream.name == "replay_metrics":
            return self._metrics()
        parameters = dict(stream.parameters)
        if stream.name != "replay_change_feed":
            parameters["start_timestamp"] = _parameter(self.start)
        return self._truth(stream.name, **parameters)

    def _metrics(self) -> tuple[dict[str, str], list[Row]]:
        """Every calendar day from the start to now, by both kinds of entity."""
        now, rows = self.account.now(), []
        begin = self.start
        while begin < now:
            end = begin + DAY
            for group in ("published_replay", "published_replay_link"):
                kinds, found = self._truth(
                    "replay_metrics", group_by=group, start_timestamp=_parameter(begin), end_timestamp=_parameter(min(end, now))
                )
                added = {"period": "day", "period_start": _rfc3339(begin), "period_end": _rfc3339(end)}
                rows += [row | added for row in found]
            begin = end
        return kinds | {"period": "text", "period_start": "time", "period_end": "time"}, rows

    def _truth(self, pipe: str, **parameters: str) -> tuple[dict[str, str], list[Row]]:
        """Return the kinds of a pipe's columns and the rows that it holds now, in the pipe's order."""
        answer = self.account.truth(pipe, **parameters)
        types = {m["name"]: m["type"] for m in answer["meta"]}
        rows = [{name: values.expected(types[name], v) for name, v in row.items()} for row in answer["data"]]
        return {name: values.kind_of(kind) for name, kind in types.items()}, rows


def _parameter(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _config(account: Account) -> dict:
    """Pages are so small that a load takes many, and large enough that the look-back
    is read again as a whole; all columns that can be asked for are."""
    own = {"retry_minutes": 1, "page_size": 700, "poster": True, "viewer_pii": True}
    return {"api_key": account.about["key"], "token_url": account.about["token_url"], "start_date": account.about["start"]} | own


def _pages(config: Path) -> list[str]:
    """The programs that README.md and docs/airbyte.md show, the second with that config."""
    readme = re.search(r"python - <<'END'\n(.*?)^ *END$", (ROOT / "README.md").read_text(), re.S | re.M)[1]
    page = re.search(r"```python\n(.*?)```", (ROOT / "docs/airbyte.md").read_text(), re.S)[1]
    example = '{"api_key": "rprswh_your_api_key", "start_date": "2026-01-01"}'
    if page.count(example) != 1:
        raise RuntimeError(f"docs/airbyte.md has no config {example}")
    return [textwrap.dedent(readme), page.replace(example, config.read_text()).replace("true", "True")]


SYSTEM = System(
    streams=STREAMS,
    history=Reprise,
    # The account lives on for days behind the clock of the first load.
    account=("-seed", "7", "-days", "40", "-at", "732h", "-sessions", "10", "-odd"),
    config=_config,
    noun="pipe",
    kill_load=("replay_session_activity", 4),
    kill_both=("replay_metrics", 1),
    kill_behind=("replicate_session_activity", 2),
    repeated=frozenset({"replay_change_feed"}),  # its last hour
    mistyped="rprswh_mistyped",
    revoked="rprswh_revoked",
    refused="status 401: invalid_or_revoked_key; hint: the API key is wrong or revoked; create a Data Warehouse API key in Reprise",
    left_out="replay_metrics",
    column=("replay_session_activity", "visitor_name"),
    automatic=("replay_session_activity", "activity_id"),
    quick=("PyAirbyte", "Kubernetes", "Meltano", "airbyte-cdk", "target-postgres", "Airflow's DagBag", "target-jsonl"),
    pages=_pages,
)
