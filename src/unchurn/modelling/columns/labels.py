"""What the target column's spellings mean: churned, stayed, or no label at all.

Labels are compared after normalisation (see `spellings`). The positive class is inferred only
where a spelling says so itself; otherwise somebody must name it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from unchurn.artefacts import Finding
from unchurn.errors import ConfigError, DataError, listing
from unchurn.modelling.columns.label_meanings import (
    IGNORED,
    MISSING,
    Meaning,
    Said,
    inferred,
    stated,
)
from unchurn.modelling.columns.label_words import speaks_of_churn
from unchurn.modelling.columns.spellings import is_missing, normalise, standing

MOST = 20
"""More different values than this are no label."""
INVERTED_SHARE = 0.6
"""Churn above this share of labelled rows looks like a label read the wrong way round."""
_HINT = "Name the spelling that means churned: [churn] positive in churn.toml, or --positive."


class LabelError(DataError):
    """Labels that cannot be read. `unknown` holds the raw spellings at fault, commonest first."""

    def __init__(self, message: str, hint: str, unknown: Iterable[str] = ()) -> None:
        super().__init__(message, hint)
        self.unknown = tuple(unknown)

    def with_rows(self, rows: Mapping[str, Sequence[int]]) -> LabelError:
        """Return the same error, saying on which rows (from 1) each unknown spelling stands."""
        places = [
            f"{spelling!r} on row{'s' if len(found) > 1 else ''} "
            + ", ".join(str(row) for row in found[:5])
            + (" …" if len(found) > 5 else "")
            for spelling, found in rows.items()
        ]
        where = f" Found {'; '.join(places[:8])}." if places else ""
        return LabelError(self.message + where, self.hint, self.unknown)


@dataclass(frozen=True)
class LabelRule:
    """How every spelling found is read.

    `positive` and `negative` are the commonest spellings as found; `codes` maps each raw
    spelling to 1 (churned), 0 (stayed), -1 (no label) or -2 (neither: left out). The four
    counts are rows. `reason` says why the positive class is what it is.
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


def read_labels(
    counts: Mapping[str, int],
    positive: str | Sequence[str] = "",
    missing: Sequence[str] = (),
    negative: Sequence[str] = (),
    ignore: Sequence[str] = (),
    name: str = "",
) -> LabelRule:
    """Decide what each spelling of the target means.

    `counts` holds the rows of each raw spelling, a null cell being the spelling "". `positive`,
    `negative` and `ignore` are [churn]'s: spellings that mean churned ("*": any value at all),
    stayed ("*": every other one, "": a blank), and neither; empty means inferred where
    unmistakable. `missing` holds spellings of a missing cell besides the usual ones ([data]
    missing); `name` is the column's, in which a churn word may give a blank its meaning.

    Raises `LabelError` (a `DataError`) on spellings that cannot be told apart into two classes
    and when one class only is present; `ConfigError` when nobody can know which is positive.
    """
    said = Said.of(positive, negative, ignore)
    lost = {spelling for spelling in counts if is_missing(spelling, missing)}
    values: Counter[str] = Counter()
    for spelling, rows in counts.items():
        if spelling not in lost:
            values[normalise(spelling)] += rows
    blanks = sum(counts[spelling] for spelling in lost)
    blank, findings = _blank(values, blanks, said, name)
    if blank != 0 or not values:
        _two_at_least(values, counts, lost)
    meaning = _meaning(values, counts, said, blank == 0)
    codes = {s: blank if s in lost else meaning.of[normalise(s)] for s in sorted(counts)}
    reason = meaning.reason or _why(counts, meaning.of)
    return _rule(counts, codes, reason, (*findings, *meaning.findings))


def _blank(
    values: Mapping[str, int], blanks: int, said: Said, name: str
) -> tuple[int, tuple[Finding, ...]]:
    """Say what a blank cell means: no label, unless somebody or the only other value says stayed."""
    if said.blank_stays:
        return 0, ()
    alone = len(values) == 1 and standing(next(iter(values))) == "left"
    if not alone or not blanks or said.negative or not speaks_of_churn(name):
        return MISSING, ()
    words = (
        f"{blanks:,} rows have a blank {name!r}, beside {sum(values.values()):,} that say churned: "
        "read as stayed. If a blank means that nobody knows, name a column with both labels."
    )
    return 0, (Finding("blank-stayed", "warning", words, name, blanks),)


def _meaning(
    values: Mapping[str, int], counts: Mapping[str, int], said: Said, blank_stays: bool
) -> Meaning:
    shown = {value: _spelled(counts, [value])[0] for value in values}
    if said.positive or set(said.negative) - {""} or said.ignore:
        known = {value: rows for value, rows in values.items() if value not in said.ignore}
        if (
            said.ignore
            and not said.positive
            and not said.negative
            and (own := inferred(known, shown))
        ):
            kept = {value: IGNORED for value in values if value in said.ignore}
            return Meaning({**own.of, **kept}, own.reason, own.findings)
        return stated(values, said, shown, lambda rest: _left_over(values, counts, said, rest))
    if blank_stays:
        return Meaning(dict.fromkeys(values, 1), "a blank means stayed")
    return inferred(values, shown) or _undecided(values, counts)


def _rule(
    counts: Mapping[str, int], codes: dict[str, int], reason: str, findings: tuple[Finding, ...]
) -> LabelRule:
    every = (1, 0, MISSING, IGNORED)
    rows = {code: sum(counts[s] for s in codes if codes[s] == code) for code in every}
    for code, what in ((1, "churned"), (0, "stayed")):
        if not rows[code]:
            raise LabelError(
                f"No row says {what}: the target holds {listing(_by_rows(counts))}.",
                "Check [churn] positive, negative and ignore against these.",
            )
    shown = {code: _commonest(counts, codes, code) for code in (1, 0)}
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
    )


def _by_rows(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda s: (-counts[s], s))


def _commonest(counts: Mapping[str, int], codes: Mapping[str, int], code: int) -> str:
    return min((s for s in codes if codes[s] == code), key=lambda s: (-counts[s], s))


def _balance(churned: int, stayed: int, positive: str) -> tuple[Finding, ...]:
    share = churned / (churned + stayed)
    if share <= INVERTED_SHARE:
        return ()
    words = (
        f"{share:.0%} of labelled customers are {positive!r}, read as churned: the label looks "
        "inverted. If it is, name the other spelling as [churn] positive."
    )
    return (Finding("label-inverted", "warning", words, count=churned),)


def _two_at_least(values: Mapping[str, int], counts: Mapping[str, int], lost: set[str]) -> None:
    if not values:
        raise LabelError(
            f"No row has a label: the target holds only {listing(sorted(lost)) or 'nothing'}.",
            "Check [churn] target: it must name the column that says who churned.",
        )
    if len(values) == 1:
        seen = next(s for s in counts if s not in lost)
        raise LabelError(
            f"Every labelled row says {seen!r}: there is one class only, so nothing tells "
            "churned customers from the others.",
            "Use a table that holds both churned and remaining customers.",
        )


def _spelled(counts: Mapping[str, int], values: Iterable[str]) -> list[str]:
    """Return raw spellings of the given normalised values, commonest first."""
    wanted = set(values)
    found = [s for s in counts if not is_missing(s) and normalise(s) in wanted]
    return sorted(found, key=lambda s: (-counts[s], s))


def _left_over(
    values: Mapping[str, int], counts: Mapping[str, int], said: Said, rest: Iterable[str]
) -> LabelError:
    """Refuse values that nothing said tells what they mean, with what to type for each."""
    unknown = _spelled(counts, rest)
    others = _spelled(counts, (value for value in values if value not in said.positive))
    told = ", ".join(f"{each!r} ({counts[each]:,} rows)" for each in unknown[:8])
    return LabelError(
        f"Besides the positive label, the target holds {len(others)} values "
        f"({listing(others)}); what these mean is not said: {told}.",
        'All of them stayed: --negative "*" ([churn] negative = ["*"]). Some are neither churned '
        f"nor stayed: --ignore {_typed(unknown[:1])} ([churn] ignore). They are no label at all: "
        "name them in [data] missing.",
        unknown,
    )


def _undecided(values: Mapping[str, int], counts: Mapping[str, int]) -> Meaning:
    """Raise what fits values that do not all speak for themselves."""
    spelled = _spelled(counts, values)
    unknown = _spelled(counts, (value for value in values if standing(value) is None))
    if len(values) == 2:
        raise ConfigError(
            f"The target holds {listing(spelled)}, and which of them means churned cannot be told.",
            _HINT,
        )
    if len(values) > MOST:
        raise LabelError(
            f"The target holds {len(values)} different values ({listing(spelled)}); a target has "
            "two: churned and stayed.",
            "Check [churn] target. Where any value at all means churned (a date, a reason) and a "
            'blank means stayed: --positive "*".',
        )
    left = [s for s in spelled if standing(normalise(s)) in ("left", "left?")]
    told = ", ".join(f"{each!r} ({counts[each]:,} rows)" for each in spelled[:8])
    raise LabelError(
        f"The target holds {len(values)} different values, and not all of them can be read as a "
        f"label: {told}.",
        f"Say which mean churned, and what the others are: --positive {_typed(left[:1] or ['VALUE'])} "
        '--negative "*"; leave some out with --ignore VALUE. A spelling that is no label at all goes into [data] missing.',
        unknown,
    )


def _typed(spellings: Sequence[str]) -> str:
    return " ".join(f'"{each}"' for each in spellings)


def _why(counts: Mapping[str, int], meaning: Mapping[str, int]) -> str:
    spelled = _spelled(counts, (value for value, code in meaning.items() if code == 1))
    if normalise(spelled[0]) == "1":
        return f"{spelled[0]!r} stands for yes"
    return f"the spelling {spelled[0]!r} can only mean churned"
