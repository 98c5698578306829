"""Which kind a column is, decided from what all its cells say together."""

from __future__ import annotations

import re
from typing import Any, cast

from unchurn.artefacts import Column, Kind
from unchurn.tables.dates import DateOrder
from unchurn.tables.distinct import LIMIT
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import Decimal
from unchurn.tables.truth import with_truth

READABLE = 0.98
"""Share of the present cells that must read as numbers (dates) for a number (date) column."""
ZERO_PADDED = 0.001
"""Share of cells like ``007`` above which a column is codes, not numbers."""
_CODE = re.compile(r"zip ?code|zip|postal ?code|postal|post ?code|plz|area ?code")
_SPLIT = re.compile(r"[^a-z]+")


def decide(name: str, evidence: Evidence, forced: str | None = None) -> Column:
    """Choose a column's kind and how its cells are read; `forced` is the user's kind."""
    return with_truth(_decided(name, evidence, forced), evidence)


def _decided(name: str, evidence: Evidence, forced: str | None) -> Column:
    kind = cast(Kind, forced) if forced else _kind(name, evidence)
    if kind == "number":
        decimal = _decimal(evidence)
        codes = sorted(evidence.numbers[decimal].missing_codes)
        return Column(name, kind, decimal=decimal, sentinels=tuple(f"{code:g}" for code in codes))
    if kind == "date":
        order = _order(evidence)
        return Column(
            name, kind, date_order=order, sentinels=tuple(sorted(evidence.dates[order].sentinels))
        )
    return Column(name, kind)


def _kind(name: str, evidence: Evidence) -> Kind:
    if not evidence.present:
        return "category"
    enough = READABLE * evidence.present
    if evidence.native_date and evidence.dates["ymd"].readable >= enough:
        return "date"
    if _is_code(name):
        return "category"
    if evidence.numbers[_decimal(evidence)].readable >= enough:
        padded = evidence.leading_zeros > ZERO_PADDED * evidence.present
        return _words(evidence) if padded else "number"
    if evidence.dates[_order(evidence)].readable >= enough:
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


def _order(evidence: Evidence) -> DateOrder:
    """Choose the order that reads most cells; where both local ones do, day first."""
    readable: dict[Any, int] = {each: dates.readable for each, dates in evidence.dates.items()}
    best = max(readable.values())
    return next(order for order in ("ymd", "dmy", "mdy") if readable[order] == best)


def _is_code(name: str) -> bool:
    return bool(_CODE.fullmatch(" ".join(_SPLIT.split(name.lower())).strip()))
