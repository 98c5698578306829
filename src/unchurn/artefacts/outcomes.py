"""The artefact of what became of customers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts.folder import Artefact, Json, file


@dataclass(frozen=True)
class Outcomes(Artefact):
    """What one file told of customers; it is added to what is known and never changes.

    `outcomes`: customer (string, trimmed), and churned (bool) or left_on (date32), one row a customer,
    sorted by customer.
    `told`: {"version", "kind": "answers" | "days", "as_of": ISO day on which it was known, "scoring": the run
    that answers are about ("" of days, which are about customers), "customers": n, "again": rows that said
    the same once more}, and "key": the column of ids, of days; files of before told none.
    """

    outcomes: Path = file("outcomes.parquet")
    told: Json = file("told.json")
