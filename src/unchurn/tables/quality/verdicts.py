"""What is said of a rule: what it asks, how many cells broke it and where, never what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unchurn.artefacts import Difference
from unchurn.errors import counted, listing
from unchurn.project import QualityRule
from unchurn.project.keys import written
from unchurn.tables.quality.tally import Tally

Plain = dict[str, Any]
_VALUES = 6
_WORDS = {
    "below": "below",
    "at_most": "at most",
    "equals": "equal to",
    "at_least": "at least",
    "above": "above",
}


def asked(rule: QualityRule) -> str:
    """Say what a rule asks, as a clause: ``'fee' is to be from 0 to 500``."""
    if rule.condition == "rows":
        return f"the table is to have {_ends(rule.value)} rows"
    return f"{rule.column!r} is to be {_condition(rule)}{_shared(rule)}"


def _condition(rule: QualityRule) -> str:
    value = rule.value
    if rule.other:
        return f"{_WORDS[rule.condition]} {rule.other!r}"
    if rule.condition == "complete":
        return "complete" if value == 1 else f"complete in at least {_percent(value)} of rows"
    if rule.condition == "in_":
        shown = [each if isinstance(each, str) else f"{each:.15g}" for each in value]
        return f"one of {listing(shown, _VALUES)}"
    if rule.condition == "matches":
        return f"of the pattern {value if len(value) <= 80 else value[:79] + '…'}"
    if rule.condition == "not_older_than":
        return f"at most {counted(value, 'day')} old"
    return "unique" if rule.condition == "unique" else _ends(value)


def _ends(ends: Sequence[Any]) -> str:
    low, high = (each if isinstance(each, str) else f"{each:,.15g}" for each in ends)
    if not high:
        return f"{low} or more"
    return f"from {low} to {high}" if low else f"up to {high}"


def _shared(rule: QualityRule) -> str:
    low, high = rule.share
    if low == high == 1:
        return ""
    if high == 1:
        return f" in at least {_percent(low)} of cells"
    return f" in {_percent(low)} to {_percent(high)} of cells"


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "under 0.1%"
    return "over 99.9%" if 0.999 < share < 1 else f"{100 * share:.3g}%"


def verdict(number: int, rule: QualityRule, found: Tally | str, rows: int) -> Plain:
    """Return what came of a rule, as plain data; `found` are words where it could not be evaluated.

    Keys: number, column, condition, asked, severity, why, state (``holds``, ``broken`` or
    ``unjudged``), level, words, effect (by how much it is broken, in words), rows, judged, broken,
    share (None where nothing was judged) and first_rows.
    """
    cannot = found if isinstance(found, str) else _unjudged(rule, found, rows)
    tally = Tally() if isinstance(found, str) else found
    held = not cannot and _holds(rule, tally, rows)
    state = "unjudged" if cannot else "holds" if held else "broken"
    level = {"holds": "steady", "unjudged": "look", "broken": rule.severity}[state]
    return {
        "number": number,
        "column": rule.column,
        "condition": written(rule.condition),
        "asked": asked(rule),
        "severity": rule.severity,
        "why": rule.why,
        "state": state,
        "level": level,
        "words": _words(rule, state, cannot, tally, rows),
        "effect": _effect(rule, tally, rows) if state == "broken" else "",
        "rows": rows,
        "judged": tally.judged,
        "broken": tally.broken,
        "share": tally.share if tally.judged else None,
        "first_rows": tally.first,
    }


def _unjudged(rule: QualityRule, found: Tally, rows: int) -> str:
    if rule.condition == "rows" or found.judged:
        return ""
    return (
        f"no cell is there to judge, all {rows:,} are missing" if rows else "the table has no row"
    )


def _holds(rule: QualityRule, found: Tally, rows: int) -> bool:
    if rule.condition == "rows":
        low, high = rule.value
        return bool(low <= rows and (high == "" or rows <= high))
    low, high = (rule.value, 1.0) if rule.condition == "complete" else rule.share
    return bool(low <= found.share <= high)


def _words(rule: QualityRule, state: str, cannot: str, found: Tally, rows: int) -> str:
    if state == "unjudged":
        return f"A rule of your own could not be evaluated, {asked(rule)}: {cannot}."
    if state == "holds":
        return f"A rule of your own holds: {asked(rule)}."
    why = f" {rule.why.strip()}" if rule.why.strip() else ""
    where = "" if found.share > rule.share[1] or not found.broken else f", {_where(found)}"
    return f"A rule of your own is broken: {asked(rule)}; {_effect(rule, found, rows)}{where}.{why}"


def _effect(rule: QualityRule, found: Tally, rows: int) -> str:
    if rule.condition == "rows":
        return f"it has {rows:,}"
    cells = counted(found.judged, "cell")
    if found.share > rule.share[1]:
        so = found.judged - found.broken
        return f"{so:,} of {cells} {_are(so)} so, {_percent(found.share)}"
    return f"{found.broken:,} of {cells} {_are(found.broken)} not, {_percent(1 - found.share)}"


def _are(cells: int) -> str:
    return "is" if cells == 1 else "are"


def _where(found: Tally) -> str:
    rows = ", ".join(f"{each:,}" for each in found.first)
    if found.broken == 1:
        return f"in row {rows}"
    return f"in rows {rows}" if found.broken == len(found.first) else f"the first in rows {rows}"


def differences(verdicts: Sequence[Plain]) -> list[Difference]:
    """List rules that are broken or could not be evaluated; one is grave where it asks to act."""
    return [
        Difference(
            "rule-broken" if each["state"] == "broken" else "rule-unjudged",
            f"a rule of your own is broken, {each['asked']} ({each['effect']})",
            each["words"],
            each["column"] or None,
            each["level"] == "act",
            each["broken"],
        )
        for each in verdicts
        if each["state"] != "holds"
    ]
