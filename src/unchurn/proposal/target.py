"""Which column says who churned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unchurn.artefacts import ColumnSummary
from unchurn.errors import ConfigError, DataError, UnchurnError, listing
from unchurn.modelling.columns.label_errors import MOST
from unchurn.modelling.columns.label_meanings import ANY, Said
from unchurn.modelling.columns.label_words import speaks_of_churn
from unchurn.modelling.columns.labels import read_labels
from unchurn.modelling.columns.names import folded, squashed
from unchurn.modelling.columns.spellings import normalise
from unchurn.proposal.target_advice import advice
from unchurn.proposal.target_names import (
    LOOSE,
    NAMES,
    is_beside,
    is_label,
    is_named,
    is_of_leavers,
    is_plain_status,
    says_churn,
)

_FIELDS = 4
"""Names of columns among cells, from which on the table is no row for each customer."""


def find_target(summaries: Sequence[ColumnSummary], said: Said) -> tuple[str, str]:
    """Return the target's name and why it was chosen.

    A column that only leavers have a value in, such as a churn date, is taken where there is no
    other.

    Raises `ConfigError` that lists the columns with two values when no name speaks for itself, or
    the columns that may be meant where several do.
    """
    if found := _by_name(summaries, said):
        return found.column.name, "its name says so, and it holds two labels"
    if of_leavers := [s for s in summaries if only_of_leavers(s)]:
        return of_leavers[0].column.name, "only customers who left seem to have a value in it"
    _refuse_one_class(summaries)
    _refuse_names(summaries)
    _refuse_open_status(summaries)
    raise ConfigError(
        "The column that says who churned cannot be told from the names of the columns.",
        advice(summaries),
    )


def _by_name(summaries: Sequence[ColumnSummary], said: Said) -> ColumnSummary | None:
    """Return the column whose name says churn, in whatever words; else one with a looser name."""
    usable = [s for s in summaries if label_like(s, said)]
    if found := _first(usable, NAMES):
        return found
    if telling := [s for s in usable if says_churn(s.column.name) and _says_itself(s, said)]:
        _require_one([*telling, *(s for s in usable if is_label(s.column.name))])
        return telling[0]
    found = _first(usable, LOOSE)
    if found and not _is_settled(found, said):
        named = (s for s in usable if speaks_of_churn(s.column.name) and _says_itself(s, said))
        _require_one([found, *(s for s in named if not is_beside(s.column.name))])
    return found


def _first(
    usable: Sequence[ColumnSummary], patterns: Sequence[re.Pattern[str]]
) -> ColumnSummary | None:
    named = (s for pattern in patterns for s in usable if is_named(pattern, s.column.name))
    return next(named, None)


def _is_settled(summary: ColumnSummary, said: Said) -> bool:
    """Tell a column with a loose name that is a label all the same: by its name, or by its words."""
    name = summary.column.name
    if is_label(name) or speaks_of_churn(name):
        return True
    yes_or_no = {normalise(value) for value, _ in summary.top} <= {"0", "1"}
    return not yes_or_no and _says_itself(summary, said)


def _require_one(found: Sequence[ColumnSummary]) -> None:
    if len(found) > 1:
        shown = ", ".join(
            f"{s.column.name!r} ({' / '.join(value for value, _ in s.top[:3])})" for s in found
        )
        raise ConfigError(
            f"Which column says who churned cannot be told: {shown}.",
            f'Name it: --target "{found[0].column.name}", or another one. What is only known after '
            "the churn, or is another answer to the same question: --drop.",
        )


def only_of_leavers(summary: ColumnSummary) -> bool:
    """Tell a column such as a churn date: named for leaving, and blank for most customers."""
    named = is_of_leavers(summary.column.name)
    return named and summary.rows / 2 < summary.missing < summary.rows


def _refuse_names(summaries: Sequence[ColumnSummary]) -> None:
    """Raise `DataError` where a column's cells are names of columns, a target's among them, each equally often."""
    for summary in summaries:
        cells = [cell for cell, _ in summary.top]
        bare = [folded(squashed(cell)) for cell in cells]
        target = any(pattern.fullmatch(each) for pattern in NAMES[:3] for each in bare)
        even = len({rows for _, rows in summary.top}) == 1
        if target and even and len(cells) >= _FIELDS:
            raise DataError(
                f"The cells of {summary.column.name!r} are names of columns ({listing(sorted(cells), 4)}): rows "
                "and columns are exchanged, or each row holds one cell of a customer.",
                "Write one row for each customer (pandas: table.T, or table.pivot).",
            )


def _refuse_open_status(summaries: Sequence[ColumnSummary]) -> None:
    """Raise what a column says whose name is surely a target's, and whose values stay open."""
    for pattern in (*NAMES, *LOOSE[:2]):
        for summary in summaries:
            surely = is_named(pattern, summary.column.name)
            if surely and 2 < summary.distinct <= MOST:
                try:
                    read_labels(_counts(summary), name=summary.column.name)
                except UnchurnError as error:
                    name = summary.column.name
                    message = f"{name!r} seems to say who churned. {error.message}"
                    hint = f'Add --target "{name}". {error.hint}'
                    raise ConfigError(message, hint) from error


def _counts(summary: ColumnSummary) -> dict[str, int]:
    blank = {"": summary.missing} if summary.missing else {}
    return {**dict(summary.top), **blank}


def _refuse_one_class(summaries: Sequence[ColumnSummary]) -> None:
    """Raise `DataError` where a column named like a target holds one value only."""
    for summary in summaries:
        surely = any(pattern.fullmatch(squashed(summary.column.name)) for pattern in NAMES[:2])
        if surely and summary.distinct == 1 and summary.missing:
            name, value = summary.column.name, summary.top[0][0]
            raise DataError(
                f"{name!r} says {value!r} in {summary.rows - summary.missing:,} rows and is blank in "
                f"{summary.missing:,}: what a blank means is not said.",
                f'If it means stayed: --target "{name}" --positive "{value}" --negative "". Otherwise '
                "use a table that holds both churned and remaining customers.",
            )
        if surely and summary.distinct == 1:
            raise DataError(
                f"Every labelled row of {summary.column.name!r} says {summary.top[0][0]!r}: there "
                "is one class only.",
                "Use a table that holds both churned and remaining customers, or name another "
                "column with --target.",
            )


def label_like(summary: ColumnSummary, said: Said) -> bool:
    """Tell whether a column's values can be read as a label (two values are enough)."""
    if not 0 < summary.distinct <= MOST:
        return False
    if summary.distinct == 2 and not is_plain_status(summary.column.name):
        return True
    return _says_itself(summary, said)


def _says_itself(summary: ColumnSummary, said: Said) -> bool:
    """Tell whether the values leave nothing open, by themselves or by what was said of them."""
    try:
        read_labels(
            _counts(summary), said.positive, (), said.negative, said.ignore, summary.column.name
        )
    except UnchurnError:
        return False
    return True


def check_target(summary: ColumnSummary, said: Said) -> None:
    """Raise `DataError` where a column has far too many values to be a label."""
    if summary.distinct > MOST and ANY not in (*said.positive, *said.negative):
        raise DataError(
            f"The target {summary.column.name!r} holds {summary.distinct:,} different values; "
            "a target has two: churned and stayed.",
            "Name another column with --target. Where any value at all means churned and a blank "
            'means stayed: --positive "*".',
        )
