"""Checks a source and reads all its streams into a DuckDB cache. Runs in PyAirbyte's environment.

Usage: python pyairbyte_read.py SOURCE CONFIG SYSTEM CACHE
"""

import json
import sys

import airbyte
from airbyte.caches import DuckDBCache

executable, config, system, cache = sys.argv[1:]
with open(config) as f:
    source = airbyte.get_source(f"source-{system}", local_executable=executable, config=json.load(f))
source.validate_config()
source.check()
source.select_all_streams()
print(source.read(cache=DuckDBCache(db_path=cache, schema_name=system)).processed_records)
