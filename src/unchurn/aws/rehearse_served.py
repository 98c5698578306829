"""The champion behind an endpoint, asked for customers that the scoring has scored: the same answers."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import ROW
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.deploying import deploy_version
from unchurn.aws.endpoint.invocation import JSON, PARQUET, ask
from unchurn.aws.failure import AwsError
from unchurn.aws.layout import RunLayout
from unchurn.aws.registry import DynamoRegistry
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.tables import open_table

MOST_CUSTOMERS, MOST_CELLS = 100, 100_000
"""What one request holds, at most."""


def serve_champion(clients: Clients, deployment: Deployment, progress: Progress) -> dict[str, Any]:
    """Deploy the champion's endpoint; return what serves, as plain data.

    Raises `AwsError` where there is no champion, or the endpoint does not serve it in the end.
    """
    began = time.monotonic()
    registry = DynamoRegistry(clients, deployment.registry_table)
    champion = registry.alias("champion")
    if champion is None:
        raise AwsError("The registry has no champion to serve.")
    served = deploy_version(clients, deployment, registry, champion, progress)
    return {
        "endpoint": served.live.name,
        "status": served.live.status,
        "config": served.live.config,
        "model": served.live.model,
        "version": served.version,
        "seconds": round(time.monotonic() - began, 1),
        "asked": 0,
        "equal": None,
    }


def ask_again(
    clients: Clients, deployment: Deployment, project: Project, location: str, scores: Path
) -> tuple[int, list[str]]:
    """Ask the endpoint for the first customers of a table; return how many, and what differs.

    `scores` is the list that a scoring published of the same table. A probability differs when
    it is not the same to the last bit. Rows that the server refuses are left out: it is stricter.
    """
    sent, rows = _first(project, location)
    registry = DynamoRegistry(clients, deployment.registry_table)
    answer = ask(clients, deployment, registry, (sent, PARQUET), JSON, "errors=row").document()
    told = [_customer(each, project.churn.id) for each in answer["answer"]["predictions"]]
    with scores.open(newline="", encoding="utf-8") as stream:
        listed = [_customer(row, project.churn.id) for row in islice(csv.DictReader(stream), rows)]
    return rows, _differences(told, listed)


def observed_day(clients: Clients, bucket: str, folder: Path) -> str:
    """Bring the day of a history that a run scored to the run's folder; return where it lies."""
    target = folder / "snapshots.parquet"
    key = f"{RunLayout(folder.name).artefact('snapshots')}{target.name}"
    clients.client("s3").download_file(bucket, key, str(target))
    return str(target)


def _first(project: Project, location: str) -> tuple[bytes, int]:
    """Return the first rows of a table in one Parquet file, as they are written; and how many."""
    table = open_table(location, project.data, project.folder)
    most = max(1, min(MOST_CUSTOMERS, MOST_CELLS // len(table.columns)))
    rows = next(table.batches(lambda *_: None)).slice(0, most)
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_batches([rows]).drop_columns([ROW]), stream)
    return stream.getvalue(), rows.num_rows


def _customer(row: dict[str, Any], identity: str) -> tuple[str, float | None]:
    """Return the id, where there is one, which is the first column however spelled, and the probability."""
    first, probability = next(iter(row.values())) if identity else "", row["probability"]
    return str(first or ""), probability and float(probability)


def _differences(
    told: Sequence[tuple[str, float | None]], listed: Sequence[tuple[str, float | None]]
) -> list[str]:
    if len(told) != len(listed):
        return [f"The endpoint answered for {len(told)} customers, the list has {len(listed)}."]
    return [
        f"The endpoint says {answered!r} where the list says {wanted!r}."
        for answered, wanted in zip(told, listed, strict=True)
        if answered != wanted and answered[1] is not None
    ]
