"""Reads a source's output and fails at the first line that is not exactly an Airbyte message.

Runs in the environment of airbyte-cdk: source-reprise read … | python lines.py
Unknown fields, which the platform drops without a word, are found by writing
each message again; every STATE must count the records since the last one of
its stream, and no record may come after the last STATE of its stream.
"""

import collections
import json
import re
import sys

from airbyte_cdk.models import AirbyteMessageSerializer

PARTS = {
    "RECORD": "record", "STATE": "state", "LOG": "log", "SPEC": "spec", "CATALOG": "catalog",
    "CONNECTION_STATUS": "connectionStatus", "TRACE": "trace", "CONTROL": "control",
}  # fmt: skip

PAIR = re.compile(r"\\ud[89ab]..\\ud[c-f]..", re.I)
HALF = re.compile(r"\\ud[89a-f]..", re.I)


def same(printed, known, path: str) -> None:
    """Fail if a printed value did not survive, nulls aside."""
    if isinstance(printed, dict) and isinstance(known, dict):
        for name, value in printed.items():
            if value is None and known.get(name) is None:
                continue
            assert name in known, f"{path}.{name} is not in the protocol"
            same(value, known[name], f"{path}.{name}")
    else:
        assert printed == known and type(printed) is type(known), f"{path}: {printed!r} is read as {known!r}"


def main() -> None:
    """Check standard input and print how many messages of each type there were."""
    seen, since = collections.Counter(), collections.Counter()
    for number, line in enumerate(sys.stdin.buffer, 1):
        text = line.decode()
        assert not HALF.search(PAIR.sub("", text)), f"line {number}: lone surrogate"
        message = json.loads(text)
        kind = message["type"]
        assert message.get(PARTS[kind]) is not None, f"line {number}: {kind} without its part"
        if kind == "RECORD":
            data = message["record"].pop("data")
            assert isinstance(data, dict), f"line {number}: data is {data!r}"
            message["record"]["data"] = {}
            since[message["record"]["stream"]] += 1
        if kind == "STATE":
            state = message["state"]
            name = state["stream"]["stream_descriptor"]["name"]
            assert isinstance(state["stream"]["stream_state"], dict), f"line {number}: the state of {name} is no object"
            count = state["sourceStats"]["recordCount"]
            assert count == since.pop(name, 0), f"line {number}: recordCount of {name} is {count}"
            assert isinstance(count, float), f"line {number}: recordCount of {name} has no decimal point"
        same(message, AirbyteMessageSerializer.dump(AirbyteMessageSerializer.load(message)), f"line {number}")
        seen[kind] += 1
    assert not +since, f"records without a STATE after them: {dict(since)}"
    print(dict(seen))


if __name__ == "__main__":
    main()
