"""What real tables suffer from: blank cells, odd spellings of missing, a leak, repeated rows."""

from __future__ import annotations

import numpy as np

from unchurn.demo.customers import Table
from unchurn.demo.draws import Draws, Flags, Words

MISSING = {"": 0.55, " ": 0.15, "?": 0.15, "N/A": 0.15}
"""Spellings of a missing cell in the demo's tables, and their shares."""
LEAK = "Final Bill Date"
"""Column that is filled once a customer has left: it must never be a feature."""
_BLANK_SHARES = {
    "State": 0.003,
    "VMail Message": 0.01,
    "Day Mins": 0.01,
    "Eve Mins": 0.015,
    "Night Charge": 0.015,
    "Intl Calls": 0.005,
}


def as_text(table: Table) -> dict[str, Words]:
    """Spell every cell: whole numbers plainly, minutes with one decimal, money with two."""
    return {name: np.array(_cells(name, table)) for name in table}


def _cells(name: str, table: Table) -> list[str]:
    values = table[name]
    if values.dtype.kind != "f":
        return [str(value) for value in values.tolist()]
    digits = 1 if name.endswith("Mins") else 2
    return [f"{value:.{digits}f}" for value in values.tolist()]


def leak(draws: Draws, left: Flags, snapshot: str) -> Words:
    """Make the leaking column: a date for nearly all who left, blank for nearly all others."""
    filled = draws.flag(np.where(left, 0.996, 0.0005))
    days = np.datetime64(snapshot) + draws.whole(3, 30)
    return np.where(filled, days.astype(str), "")


def spoil(draws: Draws, text: dict[str, Words]) -> dict[str, Words]:
    """Blank cells: most at random; Satisfaction and Contract where there is something to hide.

    The unhappy answer surveys less often, and paperwork is lost for monthly contracts only.
    """
    spoilt = dict(text)
    for name, share in _BLANK_SHARES.items():
        spoilt[name] = np.where(draws.flag(share), draws.pick(MISSING), text[name])
    unhappy = np.isin(text["Satisfaction"], ("1", "2", "3"))
    silent = draws.flag(np.where(unhappy, 0.3, 0.2))
    spoilt["Satisfaction"] = np.where(silent, "", text["Satisfaction"])
    lost = draws.flag(np.where(text["Contract"] == "Monthly", 0.02, 0.0))
    spoilt["Contract"] = np.where(lost, draws.pick(MISSING), text["Contract"])
    return spoilt
