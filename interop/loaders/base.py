"""What the scenario asks of a loader, and the pipe that most loaders are."""

import json
import os
import shutil
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from compare import Difference, Row
from trial import Trial

Interrupt = Callable[["Loader"], None]


class Loader:
    """One client with a copy of the tap of its own, in a folder of its own."""

    name: str
    differences: dict[str, Difference] = {}
    typed = False  # whether the store keeps JSON's types
    folds = False  # whether it makes the names of columns lower case
    pages_before_kill = 3  # of the look-back, in the middle of which a later run is killed

    def __init__(self, work: Path, trial: Trial):
        self.work, self.trial = work, trial
        (work / "bin").mkdir(parents=True)
        self.tap = Path(shutil.copy2(trial.tap, work / "bin" / trial.program.name))
        self.config = work / "config.json"
        self.config.write_text(json.dumps(trial.config))
        self.records: Counter = Counter()  # of the last run, by stream, where they can be seen

    @property
    def title(self) -> str:
        """The client, and beside it the program unless it is the one at the root."""
        program = self.trial.program
        return self.name if program.folder == "." else f"{self.name}, {program.name}"

    def source(self) -> Path:
        """Return the tap under the name by which it is an Airbyte source."""
        path = self.work / "bin" / self.trial.program.connector
        if not path.is_symlink():
            path.symlink_to(self.tap)
        return path

    def sync(self, interrupt: Interrupt | None = None) -> None:
        """Run once from where the last run left off.

        interrupt is called while the run is under way and may kill parts of
        it; the run may then end as it likes. Otherwise it must end well.
        """
        raise NotImplementedError

    def kill(self) -> None:
        """Kill the client with -9 while a run is under way. The tap is killed already."""
        raise NotImplementedError

    def running(self) -> bool:
        """Report whether the run that was started last is still under way."""
        raise NotImplementedError

    def said(self) -> str:
        """Return the last lines of what the tap and the client said, for an error."""
        return ""

    def tail(self, name: str) -> str:
        """Return the last lines of one of its logs, without metrics."""
        lines = [line for line in (self.work / name).read_text(errors="replace").splitlines() if "METRIC" not in line]
        return "\n".join(f"  {name}: {line[:400]}" for line in lines[-12:])

    def table(self, stream: str) -> list[Row] | None:
        """Return the rows of a stream's table without the loader's own columns, or None if there is no table."""
        raise NotImplementedError

    def loaded(self) -> None:
        """Try what only this client can do when the first load has ended and was found right."""

    def extras(self, check: Callable[[], None]) -> None:
        """Try what only this client can do. check compares all tables after a full refresh."""


class Platform(Loader):
    """A client that starts the tap by itself."""

    def launch(self, command: list, interrupt: Interrupt | None, environ: dict[str, str]) -> int:
        """Run the client in a process group of its own, its output in client.log, and return its exit code."""
        with open(self.work / "client.log", "ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.work, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
            try:
                if interrupt:
                    interrupt(self)
            finally:
                code = self._process.wait()
        if code and not interrupt:
            raise RuntimeError(f"{self.name} ended with {code}\n{self.said()}")
        return code

    def running(self) -> bool:
        return self._process.poll() is None

    def said(self) -> str:
        return (self.work / "client.log").read_text(errors="replace")[-3000:]

    def kill(self) -> None:
        # Its children too, so that nothing of this run goes on beside the next.
        os.killpg(self._process.pid, signal.SIGKILL)


class Pipe(Loader):
    """`tap | target`, with the target's last line as the state of the next run."""

    def __init__(self, work: Path, trial: Trial):
        super().__init__(work, trial)
        self._state = work / "state.json"
        self._target: subprocess.Popen | None = None
        self._tap: subprocess.Popen | None = None

    def target(self) -> list[str]:
        """The command of the target, its config written."""
        raise NotImplementedError

    def kill(self) -> None:
        self._target.kill()

    def sync(self, interrupt: Interrupt | None = None) -> None:
        state = ["--state", str(self._state)] if self._state.exists() else []
        command = [str(self.tap), "--config", str(self.config), *state]
        with open(self.work / "tap.log", "ab") as tap_log, open(self.work / "target.log", "ab") as target_log:
            target = subprocess.Popen(self.target(), cwd=self.work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=target_log)
            tap = subprocess.Popen(command, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=tap_log)
            self._target, self._tap = target, tap
            pump = threading.Thread(target=self._pump, args=(tap, target))
            pump.start()
            try:
                if interrupt:
                    interrupt(self)
                states = target.stdout.read().splitlines()
            finally:
                if not interrupt and tap.poll() is None and target.poll() is not None:
                    tap.kill()
                pump.join()
                codes = tap.wait(), target.wait()
                target.stdout.close()
        if codes != (0, 0) and not interrupt:
            raise RuntimeError(f"tap and target ended with {codes}\n{self.said()}")
        if states:
            json.loads(states[-1])
            self._state.write_bytes(states[-1])
        elif not interrupt:
            raise RuntimeError(f"the target gave no state\n{self.said()}")

    def _pump(self, tap: subprocess.Popen, target: subprocess.Popen) -> None:
        """Hand lines on, counting records."""
        self.records.clear()
        for line in tap.stdout:
            if line.startswith(b'{"type":"RECORD"'):
                self.records[line.split(b'"stream":"', 1)[1].split(b'"', 1)[0].decode()] += 1
            try:
                target.stdin.write(line)
            except BrokenPipeError:
                break
        # Closed, the tap gets the signal that it would get from a dead target.
        tap.stdout.close()
        try:
            target.stdin.close()
        except BrokenPipeError:
            pass

    def running(self) -> bool:
        return self._tap.poll() is None

    def said(self) -> str:
        return "\n".join(self.tail(name) for name in ("tap.log", "target.log"))
