"""Who is champion as a run begins: its bundle, or an empty marker, put into the run's folder.

What endpoints captured is listed there, too, for a run that watches it.
"""

from __future__ import annotations

import json
import os
from typing import Any

from captured_objects import list_captured
from champion_copy import anchor, handed_over
from invocation import Damaged, client, logged, text
from registry_items import Table
from serving_settings import environment, observes, query, read_project, settings_of


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"version", "model_name", "model_run_id", "version_text", "settings", "environment", …}.

    The first three are None while there is no champion. `settings` is what the churn.toml of the
    event's `run_id` says of columns, decisions and scores, as JSON; `environment` is what a server
    of that run's own model is told; `observes`, whether its customers are a history's; `query`,
    what Athena is asked for those of the event's `table`, train or score. Where the event says `until` and `hours`, `captured` counts what
    endpoints captured then. Raises `BadInput`, `NotThere` or `Damaged`.
    """
    with logged(context) as facts:
        facts["run_id"] = run = text(event, "run_id")
        bucket, folder = os.environ["BUCKET"], f"runs/{run}/champion/"
        project = read_project(bucket, f"runs/{run}/project/churn.toml")
        settings = settings_of(project)
        table = Table(client("dynamodb"), os.environ["REGISTRY_TABLE"])
        facts["version"] = number = table.alias("champion")[0]
        found = table.version(number) if number is not None else None
        if number is not None and not (found and found.get("model_data_url")):
            raise Damaged(f"Version {number} is champion, but the registry has no model of it.")
        record: dict[str, Any] = {}
        if found:
            record = handed_over(found, bucket, folder) | anchor(table, found, bucket, folder)
        body = json.dumps(record, sort_keys=True).encode()
        client("s3").put_object(Bucket=bucket, Key=f"{folder}champion.json", Body=body)
        named = {"model_name": found["model_name"] if found else None}
        if "until" in event:
            named["captured"] = facts["captured"] = list_captured(event, bucket, run)
        return {**named, "version": number, "version_text": "" if number is None else str(number),
                "model_run_id": record.get("run_id"), "settings": settings,
                "environment": environment(run, settings), "observes": observes(project),
                "query": query(project, bucket, run, event.get("table", ""))}  # fmt: skip
