"""singer-check-tap: the tap's output of each day, as the checker of the Singer project sees it. It keeps no rows."""

import subprocess

import environments
from loaders.base import Interrupt
from loaders.jsonl import Jsonl


class CheckTap(Jsonl):
    """Checks what target-jsonl gets, by the pipe: the checker's own --tap mode does not wait for its reader."""

    name = "singer-check-tap"

    def sync(self, interrupt: Interrupt | None = None) -> None:
        state = ["--state", str(self._state)] if self._state.exists() else []
        if not interrupt:
            out = subprocess.run([self.tap, "--config", self.config, *state], stdin=subprocess.DEVNULL, capture_output=True)
            check = environments.environment("singer-tools") / "singer-check-tap"
            done = subprocess.run([check], input=out.stdout, capture_output=True, cwd=self.work)
            if out.returncode or done.returncode:
                said = (done.stdout + done.stderr).decode(errors="replace")
                raise RuntimeError(f"tap and checker ended with {out.returncode} and {done.returncode}\n{said[-3000:]}")
        super().sync(interrupt)
