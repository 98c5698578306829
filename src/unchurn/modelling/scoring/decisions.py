"""Whom to contact: the expected value of contacting each customer, and what follows from it.

``contact`` where the expected value is above 0, ``leave`` where it is not, ``unknown`` where
the customer's own value cannot be read, so that no expected value can be given.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import ConfigError, listing
from unchurn.modelling.scoring.profit import expected_value, is_given
from unchurn.project import Decision

F64 = npt.NDArray[np.float64]
CONTACT, LEAVE, UNKNOWN = "contact", "leave", "unknown"


def decide(
    probability: F64, customers: pa.RecordBatch | pa.Table, decision: Decision
) -> tuple[pa.Array, pa.Array]:
    """Return expected values (float64) and decisions (string), (rows,) each.

    Both are all null when [decision] gives no costs. `customers` holds the clv column where
    clv names one; a missing, unreadable or infinite clv gives null and ``unknown``.
    Raises `ConfigError` when there is no such column.
    """
    rows = len(probability)
    if not is_given(decision):
        return pa.nulls(rows, pa.float64()), pa.nulls(rows, pa.string())
    values = expected_value(probability, customer_value(customers, decision), decision)
    known = np.isfinite(values)
    words = np.where(known, np.where(values > 0, CONTACT, LEAVE), UNKNOWN)
    return pa.array(values, pa.float64(), mask=~known), pa.array(words, pa.string())


def customer_value(customers: pa.RecordBatch | pa.Table, decision: Decision) -> F64 | float:
    """Return [decision] clv: the number, or its column (rows,) float64 with NaN where unknown."""
    if not isinstance(decision.clv, str):
        return decision.clv
    if decision.clv not in customers.schema.names:
        raise ConfigError(
            f"[decision] clv names {decision.clv!r}, which is not a column of the table.",
            f"Columns: {listing(customers.schema.names, 20)}.",
        )
    column = customers.column(decision.clv)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return np.array([_number(cell) for cell in column.to_pylist()], dtype=np.float64)
    numbers = pc.fill_null(pc.cast(column, pa.float64(), safe=False), np.nan)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def _number(cell: str | None) -> float:
    try:
        return float(cell) if cell is not None else np.nan
    except ValueError:
        return np.nan
