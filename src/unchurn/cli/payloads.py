"""A file as the body of a request to an endpoint, or one customer out of a table."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import ROW
from unchurn.cli.customer_rows import of_customer
from unchurn.cli.wiring import here
from unchurn.errors import ConfigError, DataError, listing
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.tables import open_table
from unchurn.tables.matching import match_columns
from unchurn.tables.table import pass_over

CSV, PARQUET = "text/csv", "application/x-parquet"
TYPES = {
    ".csv": CSV,
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".ndjson": "application/jsonlines",
    ".parquet": PARQUET,
}
MOST_BYTES = 6 * 1024 * 1024
"""What an endpoint takes at once."""
Payload = tuple[bytes, str]
"""A body and its content type."""


def read_payload(project: Project, data: str, customer: str, progress: Progress) -> Payload:
    """Return the file `data` with the content type of its suffix, or the `customer` of a table.

    A customer is looked for in `data`, else in [data] score. Raises `ConfigError` for a file that
    cannot be sent, `DataError` for a customer who is not there.
    """
    if customer:
        return _customer(project, data, customer, progress)
    if not data:
        raise ConfigError("Nothing to send was named.", "Add --data FILE, or --customer ID.")
    path = Path(data)
    if path.suffix.lower() not in TYPES or not path.is_file():
        raise ConfigError(
            f"{data!r} is no file that an endpoint reads.",
            f"Give one that ends in {listing(TYPES)}; or one customer of a table: --customer ID.",
        )
    body = path.read_bytes()
    if len(body) > MOST_BYTES:
        raise ConfigError(
            f"{data} has {len(body):,} bytes; an endpoint takes {MOST_BYTES:,} at once.",
            "Send fewer customers, or score the whole table with: unchurn aws score",
        )
    return body, TYPES[path.suffix.lower()]


def answered_as(content_type: str) -> str:
    """Return the content type in which a body of that type is answered: the same, if it is text."""
    return CSV if content_type == PARQUET else content_type


def _customer(project: Project, data: str, customer: str, progress: Progress) -> Payload:
    """Return the rows of a customer in Parquet: written as text, a number would be read by training's decimal mark."""
    location = data or project.data.score
    column = project.churn.id
    if not location or not column:
        missing = "[churn] id" if location else "[data] score"
        raise ConfigError(
            f"{missing} is not set, so customer {customer!r} cannot be looked up.",
            "Name the table with --data and the column of the id under [churn] id.",
        )
    folder = Path.cwd() if data else project.folder
    table = open_table(here(location, project, progress), project.data, folder)
    header = match_columns([column], table.columns)[column]
    batches = table.batches(pass_over, list(table.columns))
    found = [rows for each in batches if (rows := of_customer(each, header, customer)).num_rows]
    if not found:
        raise DataError(
            f"There is no {column} {customer!r} in {table.location}.",
            "Give the id exactly as it stands in the table, or name another table with --data.",
        )
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_batches(found).drop_columns([ROW]), stream)
    return stream.getvalue(), PARQUET
