"""Meltano with the project of deploy/meltano as it stands, into PostgreSQL."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import environments
import machine
from account import Control
from compare import Row
from loaders.base import Interrupt, Platform
from postgres import Postgres

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "deploy/meltano/meltano.yml"
SCHEMA = "tap_reprise"  # the namespace of the extractor
STATE_ID = "dev:tap-reprise-to-target-postgres"

# What a key that is refused reads like, through all of Meltano.
REFUSED = "status 401: invalid_or_revoked_key; hint: the API key is wrong or revoked; create a Data Warehouse API key in Reprise"
LONGEST_LINE = 4096  # of discovery, in bytes


class Meltano(Platform):
    name = "Meltano"

    def __init__(self, work: Path, tap: Path, config: dict, server: Postgres):
        super().__init__(work, tap, config)
        self._server = server
        self._killed = False
        shutil.copy(PROJECT, work)
        loader = environments.environment("target-postgres-meltanolabs")
        self._meltano = environments.environment("meltano") / "meltano"
        self._environ = {
            "PATH": f"{work / 'bin'}:{loader}:{os.environ['PATH']}",
            "HOME": str(work),
            "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
            "TARGET_POSTGRES_HOST": "127.0.0.1",
            "TARGET_POSTGRES_PORT": str(server.port),
            "TARGET_POSTGRES_USER": "tap",
            "TARGET_POSTGRES_PASSWORD": "x",
            "TARGET_POSTGRES_DATABASE": "wh",
        } | {f"TAP_REPRISE_{key.upper()}": value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}

    def sync(self, interrupt: Interrupt | None = None) -> None:
        # A run that was killed counts as running for five more minutes.
        force = ["--force"] if self._killed else []
        command = [str(self._meltano), "run", *force, "tap-reprise", "target-postgres"]
        self._killed = self._killed or bool(interrupt)
        self.launch(command, interrupt, self._environ)

    def table(self, stream: str) -> list[Row] | None:
        rows = self._server.table(SCHEMA, stream)
        return rows and [{c: v for c, v in row.items() if not c.startswith("_sdc_")} for row in rows]

    def extras(self, check: Callable[[], None]) -> None:
        self._settings()
        self._discovery()
        self._run("config", "test", "tap-reprise", says="Plugin configuration is valid")
        printed = self._run("config", "print", "tap-reprise")
        if json.loads(self.config.read_text())["api_key"] in printed:
            raise RuntimeError("meltano config print shows the API key")
        state = json.loads(self._run("state", "get", STATE_ID))
        bookmarks = state["singer_state"]["bookmarks"]
        if "replay_session_activity" not in bookmarks:
            raise RuntimeError(f"no bookmark in {state}")
        self._refused()
        self._run("run", "--force", "--full-refresh", "tap-reprise", "target-postgres")
        check()
        self._terminated()
        self._selection()
        self._nothing()

    def _refused(self) -> None:
        """A key that is refused is told by the tap's own last line, as a record of Meltano's log and not as JSON."""
        environ = self._environ | {"TAP_REPRISE_API_KEY": "rprswh_mistyped"}
        for command in (["config", "test", "tap-reprise"], ["run", "--force", "--state-id-suffix", "refused", "tap-reprise", "target-postgres"]):
            done = subprocess.run([self._meltano, *command], cwd=self.work, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            said = " ".join((done.stdout + done.stderr).split())
            if not done.returncode or REFUSED not in said:
                raise RuntimeError(f"meltano {command[0]} with a mistyped key ended with {done.returncode} and said {said[-3000:]}")
        log = (self.work / "client.log").read_text()
        # A line that is read as it stands begins with its level.
        if "run ended" not in log or re.search(r"tap-reprise +(INFO|\{)", log):
            raise RuntimeError("the tap's log is not read as structured")

    def _terminated(self) -> None:
        """SIGTERM ends the tap and Meltano soon, and the next run makes it good."""
        control = Control(json.loads(self.config.read_text())["token_url"])
        control.hold("replay_session_activity", 1)
        began = []

        def terminate(_) -> None:
            try:
                control.wait_held(self.running)
                began.append(time.monotonic())
                os.kill(self._process.pid, signal.SIGTERM)
                self._process.wait()
            finally:
                control.release()

        command = [str(self._meltano), "run", "--force", "tap-reprise", "target-postgres"]
        code = self.launch(command, terminate, self._environ)
        took = time.monotonic() - began[0]
        if code != 128 + signal.SIGTERM or took > 10 or machine.processes_of(self.tap):
            raise RuntimeError(f"meltano told to end has ended with {code} after {took:.1f} s; taps left: {machine.processes_of(self.tap)}")
        self.sync()

    def _settings(self) -> None:
        """The project declares every setting of the tap, with its default, and no other."""
        spec = json.loads((ROOT / "spec.json").read_text())["connectionSpecification"]["properties"]
        listed = self._run("config", "list", "--all", "tap-reprise")
        declared = dict(re.findall(r"^(\w+) \[env: TAP_REPRISE_\w+\](?: \(default: (.*?)\))?", listed, re.M))
        if declared.keys() != spec.keys():
            raise RuntimeError(f"meltano.yml and spec.json differ in {declared.keys() ^ spec.keys()}:\n{listed}")
        for name, default in declared.items():
            if default and default not in (str(spec[name].get("default")), repr(spec[name].get("default"))):
                raise RuntimeError(f"{name}: the default is {default} in meltano.yml and {spec[name].get('default')} in spec.json")

    def _discovery(self) -> None:
        """Meltano reads the catalog by lines of at most 64 KiB; a wide account must not come near."""
        out = subprocess.run([self.tap, "--config", self.config, "--discover"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
        longest = max(map(len, out.stdout.splitlines()))
        if longest > LONGEST_LINE:
            raise RuntimeError(f"discovery has a line of {longest} bytes")

    def _selection(self) -> None:
        """A stream and a column are left out, and stay out."""
        self._run("select", "tap-reprise", "--exclude", "replay_session_activity", "visitor_name")
        self._run("select", "tap-reprise", "--exclude", "replay_metrics", "*")
        listed = self._run("select", "tap-reprise", "--list", "--all")
        for line in ("[excluded   ] replay_session_activity.visitor_name", "[automatic  ] replay_session_activity.activity_id"):
            if line not in listed:
                raise RuntimeError(f"meltano select --list lacks {line!r}:\n{listed[-3000:]}")
        self._server.execute(f"drop schema {SCHEMA} cascade")
        self._run("run", "--force", "--full-refresh", "tap-reprise", "target-postgres")
        if self._server.table(SCHEMA, "replay_metrics") is not None:
            raise RuntimeError("a stream that is not selected was loaded")
        rows = self._server.table(SCHEMA, "replay_session_activity")
        if not rows or "visitor_name" in rows[0]:
            raise RuntimeError("a column that is not selected was loaded")

    def _nothing(self) -> None:
        """A plugin without rules that is given an --exclude selects nothing, with exit code 0; the tap says so."""
        (self.work / "meltano.yml").write_text(PROJECT.read_text().replace("    select: ['*.*']\n", ""))
        self._run("select", "tap-reprise", "--exclude", "replay_metrics", "*")
        self._run("run", "--force", "tap-reprise", "target-postgres", says="the catalog selects no stream")

    def _run(self, *args: str, says: str = "") -> str:
        """Run a Meltano command and return what it printed on stdout."""
        done = subprocess.run([self._meltano, *args], cwd=self.work, env=self._environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode or says not in done.stdout + done.stderr:
            raise RuntimeError(f"meltano {' '.join(args)} ended with {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout
