"""A target of which any value at all means churned: a day of leaving, a reason.

Its cells are brought down to the few spellings that can mean something else, and `ANY`, so that
a million different days need no more memory than two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import counted
from unchurn.modelling.columns.label_meanings import ANY, Said
from unchurn.modelling.columns.labels import LabelRule
from unchurn.modelling.columns.spellings import NEVER, is_missing, is_never, normalise, standing

Days = Callable[[pa.Array], tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]
"""Tells which text cells are a day, and which say that there is none (``never``, 9999-12-31)."""
_STAR = "**"
"""Spells a cell that holds an asterisk instead of a day, which `ANY` is not."""
_NOTHING = frozenset({"none", "n.a", "없음"})
_OPEN = frozenset(
    {"pending", "to be determined", "to be decided", "to be confirmed", "tbc", "t.b.d"}
)
"""Words for a day to come, or that nobody knows: not that there is none."""
_DAY = r"^[0-9]{1,4}[-/.年][0-9]{1,2}|^[0-9]{6,}"


def brought_down(cells: pa.Array, said: Said, days: Days | None = None) -> pa.Array:
    """Spell `ANY` for every cell whose value says no more than that there is one.

    `cells` are text; missing ones become "". Kept are words that say something by themselves or
    that there is nothing (a dash), the spellings that `said` names, and days that stand for never.
    In a column of days, which has `days`, all is kept that is none.
    """
    encoded = pc.fill_null(cells, "").dictionary_encode()
    values = encoded.dictionary
    if days:
        values = pc.if_else(pc.equal(pc.utf8_trim_whitespace(values), ANY), _STAR, values)
    kept = _beside_days(values, said, days) if days else _kept(values, said)
    spelled = pc.if_else(kept, values, pa.scalar(ANY))
    return pa.DictionaryArray.from_arrays(encoded.indices, spelled).cast(pa.string())


def _kept(values: pa.Array, said: Said) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(values)
    days = pc.and_not(
        pc.match_substring_regex(trimmed, _DAY), pc.match_substring_regex(trimmed, NEVER)
    )
    others = values.filter(pc.invert(days)).to_pylist()
    kept = [each for each in others if not each.strip() or _says_more(each, said)]
    return pc.is_in(values, value_set=pa.array(kept, pa.string()))


def _beside_days(values: pa.Array, said: Said, days: Days) -> pa.Array:
    kept = ~days(values)[0]
    if said.named:
        kept |= np.array([normalise(each) in said.named for each in values.to_pylist()], np.bool_)
    return pa.array(kept)


def no_day(spellings: Iterable[str], said: Said, days: Days | None) -> tuple[str, ...]:
    """List the spellings that say, in a column of days, that nobody left; () in another column.

    Spellings that `said` names are what it says.
    """
    known = list(spellings)
    if days is None or not known:
        return ()
    none = days(pa.array(known, pa.string()))[1]
    pairs = zip(known, none.tolist(), strict=True)
    return tuple(each for each, nothing in pairs if _nobody_left(each, nothing, said))


def _nobody_left(spelling: str, nothing: bool, said: Said) -> bool:
    value = normalise(spelling)
    if spelling == ANY or not spelling.strip() or value in said.named:
        return False
    told = standing(value)
    open_ = value in _OPEN or (told in ("unknown", "neither") and value not in _NOTHING)
    return told == "stayed" or (nothing and not open_)


def _says_more(spelling: str, said: Said) -> bool:
    value = normalise(spelling)
    return (
        value in said.named
        or standing(value) is not None
        or is_missing(spelling)
        or is_never(spelling)
    )


def any_finding(summary: ColumnSummary, rule: LabelRule) -> Finding:
    """Say how such a target was read, with the span of its days."""
    name = summary.column.name
    dates = summary.column.kind == "date"
    span = f", {summary.minimum} to {summary.maximum}" * dates
    words = (
        f"{counted(rule.churned, 'row has', 'rows have')} a value in {name!r}{span}, read as churned; "
        f"{counted(rule.stayed, 'row')} without one as stayed. Spellings that mean otherwise: [churn] "
        "negative or ignore."
    )
    return Finding("label-any-value", "warning", words, name, rule.churned)
