"""deploy/kubernetes: the Job's ten slices and the CronJob's live tap, as processes side by side, into one PostgreSQL.

What their manifests say is run: the commands, the environment, the files that
they mount. There is no cluster: users, limits and the read-only file system are
held against the manifests only.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import environments
import machine
import manifests
from compare import Row
from loaders.base import Interrupt, Loader
from loaders.postgres import MeltanoLabs
from trial import Trial

SCHEMA = "kubernetes"
LIVE = "live"  # the live tap's pod; the others are named by their index
HISTORY = timedelta(days=20)  # what the slices load of the account's first days
SHELL = ("sh", "date", "dirname", "mkfifo", "mktemp", "mv", "rm")


class Plain(MeltanoLabs):
    name = "one-plain-run"


class Kubernetes(Loader):
    name = "Kubernetes"
    pages_before_kill = 1

    def __init__(self, work: Path, trial: Trial):
        super().__init__(work, trial)
        self._server, self._config = trial.server, trial.config
        self._objects = manifests.built(work)
        self._history = self._objects["Job/reprise-history"]["spec"]
        self._live = self._objects["CronJob/reprise"]["spec"]
        self._settings()
        self._waiting = set(map(str, range(self._history["completions"])))  # slices that have not ended well
        self._pods: list[subprocess.Popen] = []
        self._busybox = self._applets()

    def sync(self, interrupt: Interrupt | None = None) -> None:
        left, tries = self._waiting | {LIVE}, self._history["backoffLimitPerIndex"]
        while left:
            ended = self._run(left, interrupt)
            left = {which for which, code in ended.items() if code}
            self._waiting &= left
            if interrupt:
                return
            # Two pods that make the same table at once are no rarity in the
            # first load: one of them fails, and is tried again.
            if left and tries == 0 or {2, 3} & set(ended.values()):
                raise RuntimeError(f"pods ended with {ended}\n" + "\n".join(self.tail(f"{which}.log") for which in left))
            tries -= 1

    def _run(self, which: set[str], interrupt: Interrupt | None) -> dict[str, int]:
        """Run pods side by side and return how each ended."""
        job, live = self._history["template"]["spec"], self._live["jobTemplate"]["spec"]["template"]["spec"]
        started = {name: self._start(live if name == LIVE else job, name) for name in sorted(which)}
        self._pods = list(started.values())
        if interrupt:
            interrupt(self)
            # A tap that had not come to its request yet is held there now.
            while self.running():
                for pid in machine.processes_of(self.tap):
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.1)
        return {name: process.wait() for name, process in started.items()}

    def running(self) -> bool:
        return any(pod.poll() is None for pod in self._pods)

    def said(self) -> str:
        return self.tail("live.log")

    def kill(self) -> None:
        for pod in self._pods:
            if pod.poll() is None:
                os.killpg(pod.pid, signal.SIGKILL)

    def table(self, stream: str) -> list[Row] | None:
        rows = self._server.table(SCHEMA, stream)
        return rows and [{c: v for c, v in row.items() if not c.startswith("_sdc_")} for row in rows]

    def loaded(self) -> None:
        """One run of the tap by itself must give what the slices and the live tap gave, in every cell."""
        plain = Plain(self.work / "plain", self.trial)
        plain.sync()
        for stream in self.trial.system.streams:
            mine, its = (sorted(rows, key=lambda row: [row[k] for k in stream.key]) for rows in (self.table(stream.name), plain.table(stream.name)))
            if mine != its:
                raise RuntimeError(f"{stream.name}: {len(mine)} rows by slices, {len(its)} by one run, {sum(a != b for a, b in zip(mine, its))} differ")

    def extras(self, check: Callable[[], None]) -> None:
        """A live pod that is told to end, as when a node is drained, hands on and keeps what it has read."""
        control = self.trial.control
        control.advance("24h")
        control.hold("replay_metrics", 1)
        before, job = self._since(), self._live["jobTemplate"]["spec"]["template"]["spec"]
        pod = self._start(job, LIVE)
        try:
            control.wait_held(lambda: pod.poll() is None)
            pod.send_signal(signal.SIGTERM)
            code = pod.wait(job["terminationGracePeriodSeconds"])
        finally:
            control.release()
        newest = max(row["session_created_at"] for row in self.table("replay_session_activity"))
        if code != 128 + signal.SIGTERM or not before < newest <= self._since():
            raise RuntimeError(f"a pod told to end has ended with {code}: rows up to {newest}, state from {before} to {self._since()}\n{self.tail('live.log')}")

    def _since(self) -> str:
        """What the live tap's state says of the first stream."""
        state = json.loads((self.work / "state/state.json").read_text())
        return state["bookmarks"]["replay_session_activity"]["since_created_at"]

    def _settings(self) -> None:
        """Check the manifests and put the account's and the server's own values into their place."""
        pods = self._history["template"]["spec"], self._live["jobTemplate"]["spec"]["template"]["spec"]
        faults = [fault for pod in pods for fault in manifests.hardened(pod)]
        slices = next(v["value"] for v in pods[0]["containers"][0]["env"] if v["name"] == "SLICES")
        if slices != str(self._history["completions"]):
            faults.append(f"SLICES is {slices}, completions {self._history['completions']}")
        # An older change, from a slice, must not be put over a later one.
        catalog = json.loads(self._objects["ConfigMap/reprise-scripts"]["data"]["history.json"])
        if {s["tap_stream_id"] for s in catalog["streams"]} != {s.name for s in self.trial.system.streams} - {"replay_change_feed"}:
            faults.append(f"the slices load {catalog}")
        if self._live["concurrencyPolicy"] != "Forbid":
            faults.append("two live runs may go on side by side")
        if faults:
            raise RuntimeError("; ".join(faults))
        start = datetime.fromisoformat(self._config["start_date"])
        dates = {"HISTORY_START": f"{start:%Y-%m-%d}", "HISTORY_END": f"{start + HISTORY:%Y-%m-%d}"}
        where = {"TARGET_POSTGRES_HOST": "127.0.0.1", "TARGET_POSTGRES_PORT": str(self._server.port), "TARGET_POSTGRES_USER": "tap"}
        self._replace("ConfigMap/reprise-history", dates)
        self._replace("ConfigMap/reprise-warehouse", where | {"TARGET_POSTGRES_DATABASE": "wh", "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": SCHEMA})
        for name, content in self._objects["ConfigMap/reprise-scripts"]["data"].items():
            (self.work / "scripts").mkdir(exist_ok=True)
            (self.work / "scripts" / name).write_text(content)
        (self.work / "state").mkdir()

    def _replace(self, name: str, values: dict[str, str]) -> None:
        data = self._objects[name]["data"]
        if not values.keys() <= data.keys():
            raise RuntimeError(f"{name} lacks {values.keys() - data.keys()}")
        data.update(values)

    def _start(self, pod: dict, name: str) -> subprocess.Popen:
        """Start what a pod's only container runs, in a process group of its own, its output in NAME.log."""
        (container,) = pod["containers"]
        tmp = self.work / f"tmp-{name}"
        shutil.rmtree(tmp, ignore_errors=True)  # a new pod has a new one
        tmp.mkdir()
        kept = {"scripts": self.work / "scripts", "state": self.work / "state", "tmp": tmp}
        mounts = {m["mountPath"]: str(kept[m["name"]]) for m in container["volumeMounts"]}
        command = [next((here + arg.removeprefix(path) for path, here in mounts.items() if arg.startswith(path)), arg) for arg in container["command"]]
        # Both shells, both dates: half of the pods see busybox's.
        tools = [self._busybox] if name[-1] in "02468" else []
        path = [self.tap.parent, *tools, environments.environment("target-postgres-meltanolabs"), "/usr/bin", "/bin"]
        own = self.trial.environ("api_key", "start_date") | {"PATH": ":".join(map(str, path)), "TMPDIR": str(tmp), "HOME": str(tmp), "JOB_COMPLETION_INDEX": name}
        with open(self.work / f"{name}.log", "ab") as log:
            return subprocess.Popen(
                [shutil.which(command[0], path=own["PATH"]), *command[1:]], cwd=tmp, env=own | self._variables(container),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _variables(self, container: dict) -> dict[str, str]:
        """The environment of a container, as its manifest gives it."""
        found: dict[str, str] = {}
        for source in container["envFrom"]:
            found |= self._objects[f"ConfigMap/{source['configMapRef']['name']}"]["data"]
        secrets = {"api_key": self._config["api_key"], "warehouse_password": "x"}
        for variable in container["env"]:
            match variable:
                case {"value": value}:
                    found[variable["name"]] = value
                case {"valueFrom": {"secretKeyRef": {"name": "reprise", "key": key}}}:
                    found[variable["name"]] = secrets[key]
                case {"valueFrom": {"configMapKeyRef": {"name": name, "key": key}}}:
                    found[variable["name"]] = self._objects[f"ConfigMap/{name}"]["data"][key]
        return found

    def _applets(self) -> Path:
        """A folder with busybox under the names of the programs that the scripts use."""
        machine.need("busybox-static", lambda: shutil.which("busybox"))
        folder = self.work / "busybox"
        folder.mkdir()
        for name in SHELL:
            (folder / name).symlink_to(shutil.which("busybox"))
        return folder
