"""Runs the installing commands of docs/install.md where every package index offers another tap-reprise, 9.9.9.

Usage: installers.py DIST VERSION TOOLS MELTANO

DIST holds the wheels of VERSION; TOOLS is the bin folder with uv and pipx,
MELTANO the one with meltano. Anybody can take a name in an index, so the wheel
must win each time, and the index must not even be asked. That the commands
without their care do take 9.9.9 shows that this can fail.
"""

import contextlib
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from index import Index

ROOT = Path(__file__).parents[1]
PROJECT = """default_environment: dev
send_anonymous_usage_stats: false
project_id: 3f0cf4a4-5a7e-4c3a-9d5e-0b6f4f1a7c11
environments:
- name: dev
"""
CARELESS = [
    "pip install tap-reprise",
    "pipx install tap-reprise",
    "UV_NO_INDEX=1 uv tool install --find-links dist tap-reprise",
]


def main(dist: Path, version: str, tools: Path, meltano: Path) -> None:
    blocks = documented(ROOT / "docs/install.md")
    commands = [line for block in blocks for line in block if re.match(r"(pip|uv|pipx) ", line)]
    (project,) = (block for block in blocks if any(line.startswith("meltano add") for line in block))
    (archive,) = (block for block in blocks if block[0].startswith("sha256sum"))
    unpack(dist, archive)
    if {command.split()[0] for command in commands} != {"pip", "uv", "pipx"}:
        sys.exit(f"docs/install.md lacks commands: {commands}")
    with Index("tap-reprise", "9.9.9") as index:
        for command in commands:
            expect(version, installed(dist, index, [command], tools), command)
        expect(version, installed(dist, index, project, meltano), "meltano add")
        if index.asked:
            sys.exit(f"an index was asked for {sorted(set(index.asked))}")
        for command in CARELESS:
            expect("9.9.9", installed(dist, index, [command], tools), command)
    print(f"{len(commands)} commands and Meltano took the wheel")


def documented(page: Path) -> list[list[str]]:
    """The indented blocks of page, as lines, made for this machine."""
    text = page.read_text().replace("x86_64", platform.machine())
    return [re.findall(r"\S.*", block) for block in re.findall(r"(?m)(?:^ {4}.*\n)+", text)]


def unpack(dist: Path, commands: list[str]) -> None:
    """Check and unpack an archive as the page shows, but for what changes the machine."""
    with tempfile.TemporaryDirectory(prefix="tap-reprise-") as folder:
        for file in dist.iterdir():
            Path(folder, file.name).symlink_to(file)
        script = "\n".join(["set -e", *(line for line in commands if not line.startswith("sudo "))])
        subprocess.run(["bash", "-c", script], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        programs = re.findall(r"sudo install (\S+)", "\n".join(commands))
        if not programs or not all(os.access(Path(folder, program), os.X_OK) for program in programs):
            sys.exit(f"the archive has no {programs}")


def installed(dist: Path, index: Index, commands: list[str], tools: Path) -> str:
    """The version of the tap that commands put into a new home."""
    with home(dist, index, tools) as (folder, environ):
        if "pip install" in commands[0]:
            subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        script = "set -e\n" + "\n".join(commands)
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{script}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
        places = [folder / "venv/bin", folder / ".local/bin", folder / ".meltano/extractors/tap-reprise/venv/bin"]
        found = [place / "tap-reprise" for place in places if (place / "tap-reprise").exists()]
        if len(found) != 1:
            sys.exit(f"{script}\nleft {found}")
        return subprocess.run([found[0], "--version"], check=True, capture_output=True, text=True).stdout.split()[1].removeprefix("v")


@contextlib.contextmanager
def home(dist: Path, index: Index, tools: Path) -> Iterator[tuple[Path, dict]]:
    """A user's home that is a Meltano project, with dist and release in it, whose installers know index alone."""
    with tempfile.TemporaryDirectory(prefix="tap-reprise-") as name:
        folder = Path(name)
        (folder / "dist").symlink_to(dist)
        (folder / "release").symlink_to(ROOT / "release")
        (folder / "meltano.yml").write_text(PROJECT)
        theirs = ("PIP_", "UV_", "PIPX_", "XDG_", "MELTANO_", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        environ = kept | {
            "HOME": name,
            "PATH": os.pathsep.join([f"{folder}/venv/bin", str(tools), os.environ["PATH"]]),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "NO_COLOR": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }
        for tool in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX"):
            environ[tool] = index.url
        yield folder, environ


def expect(version: str, got: str, command: str) -> None:
    if got != version:
        sys.exit(f"{command}: installed {got}, want {version}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
