"""Rybbit: sites and their sessions, of a current server."""

import json
import urllib.request
from decimal import Decimal

import values
from account import Account
from compare import Row
from expectation import History, Stream
from programs import ROOT
from trial import System

STREAMS = (Stream("sessions", ("session_id",), "session_end"), Stream("sites", ("siteId",), "updatedAt"))


class Rybbit(History):
    """The rows of the emulator's truth, by the types in schemas/rybbit."""

    streams = STREAMS

    def rows(self, stream: Stream) -> tuple[dict[str, str], list[Row]]:
        columns = json.loads((ROOT / f"schemas/rybbit/{stream.name}.json").read_text())
        types = {c["name"]: c["type"] for c in columns}
        rows = [{name: _expected(kind, row.get(name)) for name, kind in types.items()} for row in self._held(stream)]
        return {name: values.kind_of(kind) for name, kind in types.items()}, rows

    def _held(self, stream: Stream) -> list[dict]:
        sites = self._sites()
        if stream.name == "sites":
            return sites
        return [
            row | {"site_id": site["siteId"]}
            for site in sites
            for row in self.account.truth(stream.name, site=str(site["siteId"])) or []
        ]

    def _sites(self) -> list[dict]:
        """What the API itself says: the emulator has no other truth of them."""
        about = self.account.about
        request = urllib.request.Request(
            f"{about['url']}/api/organizations/{about['organization']}/sites", headers={"Authorization": f"Bearer {about['key']}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return values.parse(answer.read())["sites"]


def _expected(kind: str, value):
    """A text that the server made a number of arrives as the digits that it sent."""
    if values.kind_of(kind) == "text" and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    return values.expected(kind, value)


def _config(account: Account) -> dict:
    """Requests want so few sessions that a load takes many."""
    own = {"retry_minutes": 1, "page_size": 20}
    return {"api_key": account.about["key"], "base_url": account.about["url"], "start_date": account.about["start"]} | own


SYSTEM = System(
    streams=STREAMS,
    history=Rybbit,
    # The account lives on for days behind the clock of the first load.
    account=("-api", "rybbit", "-seed", "7", "-days", "40", "-at", "732h", "-sessions", "60"),
    config=_config,
    noun="endpoint",
    kill_load=("sessions", 300),
    kill_both=("sessions", 60),
    kill_behind=("sessions", 300),
    repeated=frozenset({"sites"}),  # a full table
    mistyped="rb_mistyped",
    revoked="rb_revoked",
    refused="GET /api/organizations: status 401: Unauthorized; hint: the key is wrong, or it is an organization's",
    left_out="sites",
    column=("sessions", "city"),
    automatic=("sessions", "session_id"),
)
