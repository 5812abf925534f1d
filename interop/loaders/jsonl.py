"""target-jsonl: a file a stream, to which every record is appended. It keeps every byte."""

import json
import os
import signal
from collections.abc import Callable

import environments
import machine
import values
from compare import Row
from loaders.base import Pipe


class Jsonl(Pipe):
    name = "target-jsonl"
    typed = True

    def target(self) -> list[str]:
        out = self.work / "out"
        out.mkdir(exist_ok=True)
        config = self.work / "target.json"
        config.write_text(json.dumps({"destination_path": str(out), "do_timestamp_file": False}))
        return [str(environments.environment("target-jsonl") / "target-jsonl"), "--config", str(config)]

    def table(self, stream: str) -> list[Row]:
        """The last record of each key; a stream without records has no file."""
        file = self.work / "out" / f"{stream}.jsonl"
        if not file.exists():
            return []
        key = next(s.key for s in self.trial.system.streams if s.name == stream)
        rows = map(values.parse, file.read_bytes().split(b"\n")[:-1])
        return list({tuple(row[k] for k in key): row for row in rows}.values())

    def extras(self, check: Callable[[], None]) -> None:
        """A load that is told to end keeps its state: this loader forgets one that a record follows."""
        control, system = self.trial.control, self.trial.system
        self._state.unlink()
        control.hold(*system.kill_behind)

        def terminate(_) -> None:
            # At once: the states of the first second are still held back then.
            try:
                control.wait_held(self.running)
                for pid in machine.processes_of(self.tap):
                    os.kill(pid, signal.SIGTERM)
            finally:
                control.release()

        self.sync(terminate)
        if not self._state.exists() or system.streams[0].name not in self._state.read_text():
            raise RuntimeError("a load that was told to end has left no state of the stream that was done")
        self.sync()
        check()
