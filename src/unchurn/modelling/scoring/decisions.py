"""Whom to contact: the expected value of contacting each customer, and what follows from it.

``contact`` where it pays (`profit.pays`), ``do not contact`` where it does not, ``unknown``
where the customer's own value cannot be read, so that no expected value can be given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import ConfigError, listing
from unchurn.modelling.scoring.profit import RULE, expected_value, is_given, pays
from unchurn.project import Decision

F64 = npt.NDArray[np.float64]
_PARTS = 10_000
"""Parts of a unit of currency in which worth is added up: whole numbers add up alike in any order."""
MOST_WORTH = float(Decision.__dataclass_fields__["clv"].metadata["bounds"]["at_most"])
"""Nobody is worth more than [decision] clv may be: a cell beyond it was not meant so."""
CONTACT, DO_NOT_CONTACT, UNKNOWN = "contact", "do not contact", "unknown"


def decide(
    probability: F64, customers: pa.RecordBatch | pa.Table, decision: Decision
) -> tuple[pa.Array, pa.Array]:
    """Return expected values (float64) and decisions (string), (rows,) each.

    Both are all null when [decision] gives no costs. `customers` holds the clv column where
    clv names one; a clv that is missing, unreadable or beyond `MOST_WORTH` gives null and ``unknown``.
    Raises `ConfigError` when there is no such column.
    """
    rows = len(probability)
    if not is_given(decision):
        return pa.nulls(rows, pa.float64()), pa.nulls(rows, pa.string())
    values = expected_value(probability, customer_value(customers, decision), decision)
    known = np.isfinite(values)
    words = np.where(known, np.where(pays(values), CONTACT, DO_NOT_CONTACT), UNKNOWN)
    return pa.array(values, pa.float64(), mask=~known), pa.array(words, pa.string())


def contacted(scored: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Tell which of some scored rows are to be contacted, (rows,) bool; none without costs."""
    found = pc.fill_null(pc.equal(scored.column("decision"), CONTACT), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


@dataclass
class Contacts:
    """Counts, batch by batch, whom a list says to contact, and adds up what they are worth."""

    decision: Decision
    customers: int = 0
    unknown: int = 0
    _parts: int = 0

    def look(self, scored: pa.RecordBatch) -> None:
        """Look at the next scored rows; how they are cut into batches changes nothing."""
        chosen = contacted(scored)
        worth = scored.column("expected_value").to_numpy(zero_copy_only=False)[chosen]
        self.customers += len(worth)
        self._parts += sum(map(int, np.rint(worth * _PARTS).tolist()))
        self.unknown += pc.sum(pc.equal(scored.column("decision"), UNKNOWN)).as_py() or 0

    def to_plain(self) -> dict[str, Any] | None:
        """Return ``contact`` of `Scores.counts`; None where [decision] gives no costs."""
        if not is_given(self.decision):
            return None
        return {
            "customers": self.customers,
            "value": self._parts / _PARTS,
            "currency": self.decision.currency,
            "unknown": self.unknown,
            "rule": RULE,
        }


def customer_value(customers: pa.RecordBatch | pa.Table, decision: Decision) -> F64 | float:
    """Return [decision] clv: the number, or its column (rows,) float64 with NaN where unknown.

    So is a cell beyond `MOST_WORTH`, either way: one slip would be worth more than all others together.
    """
    if not isinstance(decision.clv, str):
        return decision.clv
    if decision.clv not in customers.schema.names:
        raise ConfigError(
            f"[decision] clv names {decision.clv!r}, which is not a column of the table.",
            f"Columns: {listing(customers.schema.names, 20)}.",
        )
    column = customers.column(decision.clv)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        found = np.array([_number(cell) for cell in column.to_pylist()], dtype=np.float64)
    else:
        numbers = pc.fill_null(pc.cast(column, pa.float64(), safe=False), np.nan)
        found = np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.where(np.abs(found) <= MOST_WORTH, found, np.nan)


def _number(cell: str | None) -> float:
    try:
        return float(cell) if cell is not None else np.nan
    except ValueError:
        return np.nan
