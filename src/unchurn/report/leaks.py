"""What columns that were blocked as leaks would have promised and earned, in finished text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.errors import listing
from unchurn.report import reading, wording

Row = dict[str, str]
_EARNED = (
    "Earned is by the same model while nobody has left, the column reading as for those who stay."
)


def leak_words(leaks: Mapping[str, Any]) -> list[str]:
    """Say of each column that was measured what a list with it would have promised and earned.

    `leaks` is that part of evaluation.json, without these words; nothing is said where it is empty.
    """
    if not leaks:
        return []
    without = leaks["without"]
    words = [_said(each, without, leaks) for each in leaks["columns"]]
    if leaks["unmeasured"]:
        words.append(f"Blocked as well, and not measured: {listing(leaks['unmeasured'])}.")
    return words


def _said(column: Mapping[str, Any], without: Mapping[str, Any], leaks: Mapping[str, Any]) -> str:
    name, promised, earned = column["column"], column["promised"], column["earned"]
    who = _who(leaks)
    if without["profit"] is None:
        return (
            f"{name!r} would have promised that {promised['left']:,} of the {promised['contacted']:,} "
            f"riskiest of {who} leave; of those it would have put there in time, "
            f"{earned['left']:,} did. Without it, {without['left']:,} do."
        )
    currency = leaks["currency"]
    sums = [wording.money(e["profit"]["value"], currency) for e in (promised, earned, without)]
    return (
        f"{name!r} would have promised {sums[0]} and earned {sums[1]}. Without it, a quick model's "
        f"list earns {sums[2]} (95% interval {_between(without['profit'])}) on the same {who}."
    )


def _who(leaks: Mapping[str, Any]) -> str:
    """Say of how many customers lists were made, and of how many rows where these are more."""
    customers = leaks.get("customers")
    who, rows = wording.counted(customers, "customer"), leaks.get("rows", customers)
    return who if rows == customers else f"{wording.counted(rows, 'row')} of {who}"


def shown_leaks(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the rows of the page's table: what lists promise and earn; None where none was made."""
    leaks = reading.mapping(found.get("leaks"))
    if not leaks:
        return None
    currency = reading.text(leaks.get("currency"))
    rows = [
        _row(reading.text(each.get("column")), each.get("promised"), each.get("earned"), currency)
        for each in reading.rows(leaks.get("columns"))
    ]
    without = leaks.get("without")
    who = _who(leaks)
    paid = "In all, with 95% intervals." if reading.mapping(without).get("profit") else ""
    return {
        "rows": [*rows, _row("", without, without, currency)],
        "note": f"Of {who} of the training part, by quick models that had not seen them. {_EARNED} {paid}".rstrip(),
        "unmeasured": [reading.text(each) for each in reading.items(leaks.get("unmeasured"))],
    }


def _row(column: str, promised: Any, earned: Any, currency: str) -> Row:
    sides = {"promised": promised, "earned": earned}
    return {"column": column, **{k: _cell(reading.mapping(v), currency) for k, v in sides.items()}}


def _cell(made: Mapping[str, Any], currency: str) -> str:
    """Write what a list is worth; without costs, how many on it left."""
    if not reading.mapping(made.get("profit")):
        return f"{wording.count(made.get('left'))} of {wording.count(made.get('contacted'))} left"
    sums = reading.mapping(made["profit"])
    return f"{wording.money(reading.number(sums.get('value')), currency)} ({_between(sums)})"


def _between(sums: Mapping[str, Any]) -> str:
    low, high = (reading.number(sums.get(end)) for end in ("low", "high"))
    return wording.between(low, high, wording.money)
