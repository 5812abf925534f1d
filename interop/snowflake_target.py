"""Runs target-snowflake against fakesnow, in the environment of target-snowflake.

Only the user stage '@~' is replaced, by a table, since fakesnow has none: the
parsing, the DDL, the batch files, the casts and the MERGE are the target's own.
The tables lie in db/WH.db, a DuckDB file, in the schema REPRISE.
"""

import gzip
import os
from urllib.parse import urlparse

import fakesnow
import sqlalchemy as sa
from singer_sdk.target_base import Target
from target_snowflake.connector import SnowflakeConnector
from target_snowflake.target import TargetSnowflake

LINES_PER_INSERT = 500


def stage(connector, sync_id: str) -> str:
    """The table that stands for the stage of one batch."""
    name = "".join(c if c.isalnum() else "_" for c in sync_id)
    return f"{connector.config['database']}.{connector.config['default_target_schema']}.STAGE_{name}".upper()


def put(self, sync_id, files):
    """Load the target's gzipped JSON lines into the stage table."""
    lines = [line for f in files for line in gzip.open(urlparse(f).path, "rt", encoding="utf-8")]
    with self._connect() as connection, connection.begin():
        connection.execute(sa.text(f"create table {stage(self, sync_id)} (SRC variant, SEQ number)"))
        for i in range(0, len(lines), LINES_PER_INSERT):
            part = dict(enumerate(lines[i : i + LINES_PER_INSERT], i))
            rows = ",".join(f"(:j{n}, {n})" for n in part)
            connection.execute(
                sa.text(f"insert into {stage(self, sync_id)} select parse_json(column1), column2 from values {rows}"),
                {f"j{n}": line for n, line in part.items()},
            )


def merge(self, full_table_name, schema, sync_id, file_format, key_properties):
    """The target's own MERGE, cut in two: fakesnow cannot merge from a SELECT with QUALIFY."""
    sql = str(own_merge(self, full_table_name, schema, sync_id, file_format, key_properties)[0])
    head, tail = sql.split(" d using (", 1)
    cast, tail = tail.rsplit(") s on ", 1)
    cast = cast.replace(f"'@~/target-snowflake/{sync_id}'(file_format => {file_format})", stage(self, sync_id))
    cast = cast.replace("$1:", "SRC:").replace("SEQ8()", "SEQ")
    with self._connect() as connection, connection.begin():
        connection.execute(sa.text(f"create table {stage(self, sync_id)}_C as {cast}"))
    return sa.text(f"{head} d using {stage(self, sync_id)}_C s on {tail}"), {}


def remove(self, sync_id):
    """Drop the stage table."""
    with self._connect() as connection, connection.begin():
        for suffix in "", "_C":
            connection.execute(sa.text(f"drop table if exists {stage(self, sync_id)}{suffix}"))


def with_schema(self):
    """fakesnow's MERGE needs a current schema."""
    return {**own_arguments(self), "schema": self.config["default_target_schema"].upper()}


own_merge = SnowflakeConnector._get_merge_from_stage_statement
own_arguments = SnowflakeConnector.get_connect_args
SnowflakeConnector.put_batches_to_stage = put
SnowflakeConnector._get_merge_from_stage_statement = merge
SnowflakeConnector.remove_staged_files = remove
SnowflakeConnector.get_connect_args = with_schema
# fakesnow's connection refuses a second thread.
Target.max_parallelism = 1

if __name__ == "__main__":
    os.makedirs("db", exist_ok=True)
    with fakesnow.patch(db_path="db", nop_regexes=[r"^drop file format"]):
        TargetSnowflake.cli()
