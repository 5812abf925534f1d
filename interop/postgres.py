"""A private PostgreSQL: a folder of its own, a free loopback port, gone at the end."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import machine


def _bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


class Postgres:
    """A running server with a user tap, who needs no password, and a database wh."""

    def __init__(self):
        machine.need("postgresql", _bin)
        # The server refuses to run as root, and a socket's path has at most
        # 107 bytes, so the folder is a short one that its user can enter.
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.port = machine.free_port()
        self._as = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def __enter__(self) -> "Postgres":
        try:
            self._run("initdb", "-D", "data", "-U", "tap", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
            options = f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1 -c timezone=UTC"
            fast = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
            self._run("pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", f"{options} {fast}", "start")
            self._run("createdb", "-h", str(self.folder), "-p", str(self.port), "-U", "tap", "wh")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        machine.settled()  # or the stop below would be killed with all else
        try:
            if (self.folder / "data/postmaster.pid").exists():
                self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *args: str) -> None:
        # The server inherits its starter's pipes, so none are handed down.
        with open(self.folder / f"{program}.out", "w+") as out:
            done = subprocess.run(
                [_bin() / program, *args], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={"PATH": f"{_bin()}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, **self._as,
            )
            if done.returncode:
                out.seek(0)
                raise SystemExit(f"interop: {program} {' '.join(args)}: {out.read()}")

    def execute(self, sql: str) -> str:
        """Run SQL and return what psql prints."""
        command = [_bin() / "psql", "-h", self.folder, "-p", str(self.port), "-U", "tap", "-d", "wh", "-XqAt", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(command, input=sql, capture_output=True, encoding="utf-8", env={"LC_ALL": "C.UTF-8"})
        if done.returncode:
            raise RuntimeError(f"{sql[:300]}: {done.stderr.strip()}")
        return done.stdout

    def table(self, schema: str, name: str) -> list[dict[str, str | None]] | None:
        """Return the rows of a table as PostgreSQL prints each value, or None if there is no table.

        Timestamps come as RFC 3339 with six digits, arrays and documents as JSON.
        """
        columns = self._columns(schema, name)
        if not columns:
            return None
        cells = ", ".join(_text(column, kind) for column, kind in columns)
        out = self.execute(f'copy (select {cells} from "{schema}"."{name}") to stdout')
        return read_copy(out, [column for column, _ in columns])

    def _columns(self, schema: str, name: str) -> list[tuple[str, str]]:
        out = self.execute(
            "select column_name, data_type from information_schema.columns "
            f"where table_schema = '{schema}' and table_name = '{name}' order by ordinal_position"
        )
        return [tuple(line.split("|")) for line in out.splitlines()]


def read_copy(out: str, names: list[str]) -> list[dict[str, str | None]]:
    """Return the rows that COPY printed as text."""
    # Not splitlines: it also cuts at U+2028 and its like.
    lines = out.split("\n")[:-1]
    return [dict(zip(names, map(_unescape, line.split("\t")), strict=True)) for line in lines]


def _text(column: str, kind: str) -> str:
    if kind.startswith("timestamp"):
        return f"""to_char("{column}", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    if kind == "ARRAY":
        return f'to_json("{column}")::text'
    return f'"{column}"::text'


_escapes = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def _unescape(cell: str) -> str | None:
    if cell == r"\N":
        return None
    return re.sub(r"\\(.)", lambda m: _escapes[m[1]], cell)
