"""target-jsonl: a file a stream, to which every record is appended. It keeps every byte."""

import json

import environments
import values
from compare import Row
from expectation import STREAMS
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
        key = next(s.key for s in STREAMS if s.name == stream)
        rows = map(values.parse, file.read_bytes().split(b"\n")[:-1])
        return list({tuple(row[k] for k in key): row for row in rows}.values())
