"""Python environments for the clients: one each, pinned, kept between runs outside the repo."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements"


def cache() -> Path:
    """The folder that keeps the environments between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tap-reprise-interop"


def environment(name: str) -> Path:
    """Return the bin folder of the environment pinned in requirements/NAME.txt.

    It is built when its pins, or Python, changed since it was last used. A
    half-built one (a run was killed) is thrown away. Two runs may ask at once.
    """
    pins = REQUIREMENTS / f"{name}.txt"
    key = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = cache() / f"{name}-{key}"
    done = home / "complete"
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _build(home, pins)
            done.touch()
            for old in cache().glob(f"{name}-{'?' * 12}"):
                if old != home:
                    shutil.rmtree(old)
    return home / "bin"


def _build(home: Path, pins: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    log = home.with_suffix(".log")
    with open(log, "w") as out:
        for command in (
            [sys.executable, "-m", "venv", str(home)],
            # The pins are complete, so nothing is resolved: a newer duckdb,
            # for one, would make target-duckdb lose rows.
            [str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(pins)],
        ):
            done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
            if done.returncode:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise SystemExit(f"interop: cannot install {pins.name}:\n{tail}")
    log.unlink()
