"""The pipe of deploy/airflow, between a tap and a loader of one line each. Runs in Airflow's environment.

Usage: python airflow_test.py FOLDER
"""

import sys
import time
import unittest

sys.path.insert(0, sys.argv.pop())

import reprise  # noqa: E402
from airflow.sdk.exceptions import AirflowFailException  # noqa: E402

TARGET = "cat >/dev/null; echo older; echo '{\"a\": \"\u2028\"}'"


class Pipe(unittest.TestCase):
    def setUp(self):
        self.kept = []

    def pipe(self, tap: str, target: str) -> None:
        reprise.pipe(["sh", "-c", tap], ["sh", "-c", target], self.kept.append)

    def test_states_are_kept_one_by_one_as_they_came(self):
        self.pipe("echo RECORD", TARGET)
        self.assertEqual(self.kept, ["older", '{"a": "\u2028"}'])

    def test_half_a_state_is_none(self):
        with self.assertRaisesRegex(RuntimeError, "target-postgres with -9"):
            self.pipe("echo RECORD", "cat >/dev/null; echo whole; printf half; kill -9 $$")
        self.assertEqual(self.kept, ["whole"])

    def test_a_tap_that_fails_fails_the_task(self):
        with self.assertRaisesRegex(RuntimeError, "tap-reprise ended with 1"):
            self.pipe("echo RECORD; exit 1", TARGET)
        self.assertEqual(len(self.kept), 2)

    def test_a_key_that_is_refused_is_not_tried_again(self):
        with self.assertRaisesRegex(AirflowFailException, "the key was refused"):
            self.pipe("exit 3", TARGET)

    def test_a_task_that_is_told_to_end_ends_its_tap(self):
        def stop(_):
            raise SystemExit

        began = time.monotonic()
        with self.assertRaises(SystemExit):
            reprise.pipe(["sleep", "60"], ["sh", "-c", "echo state; cat >/dev/null"], stop)
        self.assertLess(time.monotonic() - began, 30)


if __name__ == "__main__":
    unittest.main()
