"""Which column says who churned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unchurn.artefacts import ColumnSummary
from unchurn.errors import ConfigError, DataError, UnchurnError, listing
from unchurn.modelling.columns.labels import read_labels
from unchurn.modelling.columns.names import squashed
from unchurn.modelling.columns.spellings import is_missing, normalise

MOST_SPELLINGS = 20
_STAYING = re.compile("(re(tain|new|main)|stay|active|loyal|kept)", re.IGNORECASE)
_EVENT = "(churn|churned|exited|attrition|attrited|cancelled|canceled|lapsed|surrendered|left)"
_NAMES = (
    re.compile("churn|churned|ischurn|ischurned|haschurned|churnyn|churnornot|churner"),
    re.compile(f"{_EVENT}(flag|label|value|status|indicator|ind|target|class|event|binary)?"),
    re.compile(f"(is|has|did|target|label|flag|customer|y){_EVENT}|customerstatus|churnrisk.*"),
    re.compile("unsubscribed|defected|departed|terminated|closed|hasleft|willleave|departure"),
    re.compile("target|label|default|outcome|class|y|event|response"),
)
"""Names that a target has, surest first."""


def find_target(summaries: Sequence[ColumnSummary], positive: str) -> tuple[str, str]:
    """Return the target's name and why it was chosen.

    Raises `ConfigError` that lists the columns with two values when no name speaks for itself.
    """
    for pattern in _NAMES:
        named = [s for s in summaries if pattern.fullmatch(squashed(s.column.name))]
        usable = [s for s in named if label_like(s, positive)]
        if usable:
            return usable[0].column.name, "its name says so, and it holds two labels"
    _refuse_one_class(summaries)
    candidates = [s for s in summaries if s.distinct == 2]
    raise ConfigError(
        "The column that says who churned cannot be told from the names of the columns.",
        f"Add --target COLUMN. {_candidates(candidates)}",
    )


def _refuse_one_class(summaries: Sequence[ColumnSummary]) -> None:
    """Raise `DataError` where a column named like a target holds one value only."""
    for summary in summaries:
        surely = any(pattern.fullmatch(squashed(summary.column.name)) for pattern in _NAMES[:2])
        if surely and summary.distinct == 1:
            raise DataError(
                f"Every labelled row of {summary.column.name!r} says {summary.top[0][0]!r}: there "
                "is one class only.",
                "Use a table that holds both churned and remaining customers, or name another "
                "column with --target.",
            )


def label_like(summary: ColumnSummary, positive: str) -> bool:
    """Tell whether a column's values can be read as a label (two values are enough)."""
    if not 1 < summary.distinct <= MOST_SPELLINGS:
        return False
    if summary.distinct == 2:
        return True
    try:
        read_labels(dict(summary.top), positive)
    except UnchurnError:
        return False
    return True


def check_target(summary: ColumnSummary) -> None:
    """Raise `DataError` where a column has far too many values to be a label."""
    if summary.distinct > MOST_SPELLINGS:
        raise DataError(
            f"The target {summary.column.name!r} holds {summary.distinct:,} different values; "
            "a target has two: churned and stayed.",
            "Name another column with --target.",
        )


def check_sense(target: str, positive: str, values: Sequence[str]) -> None:
    """Raise `ConfigError` where the yes of a column such as ``renewed`` would mean staying."""
    plain = {normalise(value) for value in values if not is_missing(value)}
    if not positive and _STAYING.search(target) and plain <= {"0", "1"}:
        raise ConfigError(
            f"The target {target!r} sounds like staying, so its yes need not mean churned "
            f"({listing(sorted(values))}).",
            "Name the spelling that means churned with --positive.",
        )


def _candidates(found: Sequence[ColumnSummary]) -> str:
    if not found:
        return "No column holds exactly two values."
    shown = [
        f"{s.column.name!r} ({' / '.join(value for value, _ in s.top[:2])})" for s in found[:12]
    ]
    more = f" and {len(found) - 12} more" if len(found) > 12 else ""
    return f"Columns with two values: {', '.join(shown)}{more}."
