"""What the target column's spellings mean: churned, stayed, or no label at all.

Labels are compared after normalisation (see `spellings`). The positive class is inferred only
where a spelling says so itself; otherwise somebody must name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from unchurn.artefacts import Finding
from unchurn.errors import cells_of, counted, listing
from unchurn.modelling.columns.label_errors import (
    LabelError,
    left_over,
    refuse_contradictions,
    refuse_one_class,
    refuse_staying,
    refuse_undecided,
)
from unchurn.modelling.columns.label_meanings import (
    ANY,
    IGNORED,
    MISSING,
    Meaning,
    Said,
    inferred,
    stated,
)
from unchurn.modelling.columns.label_values import Found, special_values
from unchurn.modelling.columns.label_words import TICKS, speaks_of_churn
from unchurn.modelling.columns.spellings import standing

__all__ = ["LabelError", "LabelRule", "read_labels"]
_SHOWN = 4
INVERTED_SHARE = 0.6
"""Churn above this share of labelled rows looks like a label read the wrong way round."""


@dataclass(frozen=True)
class LabelRule:
    """How every spelling found is read.

    `positive` and `negative` are the commonest spellings as found; `codes` maps each raw
    spelling to 1 (churned), 0 (stayed), -1 (no label) or -2 (neither: left out). The four
    counts are rows. `reason` says why the positive class is what it is; `positives` is one
    spelling of each value that means churned.
    """

    positive: str
    negative: str
    codes: dict[str, int]
    churned: int
    stayed: int
    missing: int
    reason: str
    findings: tuple[Finding, ...] = ()
    ignored: int = 0
    positives: tuple[str, ...] = ()


def read_labels(
    counts: Mapping[str, int],
    positive: str | Sequence[str] = "",
    missing: Sequence[str] = (),
    negative: Sequence[str] = (),
    ignore: Sequence[str] = (),
    name: str = "",
    dated: bool = False,
) -> LabelRule:
    """Decide what each spelling of the target means.

    `counts` holds the rows of each raw spelling, a null cell being the spelling "". `positive`,
    `negative` and `ignore` are [churn]'s: spellings that mean churned ("*": any value at all),
    stayed ("*": every other one, "": a blank), and neither; empty means inferred where
    unmistakable. `missing` holds spellings of a missing cell besides the usual ones ([data]
    missing); `name` is the column's, in which a churn word may give a blank its meaning and one
    of staying makes a yes doubtful. `dated`
    where it is of days and `counts` what `any_value.brought_down` left: a word is no day then.

    Raises `LabelError` (a `DataError`) on spellings that cannot be told apart into two classes
    and when one class only is present; `ConfigError` when nobody can know which is positive.
    """
    special = special_values(counts)
    said = Said.of(positive, negative, ignore, special)
    found = Found.of(counts, missing, said.takes_any, special, said.named)
    blank, findings = _blank(found, said, name)
    if blank != 0 or not found.rows:
        refuse_one_class(found)
    refuse_staying(found, said, name)
    if said.takes_any and not (said.only_blank and _all_speak(found)):
        refuse_contradictions(found, said, dated)
    if dated:
        findings = (*findings, *_without_day(found, name))
    meaning = _meaning(found, said, blank == 0)
    codes = {s: blank if s in found.lost else meaning.of[found.value_of[s]] for s in sorted(counts)}
    reason = meaning.reason or _why(found, meaning.of)
    return _rule(found, codes, reason, (*findings, *meaning.findings))


def _blank(found: Found, said: Said, name: str) -> tuple[int, tuple[Finding, ...]]:
    """Say what a blank cell means: no label, unless somebody or the only other value says stayed."""
    if said.blank_stays or "" in said.ignore:
        return 0 if said.blank_stays else IGNORED, ()
    only = next(iter(found.rows)) if len(found.rows) == 1 else ""
    alone = only in TICKS or (bool(only) and standing(only) == "left")
    if not alone or not found.blanks or said.negative or not speaks_of_churn(name):
        return MISSING, ()
    words = (
        f"{counted(found.blanks, 'row has', 'rows have')} a blank {name!r}, beside {sum(found.rows.values()):,} that say "
        "churned: read as stayed. If a blank means that nobody knows, name a column with both "
        "labels."
    )
    return 0, (Finding("blank-stayed", "warning", words, name, found.blanks),)


def _without_day(found: Found, name: str) -> Iterator[Finding]:
    """Say how the cells of a column of days were read that are no day."""
    told = (
        ([s for s in found.lost if s.strip()], "as if blank", "positive or ignore"),
        (found.spelled(set(found.rows) - {ANY}), "by what it says", "positive, negative or ignore"),
    )
    for spelled, read, keys in told:
        rows = {each: found.counts[each] for each in sorted(spelled)}
        if not rows:
            continue
        ranked = sorted(rows, key=lambda each: -rows[each])
        shown = ", ".join(f"{each!r} ({rows[each]:,})" for each in ranked[:_SHOWN])
        more = f" and {len(rows) - _SHOWN} more spellings" if len(rows) > _SHOWN else ""
        count = sum(rows.values())
        words = (
            f"{cells_of(count, name)} no day: {shown}{more}; read {read}. To read one otherwise, "
            f"name it in [churn] {keys}."
        )
        yield Finding("label-no-day", "warning", words, name, count)


def _all_speak(found: Found) -> bool:
    """Tell whether every value says by itself what it means, and not all say the same."""
    told = {value: standing(value) for value in found.rows}
    return None not in told.values() and inferred(found.rows, found.shown) is not None


def _meaning(found: Found, said: Said, blank_stays: bool) -> Meaning:
    values, shown = found.rows, found.shown
    if said.ignore and not said.positive and not said.negative:
        known = {value: rows for value, rows in values.items() if value not in said.ignore}
        if own := inferred(known, shown):
            kept = {value: IGNORED for value in values if value in said.ignore}
            return Meaning({**own.of, **kept}, own.reason, own.findings)
    if said.positive or set(said.negative) - {""} or said.ignore:
        return stated(values, said, shown, lambda rest: left_over(found, said, rest))
    if said.only_blank and _all_speak(found) and (own := inferred(values, shown)):
        return own
    if blank_stays:
        return Meaning(dict.fromkeys(values, 1), "a blank means stayed")
    return inferred(values, shown) or refuse_undecided(found)


def _rule(
    found: Found, codes: dict[str, int], reason: str, findings: tuple[Finding, ...]
) -> LabelRule:
    counts, every = found.counts, (1, 0, MISSING, IGNORED)
    rows = {code: sum(counts[s] for s in codes if codes[s] == code) for code in every}
    for code, what in ((1, "churned"), (0, "stayed")):
        if not rows[code]:
            raise LabelError(
                f"No row says {what}: the target holds {listing(found.spellings)}.",
                "Check [churn] positive, negative and ignore against these.",
            )
    shown = {code: next(s for s in found.spellings if codes[s] == code) for code in (1, 0)}
    churned = [value for value in found.rows if codes[found.shown[value]] == 1]
    return LabelRule(
        shown[1],
        shown[0],
        codes,
        rows[1],
        rows[0],
        rows[MISSING],
        reason,
        (*findings, *_balance(rows[1], rows[0], shown[1])),
        rows[IGNORED],
        tuple(found.shown[value] for value in churned),
    )


def _balance(churned: int, stayed: int, positive: str) -> tuple[Finding, ...]:
    share = churned / (churned + stayed)
    if share <= INVERTED_SHARE:
        return ()
    words = (
        f"{share:.0%} of labelled customers are {positive!r}, read as churned: the label looks "
        "inverted. If it is, name the other spelling as [churn] positive."
    )
    return (Finding("label-inverted", "warning", words, count=churned),)


def _why(found: Found, meaning: Mapping[str, int]) -> str:
    spelled = found.spelled(value for value, code in meaning.items() if code == 1)
    if found.value_of[spelled[0]] == "1":
        return f"{spelled[0]!r} stands for yes"
    return f"the spelling {spelled[0]!r} can only mean churned"
