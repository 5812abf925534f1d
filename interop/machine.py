"""What the machine has to have: Debian packages, free ports, and an end to every process."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

_apt = threading.Lock()


def need(package: str, present) -> None:
    """Install a Debian package unless present() is true; end the run if that cannot be done."""
    with _apt:
        if present():
            return
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        environ = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"]
        for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", "--no-install-recommends", package]):
            try:
                done = subprocess.run([*environ, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
                said = done.stdout + done.stderr
            except FileNotFoundError as missing:
                said = str(missing)
            if present():
                return
        raise SystemExit(f"interop: {package} is missing and cannot be installed:\n{said[-2000:]}")


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


_stopping = threading.Event()
_settled = threading.Event()


def end_by_exception() -> None:
    """Let SIGINT, SIGTERM and SIGHUP unwind the stack, so that everything started is stopped."""

    def stop(number, frame):
        _stopping.set()
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    threading.Thread(target=_sweep, daemon=True).start()


def settled() -> None:
    """Tell that no thread starts processes any more; none is killed after this."""
    _settled.set()


def _sweep() -> None:
    """Kill what threads wait for, and what they still start, until they have ended."""
    _stopping.wait()
    while not _settled.wait(0.1):
        for pid in _descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *_descendants(child)]
    return found


def processes_of(executable: Path) -> list[int]:
    """List the processes that run this very file.

    Each loader has a copy of the tap of its own, so this finds the tap that a
    platform started, and no other.
    """
    inode, found = os.stat(executable).st_ino, []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.stat(entry / "exe").st_ino == inode:
                    found.append(int(entry.name))
            except OSError:
                continue  # gone, or of another user
    return found

