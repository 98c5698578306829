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
from unchurn.modelling.columns.spellings import is_missing, normalise, standing

_STAYING = re.compile(
    "re(tain|tention|new|main)|stay|active|loyal|kept|still|alive|surviv|saved|(?<!dis)continu|repurchas"
    "|bought_?again|(?<!un)subscribed|open$|is_?customer|(no|not|non|anti)_?churn|churn_?free|activo|bleibt"
    "|verl(ä|ae?)nger|actief|fid[eè]l|aktyw|活跃|継続",
    re.IGNORECASE,
)
_EVENT = "(churn|churned|exited|attrition|attrited|cancelled|canceled|lapsed|surrendered|left)"
_ABROAD = (
    "abwanderung|abgewandert|kundigung|gekundigt|gekuendigt|kuendigung|resiliation|resilie|attrition"
    "|desabonne|baja|bajacliente|abandono|fuga|cancelacion|cancelado|cancelamento|evasao|saiu"
    "|disdetta|abbandono|opgezegd|opzegging|vertrokken|rezygnacja|odejscie|iptal|ayrildi|odchod"
    "|zruseno|отток|ушел|退会|解約|解約フラグ|流失|是否流失|이탈|이탈여부|해지"
)
_WHEN = re.compile(
    f"{_EVENT}(date|on|at|day|time)|(date|day)(of)?{_EVENT}|{_EVENT}(reason|category)|"
    "cancellation(date|reason)|(churn|exit|leaving)(date|day)|kundigungsdatum|datederesiliation"
)
"""Names of columns that only leavers have a value in: a day, a reason."""
_ENDING = re.compile(
    r"(^|[^a-z])(end|ended|ending|stop|lost)([^a-z]|$)|end(date|ed|at)|deactivat|expir|austritt|vertragsende|sortie|salida"
    r"|uscita|einde|koniec|終了"
)
"""Names of days on which something ended; for a person to judge whether customers left then."""
_FIELDS = 4
"""Names of columns among cells, from which on the table is no row for each customer."""
_STATUS = re.compile("status|state|statut|estado|stato|situacao|situacion|lifecycle(stage|status)?")
"""Names that many things have: a target only where its values say so themselves."""
_NAMES = (
    re.compile("churn|churned|ischurn|ischurned|haschurned|churnyn|churnornot|churner"),
    re.compile(f"{_EVENT}(flag|label|value|status|indicator|ind|target|class|event|binary)?"),
    re.compile(f"({folded(_ABROAD)})(flag|status|kennzeichen|jn|ja|o?n)?"),
    re.compile(f"(is|has|did|target|label|flag|customer|y){_EVENT}|churnrisk"),
    re.compile(
        "(customer|client|member|membership|account|subscription|subscriber|contract|kunden|klant)"
        "(status|state)|statut(client)?|estado(cliente)?|stato(cliente)?|kundenstatus"
    ),
    re.compile("unsubscribed|defected|departed|terminated|closed|hasleft|willleave|departure"),
    re.compile("target|label|default|outcome|class|y|event|response"),
    _STATUS,
)
"""Names that a target has, surest first."""


def find_target(summaries: Sequence[ColumnSummary], said: Said) -> tuple[str, str]:
    """Return the target's name and why it was chosen.

    A column that only leavers have a value in, such as a churn date, is taken where there is no
    other.

    Raises `ConfigError` that lists the columns with two values when no name speaks for itself.
    """
    for pattern in _NAMES:
        named = [s for s in summaries if pattern.fullmatch(folded(squashed(s.column.name)))]
        usable = [s for s in named if label_like(s, said)]
        if usable:
            return usable[0].column.name, "its name says so, and it holds two labels"
    if of_leavers := [s for s in summaries if only_of_leavers(s)]:
        return of_leavers[0].column.name, "only customers who left seem to have a value in it"
    _refuse_one_class(summaries)
    _refuse_names(summaries)
    _refuse_open_status(summaries)
    candidates = [s for s in summaries if s.distinct == 2]
    raise ConfigError(
        "The column that says who churned cannot be told from the names of the columns.",
        f"Add --target COLUMN. {_candidates(candidates)}{_of_more_values(summaries)}"
        f"{_of_a_day(summaries)}{_of_objects(summaries)}",
    )


def only_of_leavers(summary: ColumnSummary) -> bool:
    """Tell a column such as a churn date: named for leaving, and blank for most customers."""
    named = bool(_WHEN.fullmatch(folded(squashed(summary.column.name))))
    return named and summary.rows / 2 < summary.missing < summary.rows


def _refuse_names(summaries: Sequence[ColumnSummary]) -> None:
    """Raise `DataError` where a column's cells are names of columns, a target's among them, each equally often."""
    for summary in summaries:
        cells = [cell for cell, _ in summary.top]
        bare = [folded(squashed(cell)) for cell in cells]
        target = any(pattern.fullmatch(each) for pattern in _NAMES[:3] for each in bare)
        even = len({rows for _, rows in summary.top}) == 1
        if target and even and len(cells) >= _FIELDS:
            raise DataError(
                f"The cells of {summary.column.name!r} are names of columns ({listing(sorted(cells), 4)}): rows "
                "and columns are exchanged, or each row holds one cell of a customer.",
                "Write one row for each customer (pandas: table.T, or table.pivot).",
            )


def _refuse_open_status(summaries: Sequence[ColumnSummary]) -> None:
    """Raise what a column says whose name is surely a target's, and whose values stay open."""
    for pattern in _NAMES[:-2]:
        for summary in summaries:
            surely = pattern.fullmatch(folded(squashed(summary.column.name)))
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
        surely = any(pattern.fullmatch(squashed(summary.column.name)) for pattern in _NAMES[:2])
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
    if summary.distinct == 2 and not _STATUS.fullmatch(folded(squashed(summary.column.name))):
        return True
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


def check_sense(target: str, positive: str | Sequence[str], values: Sequence[str]) -> None:
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


def _of_more_values(summaries: Sequence[ColumnSummary]) -> str:
    """Offer columns of a few values that speak of churn, with what to type for the first."""
    few = [s for s in summaries if 2 < s.distinct <= MOST]
    found = [s for s in few if speaks_of_churn(s.column.name) or _left_values(s)]
    if not found:
        return ""
    shown = ", ".join(
        f"{s.column.name!r} ({' / '.join(sorted(value for value, _ in s.top[:8]))})"
        for s in found[:6]
    )
    name = found[0].column.name
    value = min(_left_values(found[0]), default=max(value for value, _ in found[0].top))
    return (
        f" Columns of more values that speak of churn: {shown}. One of these needs to be told which "
        f'values mean churned: --target "{name}" --positive "{value}" --negative "*".'
    )


def _left_values(summary: ColumnSummary) -> list[str]:
    """Return the values that are words for having left; a yes alone says nothing."""
    spelled = [value for value, _ in summary.top]
    return [v for v in spelled if normalise(v) != "1" and standing(normalise(v)) == "left"]


def _of_a_day(summaries: Sequence[ColumnSummary]) -> str:
    """Offer the columns that may hold the day of leaving, or its reason, and blanks for the others."""
    found = [
        s
        for s in summaries
        if 0 < s.missing < s.rows
        and s.distinct > 2
        and (_ENDING.search(folded(s.column.name)) or speaks_of_churn(s.column.name))
    ]
    if not found:
        return ""
    shown = ", ".join(f"{s.column.name!r} (blank in {s.missing:,})" for s in found[:6])
    return (
        f" Columns that perhaps only leavers have a value in: {shown}. If a value means churned and "
        f'a blank stayed: --target "{found[0].column.name}" --positive "*".'
    )


def _of_objects(summaries: Sequence[ColumnSummary]) -> str:
    """Say which columns hold objects, within which the target may be."""
    found = [
        summary.column.name
        for summary in summaries
        if summary.examples
        and all(cell[:1] == "{" and cell[-1:] == "}" for cell in summary.examples)
    ]
    if not found:
        return ""
    return (
        f" Objects are in {listing(found, 4)}: write each of their values as a column of its own "
        "(pandas: json_normalize)."
    )
