"""Which kind a column is, decided from what all its cells say together."""

from __future__ import annotations

import re
from typing import cast

from unchurn.artefacts import Column, Kind
from unchurn.tables.dates import DateOrder
from unchurn.tables.day_order import own_order
from unchurn.tables.distinct import LIMIT
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import Decimal

READABLE = 0.98
"""Share of the present cells that must read as numbers (dates) for a number (date) column."""
_FEWEST = 0.05
"""Least share of the present cells that are dates, where the others say "never" or "open"."""
ZERO_PADDED = 0.001
"""Share of cells like ``007`` above which a column is codes, not numbers."""
_CODE = re.compile(r"zip ?code|zip|postal ?code|postal|post ?code|plz|area ?code")
_SPLIT = re.compile(r"[^a-z]+")


def decide(
    name: str, evidence: Evidence, forced: str | None = None, order: DateOrder | None = None
) -> Column:
    """Choose a column's kind and how its cells are read.

    `forced` is the user's kind, `order` that of day and month as the whole table has it.
    """
    kind = cast(Kind, forced) if forced else _kind(name, evidence)
    if kind == "number":
        decimal = _decimal(evidence)
        codes = sorted(evidence.numbers[decimal].missing_codes)
        return Column(name, kind, decimal=decimal, sentinels=tuple(f"{code:g}" for code in codes))
    if kind == "date":
        chosen = order or own_order(evidence.dates).order
        days = tuple(sorted(evidence.dates.seen(chosen).sentinels))
        return Column(name, kind, date_order=chosen, sentinels=days, epoch=evidence.dates.epoch)
    return Column(name, kind)


def _kind(name: str, evidence: Evidence) -> Kind:
    if not evidence.present:
        return "category"
    enough = READABLE * evidence.present
    if _is_code(name):
        return "category"
    if evidence.numbers[_decimal(evidence)].readable >= enough:
        if _are_dates(evidence):
            return "date"
        padded = evidence.leading_zeros > ZERO_PADDED * evidence.present
        return _words(evidence) if padded else "number"
    if _are_dates(evidence):
        return "date"
    return _words(evidence)


def _words(evidence: Evidence) -> Kind:
    """Tell text, nearly a value of its own for every row, from categories that recur."""
    values, rows = evidence.distinct.items()
    different = LIMIT if evidence.distinct.beyond else len(values)
    if evidence.distinct.beyond or (different > 100 and different > 0.5 * rows.sum()):
        return "text"
    return "text" if different > 1000 and rows.sum() < 20 * different else "category"


def _decimal(evidence: Evidence) -> Decimal:
    comma, point = evidence.numbers[","].readable, evidence.numbers["."].readable
    return "," if comma > point else "."


def _are_dates(evidence: Evidence) -> bool:
    """Tell whether what is no word for "no date" reads as dates, and is more than a handful."""
    dates = evidence.dates
    words = sum(dates.absent.values())
    enough = max(1.0, READABLE * (evidence.present - words), _FEWEST * evidence.present)
    return dates.readable >= enough


def _is_code(name: str) -> bool:
    return bool(_CODE.fullmatch(" ".join(_SPLIT.split(name.lower())).strip()))
