"""Prints, as JSON, the streams that PyAirbyte finds and what it says of a key that is refused. Runs in its environment.

Usage: python pyairbyte_check.py SOURCE CONFIG SYSTEM MISTYPED_KEY
"""

import json
import sys

import airbyte

executable, path, system, mistyped = sys.argv[1:]
with open(path) as f:
    config = json.load(f)
source = airbyte.get_source(f"source-{system}", local_executable=executable, config=config)
source.validate_config()
source.check()
streams = source.get_available_streams()

source.set_config(config | {"api_key": mistyped})
said = ""
try:
    source.check()
except airbyte.exceptions.AirbyteConnectorCheckFailedError as failure:
    said = str(failure)
# Its own lines come before this one.
print("\n" + json.dumps({"streams": streams, "refused": said}))
