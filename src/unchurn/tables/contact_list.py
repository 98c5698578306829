"""The list that callers are given, and the record of everybody who is in a campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.errors import ConfigError, listing

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
_OWN = ("rank", "offer", "probability", "expected_value", "cumulative_value")
_RISK_DIGITS, _MONEY_DIGITS = 4, 2
CUSTOMER = "customer"
"""Heading of ids in the list of everybody in a campaign."""
MEMBERS = pa.schema(
    [
        (CUSTOMER, pa.string()),
        ("arm", pa.string()),
        ("stratum", pa.int8()),
        ("offer", pa.string()),
        ("probability", pa.float64()),
        ("expected_value", pa.float64()),
    ]
)


def kept_names(keep: Sequence[str], key: str, reasons: Sequence[str]) -> list[str]:
    """Return the columns to keep, each once, without the id, which the list has.

    Raises `ConfigError` where one is named like a column of the list's own.
    """
    kept = [each for each in dict.fromkeys(keep) if each != key]
    taken = [each for each in (key, *kept) if each in (*_OWN, *reasons)]
    if taken:
        raise ConfigError(
            f"{listing(taken)} names a column of the table and one of the list.",
            "Rename it in the table; as the id, in [churn] id, too.",
        )
    return kept


def member_list(
    customers: Sequence[str], probability: F64, worth: F64, offers: Sequence[str],
    control: npt.NDArray[np.bool_], stratum: npt.NDArray[np.int8],
) -> pa.Table:  # fmt: skip
    """Return everybody contacted or left alone, in the order of their ids; all are (rows,)."""
    made = {
        CUSTOMER: pa.array(customers, pa.string()),
        "arm": pa.array(np.where(control, "control", "contact").tolist(), pa.string()),
        "stratum": pa.array(stratum),
        "offer": pa.array(offers, pa.string()),
        "probability": pa.array(probability),
        "expected_value": pa.array(worth),
    }
    return pa.table(made, schema=MEMBERS).sort_by(CUSTOMER)


def contact_list(
    key: str, customers: Sequence[str], cells: Mapping[str, pa.Array], offers: Sequence[str],
    probability: F64, worth: F64, reasons: Mapping[str, pa.Array],
) -> pa.Table:  # fmt: skip
    """Return the callers' list, rows in the order they are given, figures rounded; all are (rows,).

    `offers` are their names; where none has one, there is no such column.
    """
    made = {
        key: pa.array(customers, pa.string()),
        **cells,
        "rank": pa.array(np.arange(1, len(customers) + 1)),
        **({"offer": pa.array(offers, pa.string())} if any(offers) else {}),
        "probability": pa.array(probability.round(_RISK_DIGITS)),
        "expected_value": pa.array(worth.round(_MONEY_DIGITS)),
        "cumulative_value": pa.array(np.cumsum(worth).round(_MONEY_DIGITS)),
        **reasons,
    }
    return pa.table(made)
