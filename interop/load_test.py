"""load.sh of deploy/kubernetes, between a tap and a loader of two lines each. Run by interop/main.py before anything else."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

LOAD = Path(__file__).parents[1] / "deploy/kubernetes/load.sh"
SHELLS = [["sh"], *([["busybox", "sh"]] if shutil.which("busybox") else [])]

STATE = '{"bookmarks": {"a b": "\\\\n"}}'
TAP = 'echo "$@" >args; echo RECORD'
TARGET = f"cat >rows; printf '%s\\n' 'older' '{STATE}'"


class Load(unittest.TestCase):
    def load(self, tap: str, target: str, state: str = "") -> tuple[list[int], list[str], list[str]]:
        """Run load.sh under each shell; return the exit codes, the states left and the options that the tap got."""
        codes, states, options = [], [], []
        for shell in SHELLS:
            with tempfile.TemporaryDirectory() as folder:
                work = Path(folder)
                for name, script in {"tap-reprise": tap, "target-postgres": target}.items():
                    (work / name).write_text(f"#!/bin/sh\n{script}\n")
                    (work / name).chmod(0o755)
                if state:
                    (work / "state.json").write_text(state)
                environ = {"PATH": f"{work}:{os.environ['PATH']}", "TMPDIR": str(work)}
                done = subprocess.run([*shell, LOAD, "state.json", "--catalog", "c.json"], cwd=work, env=environ, timeout=30, capture_output=True)
                codes.append(done.returncode)
                states.append((work / "state.json").read_text() if (work / "state.json").exists() else "")
                options.append((work / "args").read_text().strip() if (work / "args").exists() else "")
        return codes, states, options

    def check(self, found: tuple, code: int, state: str, options: str) -> None:
        self.assertEqual(found, tuple([one] * len(SHELLS) for one in (code, state, options)))

    def test_the_last_state_is_kept_as_it_came(self):
        self.check(self.load(TAP, TARGET), 0, STATE + "\n", "--config ENV --catalog c.json")

    def test_a_state_that_is_there_is_handed_on(self):
        self.check(self.load(TAP, TARGET, "old"), 0, STATE + "\n", "--config ENV --catalog c.json --state state.json")

    def test_a_tap_that_fails_fails_the_load_and_the_state_is_kept(self):
        self.check(self.load(TAP + "; exit 3", TARGET), 3, STATE + "\n", "--config ENV --catalog c.json")

    def test_a_loader_that_fails_fails_the_load(self):
        self.check(self.load(TAP, TARGET + "; exit 7"), 7, STATE + "\n", "--config ENV --catalog c.json")

    def test_half_a_state_is_none(self):
        self.check(self.load(TAP, TARGET + "; printf '{\"bookm'; kill -9 $$"), 137, STATE + "\n", "--config ENV --catalog c.json")

    def test_a_loader_that_is_not_there_fails_the_load_and_leaves_the_state(self):
        self.check(self.load('echo "$@" >args', "exec /nowhere", "old"), 127, "old", "--config ENV --catalog c.json --state state.json")
