"""Meltano with the project of deploy/meltano as it stands, into PostgreSQL.

A program that has no project there is added to one by its definition in
release/hub, from which the wheel is taken out: it is found on PATH.
"""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import environments
import machine
from compare import Row
from loaders.base import Interrupt, Platform
from programs import ROOT
from trial import Trial

PROJECT = ROOT / "deploy/meltano/meltano.yml"
LONGEST_LINE = 4096  # of discovery, in bytes


class Meltano(Platform):
    name = "Meltano"

    def __init__(self, work: Path, trial: Trial):
        super().__init__(work, trial)
        self._server, self._name = trial.server, trial.program.name
        self._schema = trial.program.snake  # the namespace of the extractor
        self._state_id = f"dev:{self._name}-to-target-postgres"
        self._killed = False
        loader = environments.environment("target-postgres-meltanolabs")
        self._meltano = environments.environment("meltano") / "meltano"
        self._environ = {
            "PATH": f"{work / 'bin'}:{loader}:{os.environ['PATH']}",
            "HOME": str(work),
            "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
            "TARGET_POSTGRES_HOST": "127.0.0.1",
            "TARGET_POSTGRES_PORT": str(trial.server.port),
            "TARGET_POSTGRES_USER": "tap",
            "TARGET_POSTGRES_PASSWORD": "x",
            "TARGET_POSTGRES_DATABASE": "wh",
        } | trial.environ()
        project = PROJECT.read_text()
        self._own = f"- name: {self._name}\n" in project
        (work / "meltano.yml").write_text(project)
        if not self._own:
            self._add(project)

    def _add(self, project: str) -> None:
        """Make a project with this extractor alone."""
        head, rest = project.split("  extractors:\n")
        (self.work / "meltano.yml").write_text(head + "  loaders:\n" + rest.split("  loaders:\n")[1])
        definition = (ROOT / f"release/hub/{self._name}.yml").read_text()
        ours = self.work / f"{self._name}.yml"
        ours.write_text("".join(line for line in definition.splitlines(True) if not line.startswith("pip_url:")))
        self._run("add", "--no-install", "--plugin-type", "extractor", self._name, "--from-ref", str(ours))
        for stream in self.trial.system.streams:
            self._run("select", self._name, stream.name, "*")

    def sync(self, interrupt: Interrupt | None = None) -> None:
        # A run that was killed counts as running for five more minutes.
        force = ["--force"] if self._killed else []
        command = [str(self._meltano), "run", *force, self._name, "target-postgres"]
        self._killed = self._killed or bool(interrupt)
        self.launch(command, interrupt, self._environ)

    def table(self, stream: str) -> list[Row] | None:
        rows = self._server.table(self._schema, stream)
        return rows and [{c: v for c, v in row.items() if not c.startswith("_sdc_")} for row in rows]

    def extras(self, check: Callable[[], None]) -> None:
        self._settings()
        self._discovery()
        self._run("config", "test", self._name, says="Plugin configuration is valid")
        printed = self._run("config", "print", self._name)
        if json.loads(self.config.read_text())["api_key"] in printed:
            raise RuntimeError("meltano config print shows the API key")
        state = json.loads(self._run("state", "get", self._state_id))
        bookmarks = state["singer_state"]["bookmarks"]
        if self.trial.system.streams[0].name not in bookmarks:
            raise RuntimeError(f"no bookmark in {state}")
        self._refused()
        self._run("run", "--force", "--full-refresh", self._name, "target-postgres")
        check()
        self._terminated()
        self._selection()
        if self._own:
            self._nothing()

    def _refused(self) -> None:
        """A key that is refused is told by the tap's own last line, as a record of Meltano's log and not as JSON."""
        environ = self._environ | {f"{self.trial.program.prefix}API_KEY": self.trial.system.mistyped}
        for command in (["config", "test", self._name], ["run", "--force", "--state-id-suffix", "refused", self._name, "target-postgres"]):
            done = subprocess.run([self._meltano, *command], cwd=self.work, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            said = " ".join((done.stdout + done.stderr).split())
            if not done.returncode or self.trial.system.refused not in said:
                raise RuntimeError(f"meltano {command[0]} with a mistyped key ended with {done.returncode} and said {said[-3000:]}")
        log = (self.work / "client.log").read_text()
        # A line that is read as it stands begins with its level.
        if "run ended" not in log or re.search(self._name + r" +(INFO|\{)", log):
            raise RuntimeError("the tap's log is not read as structured")

    def _terminated(self) -> None:
        """SIGTERM ends the tap and Meltano soon, and the next run makes it good."""
        control = self.trial.control
        control.hold(self.trial.system.streams[0].name, 1)
        began = []

        def terminate(_) -> None:
            try:
                control.wait_held(self.running)
                began.append(time.monotonic())
                os.kill(self._process.pid, signal.SIGTERM)
                self._process.wait()
            finally:
                control.release()

        command = [str(self._meltano), "run", "--force", self._name, "target-postgres"]
        code = self.launch(command, terminate, self._environ)
        took = time.monotonic() - began[0]
        if code != 128 + signal.SIGTERM or took > 10 or machine.processes_of(self.tap):
            raise RuntimeError(f"meltano told to end has ended with {code} after {took:.1f} s; taps left: {machine.processes_of(self.tap)}")
        self.sync()

    def _settings(self) -> None:
        """The project declares every setting of the tap, with its default, and no other."""
        spec = json.loads(self.trial.program.file("spec.json").read_text())["connectionSpecification"]["properties"]
        listed = self._run("config", "list", "--all", self._name)
        declared = dict(re.findall(rf"^(\w+) \[env: {self.trial.program.prefix}\w+\](?: \(default: (.*?)\))?", listed, re.M))
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
        system = self.trial.system
        self._run("select", self._name, "--exclude", *system.column)
        self._run("select", self._name, "--exclude", system.left_out, "*")
        listed = self._run("select", self._name, "--list", "--all")
        for line in ("[excluded   ] " + ".".join(system.column), "[automatic  ] " + ".".join(system.automatic)):
            if line not in listed:
                raise RuntimeError(f"meltano select --list lacks {line!r}:\n{listed[-3000:]}")
        self._server.execute(f"drop schema {self._schema} cascade")
        self._run("run", "--force", "--full-refresh", self._name, "target-postgres")
        if self._server.table(self._schema, system.left_out) is not None:
            raise RuntimeError("a stream that is not selected was loaded")
        rows = self._server.table(self._schema, system.column[0])
        if not rows or system.column[1] in rows[0]:
            raise RuntimeError("a column that is not selected was loaded")

    def _nothing(self) -> None:
        """A plugin without rules that is given an --exclude selects nothing, with exit code 0; the tap says so."""
        (self.work / "meltano.yml").write_text(PROJECT.read_text().replace("    select: ['*.*']\n", ""))
        self._run("select", self._name, "--exclude", self.trial.system.left_out, "*")
        self._run("run", "--force", self._name, "target-postgres", says="the catalog selects no stream")

    def _run(self, *args: str, says: str = "") -> str:
        """Run a Meltano command and return what it printed on stdout."""
        done = subprocess.run([self._meltano, *args], cwd=self.work, env=self._environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode or says not in done.stdout + done.stderr:
            raise RuntimeError(f"meltano {' '.join(args)} ended with {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout
