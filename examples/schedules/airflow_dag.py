"""One month of churn as a task of Airflow 3; in Airflow 2, import DAG from `airflow`.

The day comes from Airflow, so that a run that is tried again is the same one: what was done is kept, and a
finished cycle changes nothing. Exit code 5, a table that was refused, fails the task.
"""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="unchurn_cycle",
    schedule="0 6 1 * *",
    start_date=datetime(2027, 1, 1),
    catchup=False,  # cycles go forward
    max_active_runs=1,
):
    BashOperator(
        task_id="cycle",
        bash_command=(
            "/srv/churn/.venv/bin/unchurn cycle --project /srv/churn --quiet "
            "--as-of {{ data_interval_end | ds }}"
        ),
        retries=2,
        retry_delay=timedelta(minutes=10),
    )
