"""Loads deploy/airflow as Airflow does, and runs its DAG once. Runs in Airflow's environment.

Usage: python airflow_run.py FOLDER [CONF]

Prints, as its last line, the DAG's tasks with those that follow each. With
CONF, a JSON object of params, the DAG is run in this process, and the exit code
tells whether the run ended well.
"""

import json
import sys

from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1])
if bag.import_errors or list(bag.dags) != ["reprise"]:
    raise SystemExit(f"DAGs {list(bag.dags)}, import errors {bag.import_errors}")
dag = bag.dags["reprise"]
if len(sys.argv) > 2:
    for task in dag.tasks:
        task.retries = 0  # minutes apart
    run = dag.test(run_conf=json.loads(sys.argv[2]))
    raise SystemExit(run.state != "success")
print("\n" + json.dumps({t.task_id: {"mapped": t.is_mapped, "next": sorted(t.downstream_task_ids)} for t in dag.tasks}))
