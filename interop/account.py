"""The account that is loaded: the emulator as a process, its clock and its truth."""

import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import values

TIMEOUT = 300  # seconds; a client may take its time until it asks for something


class Control:
    """The paths of a running emulator that no API has, by an address of its."""

    def __init__(self, url: str):
        self._url = urllib.parse.urljoin(url, "/").rstrip("/")

    def truth(self, pipe: str, **parameters: str) -> tuple[dict[str, str], list[dict]]:
        """Return the kinds of a pipe's columns and the rows that it holds now, in the pipe's order."""
        answer = self._ask(f"truth/{pipe}", **parameters)
        types = {m["name"]: m["type"] for m in answer["meta"]}
        rows = [{name: values.expected(types[name], v) for name, v in row.items()} for row in answer["data"]]
        return {name: values.kind_of(kind) for name, kind in types.items()}, rows

    def now(self) -> datetime:
        """Return the server's clock."""
        return datetime.fromisoformat(self._ask("clock")["now"])

    def advance(self, by: str) -> None:
        """Move the server's clock, by 24h for example."""
        self._ask("clock", post=True, advance=by)

    def hold(self, pipe: str, after: int) -> None:
        """Let the server answer this many more requests for pages of a pipe and hold all later ones."""
        self._ask("hold", post=True, pipe=pipe, after=str(after))

    def wait_held(self, running: Callable[[], bool] = lambda: True) -> None:
        """Return when a request is being held; give up after TIMEOUT, or when nothing is running any more."""
        for _ in range(TIMEOUT):
            alive = running()
            try:
                return self._ask("held", timeout=1)
            except TimeoutError:
                if not alive:
                    raise RuntimeError("the run has ended before the request that is to be held") from None
        raise TimeoutError(f"no request came in {TIMEOUT} s")

    def release(self) -> None:
        """Let held requests go on."""
        self._ask("release", post=True)

    def requests(self) -> int:
        """Return how many data requests the server has seen."""
        return self._ask("requests")["count"]

    def _ask(self, path: str, post: bool = False, timeout: float = TIMEOUT, **parameters: str):
        url = f"{self._url}/_/{path}?{urllib.parse.urlencode(parameters)}"
        request = urllib.request.Request(url, method="POST" if post else "GET")
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return values.parse(answer.read())


class Account(Control):
    """A running emulator. Its clock stands still unless it is told to move."""

    def __init__(self, emulator: Path, *args: str):
        self._command = [str(emulator), *args]

    def __enter__(self) -> "Account":
        # It ends when this pipe closes, so also when this process is killed.
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"interop: {' '.join(self._command)} ended with {self._process.wait()}")
        about = json.loads(line)
        super().__init__(about["token_url"])
        self.token_url, self.key, self.start = about["token_url"], about["key"], about["start"]
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
