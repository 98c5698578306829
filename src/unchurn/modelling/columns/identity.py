"""Which columns only say who a customer is, and so can never be features.

A column is recognised by its name together with how many values it has, or by the shape of
its cells (e-mail, UUID, hash, telephone number, row number). A name alone is not enough:
``PhoneService`` with two values and ``store_id`` with thirty are ordinary categories.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from unchurn.artefacts import ColumnSummary
from unchurn.modelling.columns.names import squashed, words_of

Sort = Literal["id", "contact", "token", "person", "row-number", "unique"]
CAP = 100_000
"""`ColumnSummary.distinct` counts no further than this."""
_WHO = "(customer|client|cust|user|member|subscriber|account|acct|guest|household|party|visitor)"
_NUMBER = "(id|ids|identifier|num|number|no|nr|nbr|key|ref|code|guid|uuid|hash)"
_CUSTOMER = re.compile(rf"{_WHO}s?{_NUMBER}|msisdn|imsi|imei|iban|ssn|id|uid|uuid|guid")
_THING = (
    "(application|booking|card|case|contract|device|invoice|loan|order|policy|record|session|sim)"
)
_OTHER_ID = re.compile(rf"{_THING}{_NUMBER}|[a-z0-9]*{_WHO}{_NUMBER}")
_LAST_WORDS = frozenset({"id", "guid", "uuid", "hash", "identifier"})
_ROW = re.compile("row(number|num|no|id|index|s)?|index|idx|unnamed0|serial(number|no)?|srno|sno")
_CONTACT = re.compile(
    "(tele)?(phone|mobile|cell|fax)s?(phone)?(number|num|no|nr)?|e?mail(address)?"
)
_PERSON = re.compile(
    "(sur|last|first|given|family|middle|full|customer|client|user|member)?names?"
    "|(home|street|postal|billing)?address(line)?[0-9]*"
)
_SHAPES: tuple[tuple[Sort, str, re.Pattern[str]], ...] = (
    ("contact", "an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("token", "a UUID", re.compile(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.I)),
    ("token", "a hash", re.compile(r"(?=.*[a-f])(?=.*[0-9])[0-9a-f]{16,}", re.I)),
    ("contact", "a telephone number", re.compile(r"\+?\(?\d{1,4}\)?([ \-./]\(?\d{2,}\)?){1,4}")),
)


@dataclass(frozen=True)
class Identity:
    """Why a column says who a customer is. `rank` is lower for better ids; 9 is no id at all."""

    sort: Sort
    words: str
    rank: int


def recognise(summary: ColumnSummary) -> Identity | None:
    """Tell whether a column is an identity, from its summary over the whole table."""
    present = summary.rows - summary.missing
    if present == 0 or summary.distinct < 2:
        return None
    if is_row_number(summary):
        return Identity("row-number", "it counts the rows", 9)
    return _by_name(summary, present) or _by_shape(summary, present) or _by_value(summary, present)


def is_row_number(summary: ColumnSummary) -> bool:
    """Tell whether a column holds whole numbers without a gap, (nearly) all different.

    "Nearly" because rows that occur twice bring their number along.
    """
    present = summary.rows - summary.missing
    if summary.column.kind != "number" or not summary.integers or present < 20:
        return False
    span = float(summary.maximum) - float(summary.minimum) + 1
    return span <= summary.rows and _share(summary, present) >= 0.98


def _share(summary: ColumnSummary, present: int) -> float:
    """Share of present cells whose value is their own, as far as distinct values are counted."""
    return summary.distinct / min(present, CAP)


def _by_name(summary: ColumnSummary, present: int) -> Identity | None:
    name, share = squashed(summary.column.name), _share(summary, present)
    last = words_of(summary.column.name)[-1:] or ("",)
    many = summary.distinct > max(20, 0.05 * present) or (share >= 0.9 and present >= 5)
    if not many or (summary.column.kind == "number" and not summary.integers):
        return None
    kind, figures = summary.column.kind, f"and it has {_figures(summary, present)}"
    rules: tuple[tuple[bool, Sort, str, int], ...] = (
        (bool(_CUSTOMER.fullmatch(name)), "id", "an id", 0),
        (bool(_CONTACT.fullmatch(name)) and kind != "date", "contact", "a contact", 3),
        (bool(_ROW.fullmatch(name)) and share >= 0.98, "row-number", "a row number", 9),
        (share >= 0.5 and bool(_OTHER_ID.fullmatch(name)), "id", "an id", 1),
        (share >= 0.5 and last[0] in _LAST_WORDS, "id", "an id", 1),
        (bool(_PERSON.fullmatch(name)) and kind in ("category", "text"), "person", "a person", 9),
    )
    for holds, sort, what, rank in rules:
        if holds:
            return Identity(sort, f"its name is that of {what}, {figures}", rank)
    return None


def _by_shape(summary: ColumnSummary, present: int) -> Identity | None:
    if summary.column.kind in ("number", "date") or _share(summary, present) < 0.5:
        return None
    cells = [cell.strip() for cell in summary.examples if cell.strip()]
    for sort, what, shape in _SHAPES:
        if cells and all(shape.fullmatch(cell) for cell in cells):
            words = f"its cells look like {what}, with {_figures(summary, present)}"
            return Identity(sort, words, 4 if sort == "contact" else 5)
    return None


def _by_value(summary: ColumnSummary, present: int) -> Identity | None:
    share, kind = _share(summary, present), summary.column.kind
    if present < 50:
        return None
    if kind in ("category", "text") and share >= 0.98 and _short(summary):
        return Identity("unique", f"nearly every row has a value of its own ({share:.0%})", 6)
    if kind == "number" and summary.integers and share == 1 and _same_length(summary, 7):
        return Identity("unique", "every row has a whole number of its own, all equally long", 6)
    return None


def _short(summary: ColumnSummary) -> bool:
    """Tell a code from a sentence."""
    return all(len(cell) <= 64 and len(cell.split()) <= 1 for cell in summary.examples)


def _same_length(summary: ColumnSummary, least: int) -> bool:
    low, high = (str(int(float(text))) for text in (summary.minimum, summary.maximum))
    return len(low) == len(high) >= least


def _figures(summary: ColumnSummary, present: int) -> str:
    more = "at least " if summary.distinct >= CAP and present > CAP else ""
    return f"{more}{summary.distinct:,} different values in {present:,} rows"
