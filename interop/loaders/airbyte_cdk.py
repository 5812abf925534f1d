"""airbyte-cdk: Airbyte's standard tests on the binary, and a strict look at every line it prints. It keeps no rows."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import environments
from account import Account
from expectation import History
from loaders.base import Loader
from programs import ROOT
from scenario import Day

FILES = Path(__file__).parent.parent / "airbyte"
CONNECTORS = ROOT / "airbyte"  # a folder each that Airbyte's repository would hold


class AirbyteCdk(Loader):
    name = "airbyte-cdk"


def play(loader: AirbyteCdk, account: Account, history: History, report: Callable[[Day], None]) -> None:
    """Run the standard tests, then check each line of a first read and of one a day later."""
    source = loader.source()
    report(_standard_tests(loader, source))
    catalog = loader.work / "catalog.json"
    catalog.write_text(json.dumps(_configured(loader, source)))
    state = loader.work / "state.json"
    state.write_text("[]")
    report(_lines(loader, source, "1 full read"))
    account.advance("24h")
    report(_lines(loader, source, "2 a day later"))
    report(_other_lines(loader, source))
    if loader.trial.program.folder == ".":  # they are about the program at the root
        report(_lines_of_go_tests(loader))


def _standard_tests(loader: Loader, source: Path) -> Day:
    home = loader.work / "connector"
    shutil.copytree(CONNECTORS / loader.trial.program.system, home)
    shutil.copy2(FILES / "test_standards.py", home)
    (home / "secrets").mkdir()
    config = json.loads(loader.config.read_text())
    (home / "secrets/config.json").write_text(json.dumps(config))
    (home / "secrets/invalid_config.json").write_text(json.dumps(config | {"api_key": loader.trial.system.revoked}))
    began = time.monotonic()
    done = subprocess.run(
        [_bin() / "python", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not docker_image", "test_standards.py"],
        cwd=home, env=os.environ | {"SOURCE_BIN": str(source)}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", done.stdout)
    day = Day(loader.title, "standard tests", time.monotonic() - began)
    day.documented["tests passed"] = int(passed[1]) if passed else 0
    if done.returncode or not passed:
        day.errors.append(done.stdout[-3000:] + done.stderr[-1000:])
    return day


def _configured(loader: Loader, source: Path) -> dict:
    """Every stream of discovery, as the platform configures it."""
    out = subprocess.run([source, "discover", "--config", loader.config], capture_output=True, text=True, check=True).stdout
    catalog = next(m["catalog"] for m in map(json.loads, out.splitlines()) if m["type"] == "CATALOG")
    return {
        "streams": [
            {
                "stream": stream,
                "sync_mode": "incremental",
                "destination_sync_mode": "append_dedup",
                "cursor_field": stream.get("default_cursor_field", []),
                "primary_key": stream.get("source_defined_primary_key", []),
            }
            for stream in catalog["streams"]
        ]
    }


def _other_lines(loader: Loader, source: Path) -> Day:
    """What is printed beside a read that ends well: by the other verbs, in the case of failures, and at every level."""
    refused = loader.work / "refused.json"
    refused.write_text(json.dumps(json.loads(loader.config.read_text()) | {"api_key": loader.trial.system.revoked}))
    bad = loader.work / "bad.json"
    bad.write_text('{"streams": [{"stream": {"name": "nowhere"}, "sync_mode": "incremental"}]}')
    catalog, absent = loader.work / "catalog.json", loader.work / "absent.json"
    began = time.monotonic()
    day, printed = Day(loader.title, "other lines"), b""
    for args in (
        ["spec"],
        ["check", "--config", loader.config],
        ["check", "--config", refused, "--debug"],
        ["check", "--config", absent],
        ["discover", "--config", loader.config, "--debug"],
        ["discover", "--config", refused],
        ["read", "--config", loader.config, "--catalog", catalog, "--debug"],
        ["read", "--config", refused, "--catalog", catalog],
        ["read", "--config", loader.config, "--catalog", bad],
        ["read", "--config", loader.config, "--catalog", absent],
        ["demo"],
        ["sync"],
    ):
        done = subprocess.run([source, *args], capture_output=True)
        if done.stderr or not done.stdout:
            day.errors.append(f"{' '.join(map(str, args))}: {done.stderr.decode(errors='replace')[-1000:]}")
        printed += done.stdout
    check = _check(printed)
    if check.returncode:
        day.errors.append(check.stderr.decode(errors="replace")[-1000:])
    day.seconds = time.monotonic() - began
    return day


def _lines_of_go_tests(loader: Loader) -> Day:
    """What the source prints in the Go tests of the protocol, which break it in more ways than are played here."""
    lines = loader.work / "go_tests.jsonl"
    began = time.monotonic()
    done = subprocess.run(
        ["go", "test", "-count=1", "./airbyte", "-run", "Airbyte|Spec|Connection|Discovery|BasicRead|FullRefresh|Incremental|Platform|Finding|Migrating"],
        cwd=ROOT, env=os.environ | {"AIRBYTE_LINES": str(lines)}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    day = Day(loader.title, "lines of the Go tests")
    printed = lines.read_bytes() if lines.exists() else b""
    if done.returncode or not printed:
        day.errors.append(done.stdout[-3000:] + done.stderr[-1000:])
    check = _check(printed)
    if check.returncode:
        day.errors.append(check.stderr.decode(errors="replace")[-1000:])
    day.documented["lines"] = printed.count(b"\n")
    day.seconds = time.monotonic() - began
    return day


def _check(lines: bytes) -> subprocess.CompletedProcess:
    return subprocess.run([_bin() / "python", "-B", FILES / "lines.py"], input=lines, capture_output=True)


def _lines(loader: Loader, source: Path, name: str) -> Day:
    """Read once from the last state; every line must be a message, and the states are kept."""
    catalog, state = loader.work / "catalog.json", loader.work / "state.json"
    began = time.monotonic()
    read = subprocess.run([source, "read", "--config", loader.config, "--catalog", catalog, "--state", state], capture_output=True)
    check = _check(read.stdout)
    day = Day(loader.title, name, time.monotonic() - began)
    if read.returncode or read.stderr:
        day.errors.append(f"read ended with {read.returncode}: {read.stderr.decode(errors='replace')[-1000:]}")
    if check.returncode:
        day.errors.append(check.stderr.decode(errors="replace")[-1000:])
    states = {}
    for message in map(json.loads, read.stdout.split(b"\n")[:-1]):
        day.records += message["type"] == "RECORD"
        if message["type"] == "STATE":
            states[message["state"]["stream"]["stream_descriptor"]["name"]] = message["state"]
    state.write_text(json.dumps(list(states.values())))
    return day


def _bin() -> Path:
    return environments.environment("airbyte-cdk")
