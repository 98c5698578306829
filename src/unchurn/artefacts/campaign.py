"""The artefact of targeting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts.folder import Artefact, Json, file


@dataclass(frozen=True)
class Campaign(Artefact):
    """Whom a campaign contacts, and whom it leaves alone.

    `contact`: one row a customer to contact, the most worth first: the id under its own name, the
    columns asked for as text, rank int64, offer string (where offers have names), probability,
    expected_value and cumulative_value float64, reason_1..3 string.
    `members`: everybody contacted or left alone, by id: customer string, arm string (``contact`` or
    ``control``), stratum int8 (of the draw, 1 = riskiest; 0 for who was not in it), offer string,
    probability and expected_value float64.
    `summary`: {"name", "key" (the id column), "limits", "customers", "rejected", "contacted", "control", "drawn", "value", "most_cost",
    "currency", "method", "gap", "next", "offers", "strata", "left_out", "sensitivity", "notes",
    "rule", "words", "uplift" (what ranked them: figures of an `Uplift`; null where risk did), "model_version", "model_run_id", "run_id"}.
    """

    contact: Path = file("contact.parquet")
    members: Path = file("members.parquet")
    summary: Json = file("campaign.json")
