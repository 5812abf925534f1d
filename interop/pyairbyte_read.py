"""Checks a source and reads some of its streams into a DuckDB cache. Runs in PyAirbyte's environment.

Usage: python pyairbyte_read.py SOURCE CONFIG SYSTEM CACHE STREAM…
"""

import json
import sys

import airbyte
from airbyte.caches import DuckDBCache

executable, config, system, cache, *streams = sys.argv[1:]
with open(config) as f:
    source = airbyte.get_source(f"source-{system}", local_executable=executable, config=json.load(f))
source.validate_config()
source.check()
source.select_streams(streams)
print(source.read(cache=DuckDBCache(db_path=cache, schema_name=system)).processed_records)
