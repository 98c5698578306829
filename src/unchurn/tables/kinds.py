"""Which kind a column is, decided from what all its cells say together."""

from __future__ import annotations

import re
from typing import cast

from unchurn.artefacts import Column, Kind
from unchurn.tables.cells import number_text
from unchurn.tables.date_fields import PIVOT
from unchurn.tables.dates import DateOrder
from unchurn.tables.day_order import own_order
from unchurn.tables.distinct import LIMIT
from unchurn.tables.evidence import Evidence
from unchurn.tables.forms import number_forms, with_date_forms
from unchurn.tables.numbers import READABLE, Decimal
from unchurn.tables.suspect_codes import exponents
from unchurn.tables.truth import with_truth

_FEWEST = 0.05
"""Least share of the present cells that are dates, where the others say "never" or "open"."""
_ABOUT = 0.5
"""Share of cells like ``>5`` and ``10+`` above which a column is classes, not numbers."""
ZERO_PADDED = 0.001
"""Share of cells like ``007`` above which a column is codes, not numbers."""
_CODE = re.compile(
    r"zip ?code|zip|postal ?code|postal|post ?code|plz|area ?code|(?:\w+ )*(?:version|firmware)"
    r"|(?:\w+ )*(?:app|os|sw|fw|sdk|api|client|software)? ?ver|(?:app|os|sw|fw|sdk|api|client) v"
)
_OUT_OF = re.compile("/[0-9]")
_SPLIT = re.compile(r"[^a-z]+")


def decide(
    name: str,
    evidence: Evidence,
    forced: str | None = None,
    decimal: Decimal = ".",
    order: DateOrder | None = None,
    pivot: int = PIVOT,
) -> Column:
    """Choose a column's kind and how its cells are read.

    `forced` is the user's kind; `decimal` the mark and `order` that of day and month, as the
    whole table has them; `pivot` parts the centuries of years of two digits.
    """
    column = _decided(name, evidence, forced, decimal, order, pivot)
    return with_truth(column, evidence)


def _decided(
    name: str,
    evidence: Evidence,
    forced: str | None,
    decimal: Decimal,
    order: DateOrder | None,
    pivot: int,
) -> Column:
    kind = cast(Kind, forced) if forced else _kind(name, evidence, decimal)
    if kind == "number":
        figures = evidence.numbers[decimal]
        settled = figures.settled()
        known = sorted({*settled.missing_codes, *settled.stated})
        codes = tuple(number_text(code) for code in known)
        unit, money = figures.unit, figures.currency
        written = number_forms(evidence, decimal)
        return Column(
            name, kind, decimal=decimal, sentinels=codes, unit=unit, currency=money, forms=written
        )
    if kind == "date":
        chosen = order or own_order(evidence.dates).order
        days = tuple(sorted(evidence.dates.seen(chosen, pivot).sentinels))
        epoch = evidence.dates.epoch
        made = Column(name, kind, date_order=chosen, sentinels=days, epoch=epoch, pivot=pivot)
        return with_date_forms(made, evidence)
    return Column(name, kind)


def _kind(name: str, evidence: Evidence, decimal: Decimal) -> Kind:
    if not evidence.told:
        return "category"
    enough = READABLE * evidence.told
    if _is_code(name):
        return "category"
    if _are_numbers(evidence, decimal, enough):
        if _are_dates(evidence):
            return "date"
        padded = evidence.leading_zeros > ZERO_PADDED * evidence.told
        # more digits than a float64 holds: an id, of which none may be lost
        padded = padded or evidence.long_whole > 0.5 * evidence.told
        return _words(evidence) if padded else "number"
    if _are_dates(evidence):
        return "date"
    return _words(evidence)


def _are_numbers(evidence: Evidence, decimal: Decimal, enough: float) -> bool:
    figures = evidence.numbers[decimal]
    if evidence.dates.dated and _OUT_OF.match(figures.unit):  # 1/24, which may be a month
        return False
    coded = exponents(evidence)[0] > _ABOUT * evidence.told
    return figures.readable >= enough and figures.about <= _ABOUT * evidence.told and not coded


def _words(evidence: Evidence) -> Kind:
    """Tell text, nearly a value of its own for every row, from categories that recur."""
    values, rows = evidence.distinct.items()
    different = LIMIT if evidence.distinct.beyond else len(values)
    if evidence.distinct.beyond or (different > 100 and different > 0.5 * rows.sum()):
        return "text"
    return "text" if different > 1000 and rows.sum() < 20 * different else "category"


def _are_dates(evidence: Evidence) -> bool:
    """Tell whether what is no word for "no date" reads as dates, and is more than a handful."""
    dates = evidence.dates
    words = sum(dates.absent.values())
    enough = max(1.0, READABLE * (evidence.present - words), _FEWEST * evidence.present)
    return dates.readable >= enough


def _is_code(name: str) -> bool:
    return bool(_CODE.fullmatch(" ".join(_SPLIT.split(name.lower())).strip()))
