"""Airbyte's own standard tests for sources, run against the binary instead of a Python class or an image.

Runs in the environment of airbyte-cdk, in a folder that holds metadata.yaml,
acceptance-test-config.yml and secrets/: SOURCE_BIN=/path/to/source-reprise pytest
"""

import os
import subprocess
from pathlib import Path

from airbyte_cdk.test import entrypoint_wrapper
from airbyte_cdk.test.standard_tests.source_base import SourceTestSuiteBase

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]


class Binary:
    """Stands for the connector; the suite knows one by this method."""

    def spec(self, logger):
        raise NotImplementedError


def run(source, args, expecting_exception=None, *, expected_outcome=None):
    """Run a verb of the binary the way the suite runs one in process."""
    done = subprocess.run([os.environ["SOURCE_BIN"], *args], capture_output=True, encoding="utf-8", timeout=120)
    assert done.stderr == "", f"a source writes nothing to stderr: {done.stderr[:300]}"
    failed = subprocess.CalledProcessError(done.returncode, args, done.stdout, done.stderr) if done.returncode else None
    return entrypoint_wrapper.EntrypointOutput(
        messages=done.stdout.splitlines() or None,
        message_file=None if done.stdout else Path(os.devnull),
        uncaught_exception=failed,
    )


# A private name: airbyte-cdk is pinned.
entrypoint_wrapper._run_command = run


class TestSuite(SourceTestSuiteBase):
    """All tests of the suite."""

    connector = Binary

    @classmethod
    def get_connector_root_dir(cls):
        return Path(__file__).parent
