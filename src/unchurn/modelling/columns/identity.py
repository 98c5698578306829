"""Whether a column only says who a customer is, and how well it would name the customer.

Evidence is weighed: the name, how many values there are, the shape of the cells, and the id that
stands beside. A name alone is not enough (``PhoneService`` with two values and ``store_id`` with
thirty are ordinary categories), and neither is every row having a value of its own (an amount
and a moment have one too).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from unchurn.artefacts import ColumnSummary
from unchurn.modelling.columns import id_cells as cells
from unchurn.modelling.columns.id_names import Sense, sense_of
from unchurn.modelling.columns.names import squashed

Sort = Literal["id", "contact", "token", "person", "row-number", "unique"]
_POINTS: dict[Sense, tuple[int, Sort, str]] = {
    "customer-id": (60, "id", "a customer's id"),
    "key": (56, "id", "an id"),
    "account-id": (54, "id", "an account's id"),
    "customer": (53, "id", "a customer"),
    "account": (46, "id", "an account"),
    "contract-id": (44, "id", "a contract's id"),
    "thing-id": (30, "id", "an id"),
    "contact": (24, "contact", "a contact"),
}
"""What a name is worth, the sort of column that it makes, and how to say it."""
_OWN = 4
"""What a value of its own for every row is worth: less than what most names are apart."""
_SHAPED = {"token": 16, "contact": 10}
_FEWEST = 0.04
_FEW = 20
"""Different values up to which a column with an id's name or look may be one of classes."""
_LEAST_OWN = 0.02
"""Tokens of fewer values a row may be classes that were hashed: cities, plans."""
_WORDED = frozenset({"customer", "account"})
"""Names that may as well head a kind of customer: "new", "returning"."""
CANDIDATE = 40
"""Points from which a column could name the customer as well as the one that does."""
_NAMED = frozenset({"customer-id", "key", "account-id", "customer", "account", "contract-id"})


@dataclass(frozen=True)
class Identity:
    """Why a column says who a customer is: the words follow "it" or a column's name.

    `points` are what it is worth as the customer's name, 0 being nothing.
    """

    sort: Sort
    words: str
    points: int


def recognise(summary: ColumnSummary, beside: ColumnSummary | None = None) -> Identity | None:
    """Tell whether a column is an identity, from its summary over the whole table.

    `beside` is the id that the table has anyway: then only a name, a contact's or a token's
    shape, and counting make another identity, and every other column is a feature.
    """
    if cells.present(summary) == 0 or summary.distinct < 2:
        return None
    sense = sense_of(summary.column.name)
    if counted := _by_count(summary, sense, beside):
        return counted
    customers = beside.distinct if beside else 0
    return (
        _by_name(summary, sense, customers)
        or _by_shape(summary, customers)
        or _by_value(summary, sense, beside)
    )


def doubt(summary: ColumnSummary) -> str:
    """Say why a column with an id's name cannot be one; empty where it can."""
    sense = sense_of(summary.column.name)
    if sense not in _NAMED:
        return ""
    if is_damaged(summary):  # however few values are left of them
        return (
            f"{summary.damaged:,} of its cells are written like 1.23457E+18: a spreadsheet has cut "
            "their digits, so that different customers share one"
        )
    named = sense in ("customer-id", "key", "account-id") and summary.distinct > _FEW
    if named and cells.is_measured(summary):
        kind = "dates" if summary.column.kind == "date" else "amounts or fractions"
        return f"its cells are {kind}"
    return ""


def is_damaged(summary: ColumnSummary) -> bool:
    """Tell whether a spreadsheet has cut the digits of so many ids that none can be trusted."""
    return cells.damaged_share(summary) >= cells.FEW_DAMAGED


def _by_count(
    summary: ColumnSummary, sense: Sense, beside: ColumnSummary | None
) -> Identity | None:
    """A row number: it counts the rows, and its name is no customer's."""
    counts = cells.counts_rows(summary)
    own = cells.own_share(summary) >= 0.98 and summary.distinct >= 20
    if sense == "row" and (counts or (own and summary.column.kind == "number")):
        figures = "counts the rows" if counts else f"has {cells.figures(summary)}"
        return Identity("row-number", f"its name is that of a row number, and it {figures}", 0)
    named = sense in _NAMED or sense in ("contact", "quantity", "thing-id")
    if counts and (not named or (sense == "key" and beside is not None)):
        return Identity("row-number", "it counts the rows", 0)
    return None


def _by_name(summary: ColumnSummary, sense: Sense, customers: int) -> Identity | None:
    kind, share = summary.column.kind, cells.own_share(summary, customers)
    if sense == "person" and kind in ("category", "text") and _many(summary):
        words = f"its name is that of a person, and it has {cells.figures(summary)}"
        return Identity("person", words, 0)
    if sense not in _POINTS or not _enough(summary, sense, share, bool(customers)):
        return None
    if _are_figures(summary, sense):
        return None
    if doubted := doubt(summary):
        return Identity("id", f"its name is that of an id, but {doubted}", 0)
    points, sort, what = _POINTS[sense]
    if cells.is_panel(summary) and sort == "id":
        told = f"{summary.distinct:,} of them in {cells.present(summary):,} rows"
        return Identity(sort, f"its name is that of {what}, and there are {told}", points)
    words = f"its name is that of {what}, and it has {cells.figures(summary)}"
    return Identity(sort, words, points + round(_OWN * cells.own_share(summary)))


def _are_figures(summary: ColumnSummary, sense: Sense) -> bool:
    """Tell measurements, and ``users`` that says how many there are, from who somebody is."""
    if cells.is_measured(summary):
        return sense != "contact"
    if sense not in _WORDED or summary.column.kind != "number":
        return False
    plural = squashed(summary.column.name).endswith("s")
    return plural or not cells.are_handed_out(summary)


def _enough(summary: ColumnSummary, sense: Sense, share: float, beside: bool) -> bool:
    """Tell whether there are enough values for what the name says."""
    known, different = cells.present(summary), summary.distinct
    if share >= 0.9 and known >= 5:
        return not (sense in _WORDED and summary.column.kind == "date")
    if sense == "contact":
        return _many(summary) and summary.column.kind != "date"
    if beside or sense == "thing-id":
        return share >= 0.5
    if sense in _WORDED and (share < _FEWEST or not _codes(summary)):
        return share >= _FEWEST and _many(summary)
    return different > max(20, 0.002 * known) or (different >= 5 and different >= 0.1 * known)


def _codes(summary: ColumnSummary) -> bool:
    return summary.column.kind == "number" or cells.have_digits(summary)


def _many(summary: ColumnSummary) -> bool:
    known = cells.present(summary)
    if summary.distinct > max(20, 0.05 * known):
        return True
    return known >= 5 and cells.own_share(summary) >= 0.9


def _by_shape(summary: ColumnSummary, customers: int) -> Identity | None:
    kind, share = summary.column.kind, cells.own_share(summary, customers)
    if kind in ("number", "date") or cells.is_measured(summary):
        return None
    if (shape := cells.shape_of(summary)) is None:
        return None
    sort, what = shape
    panel = sort == "token" and not customers and summary.distinct > _FEW
    if share < (_LEAST_OWN if panel else 0.5):
        return None
    words = f"its cells look like {what}, with {cells.figures(summary)}"
    return Identity(cast(Sort, sort), words, _SHAPED[sort])


def _by_value(
    summary: ColumnSummary, sense: Sense, beside: ColumnSummary | None
) -> Identity | None:
    """Every row has a value of its own; an amount or a moment is no identity for that."""
    if cells.present(summary) < 50 or sense in ("quantity", "place"):
        return None
    share, kind = cells.own_share(summary), summary.column.kind
    if kind in ("category", "text") and share >= 0.98 and cells.are_short(summary):
        words = f"nearly every row has a value of its own ({share:.0%})"
        if cells.are_codes(summary):
            return Identity("unique", words, 8)
        return None if cells.is_measured(summary) else Identity("unique", words, 0)
    if kind == "number" and beside is None and cells.in_order(summary):
        words = "every row has a whole number of its own, all equally long and close together"
        return Identity("unique", words, 6)
    return None
