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
    """The paths of a running emulator that no API has. noun is what it calls an endpoint."""

    def __init__(self, url: str, noun: str):
        self._url, self._noun = url, noun

    def truth(self, endpoint: str, **parameters: str):
        """Return what the emulator says that an endpoint holds now."""
        return self._ask(f"truth/{endpoint}", **parameters)

    def now(self) -> datetime:
        """Return the server's clock."""
        return datetime.fromisoformat(self._ask("clock")["now"])

    def advance(self, by: str) -> None:
        """Move the server's clock, by 24h for example."""
        self._ask("clock", post=True, advance=by)

    def hold(self, endpoint: str, after: int) -> None:
        """Let the server answer this many more requests for pages of an endpoint and hold all later ones."""
        self._ask("hold", post=True, **{self._noun: endpoint, "after": str(after)})

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
    """A running emulator. Its clock stands still unless it is told to move; about is what it announced."""

    def __init__(self, emulator: Path, noun: str, *args: str):
        self._command, self._noun = [str(emulator), *args], noun

    def __enter__(self) -> "Account":
        # It ends when this pipe closes, so also when this process is killed.
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"interop: {' '.join(self._command)} ended with {self._process.wait()}")
        self.about = json.loads(line)
        super().__init__(self.about["url"], self._noun)
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
