"""A target of which any value at all means churned: a day of leaving, a reason.

Its cells are brought down to the few spellings that can mean something else, and `ANY`, so that
a million different days need no more memory than two.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import counted
from unchurn.modelling.columns.label_meanings import ANY, Said
from unchurn.modelling.columns.labels import LabelRule
from unchurn.modelling.columns.spellings import NEVER, is_missing, is_never, normalise, standing

_DAY = r"^[0-9]{1,4}[-/.年][0-9]{1,2}|^[0-9]{6,}"


def brought_down(cells: pa.Array, said: Said) -> pa.Array:
    """Spell `ANY` for every cell whose value says no more than that there is one.

    `cells` are text; missing ones become "". Kept are words that say something by themselves or
    that there is nothing (a dash), the spellings that `said` names, and days that stand for never.
    """
    encoded = pc.fill_null(cells, "").dictionary_encode()
    values = encoded.dictionary
    trimmed = pc.utf8_trim_whitespace(values)
    days = pc.and_not(
        pc.match_substring_regex(trimmed, _DAY), pc.match_substring_regex(trimmed, NEVER)
    )
    others = values.filter(pc.invert(days)).to_pylist()
    kept = [each for each in others if not each.strip() or _says_more(each, said)]
    plain = pc.is_in(values, value_set=pa.array(kept, pa.string()))
    spelled = pc.if_else(plain, values, pa.scalar(ANY))
    return pa.DictionaryArray.from_arrays(encoded.indices, spelled).cast(pa.string())


def _says_more(spelling: str, said: Said) -> bool:
    value = normalise(spelling)
    named = value in said.positive or value in said.negative or value in said.ignore
    return named or standing(value) is not None or is_missing(spelling) or is_never(spelling)


def any_finding(summary: ColumnSummary, rule: LabelRule) -> Finding:
    """Say how such a target was read, with the span of its days."""
    name = summary.column.name
    dates = summary.column.kind == "date"
    span = f", {summary.minimum} to {summary.maximum}" * dates
    words = (
        f"{counted(rule.churned, 'row has', 'rows have')} a value in {name!r}{span}, read as churned; "
        f"{counted(rule.stayed, 'blank row')} as stayed. Spellings that mean otherwise: [churn] "
        "negative or ignore."
    )
    return Finding("label-any-value", "warning", words, name, rule.churned)
