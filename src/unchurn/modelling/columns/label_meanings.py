"""What each value of a target means: as somebody states it, or as the words say themselves.

Values are normalised (see `spellings`); a meaning is 1 (churned), 0 (stayed), `MISSING` (no
label) or `IGNORED` (neither: the customer is left out and counted).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from unchurn.artefacts import Finding
from unchurn.errors import ConfigError, listing
from unchurn.modelling.columns.label_words import Standing
from unchurn.modelling.columns.spellings import normalise, standing

MISSING, IGNORED = -1, -2
ANY = "*"
"""Stands for any value, or for every other one."""
Rows = Mapping[str, int]


@dataclass(frozen=True)
class Said:
    """What [churn] says of labels: spellings that mean churned, stayed, and neither."""

    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, positive: str | Sequence[str], negative: Sequence[str], ignore: Sequence[str]
    ) -> Said:
        """Normalise what was said; `ANY` and a blank stay what they are."""
        given = (positive,) if isinstance(positive, str) else tuple(positive)
        return cls(
            tuple(_plain(each) for each in given if each),
            tuple(_plain(each) for each in negative),
            tuple(_plain(each) for each in ignore),
        )

    @property
    def blank_stays(self) -> bool:
        """Whether a blank means stayed: said so, or churned is whoever has any value at all."""
        return "" in self.negative or (ANY in self.positive and not self.negative)


@dataclass(frozen=True)
class Meaning:
    """Values and what they mean, why the positive one is that, and what should be said."""

    of: dict[str, int]
    reason: str
    findings: tuple[Finding, ...] = field(default=())


def _plain(spelling: str) -> str:
    return spelling if spelling in (ANY, "") else normalise(spelling)


def stated(
    values: Rows,
    said: Said,
    shown: Mapping[str, str],
    refuse: Callable[[Iterable[str]], Exception],
) -> Meaning:
    """Read values as somebody states them; `refuse` makes the error for values left over.

    `shown` are the values as the table spells them.
    """
    meaning: dict[str, int] = {}
    findings: tuple[Finding, ...] = ()
    named = {*said.positive, *said.negative, *said.ignore} - {ANY, ""}
    if lost := [value for value in said.positive if value not in values and value != ANY]:
        raise ConfigError(
            f"The positive label {lost[0]!r} does not occur in the target; it holds "
            f"{listing(values)}.",
            "Name the spelling that means churned: [churn] positive in churn.toml, or --positive.",
        )
    for value in values:
        if value in said.ignore:
            meaning[value] = IGNORED
        elif value in said.positive:
            meaning[value] = 1
        elif value in said.negative:
            meaning[value] = 0
        elif ANY in said.positive:
            meaning[value] = 1
        elif ANY in said.negative:
            meaning[value] = 0
    rest = [value for value in values if value not in meaning]
    if not said.positive and len(rest) > 1:
        rest = [v for v in rest if standing(v) != "left" or meaning.update({v: 1})]
    if not said.positive and len(rest) == 1 and 1 not in meaning.values():
        meaning[rest.pop()] = 1
    if said.positive and not set(said.negative) - {""}:
        # one other value is the other class; several are what they say by themselves
        told = {v: 0 if len(rest) == 1 else _perhaps(standing(v), {0, 1}) for v in rest}
        known = {value: code for value, code in told.items() if code in (0, MISSING, IGNORED)}
        findings = tuple(_mapping(values, known, _surely(known, len(rest)), shown))
        meaning |= known
        rest = [value for value in rest if value not in known]
    if rest:
        raise refuse(rest)
    reason = "stated" if named or said.positive else "the others mean stayed"
    return Meaning(meaning, reason, findings)


def _surely(known: Mapping[str, int], rest: int) -> set[str]:
    """Values that need no word: the only other one, and those that plainly say stayed."""
    return set(known) if rest == 1 else {v for v in known if standing(v) == "stayed"}


def inferred(values: Rows, shown: Mapping[str, str]) -> Meaning | None:
    """Read values that speak for themselves; None where they do not, or not all of them.

    `shown` are the values as the table spells them.
    """
    known: dict[str, Standing | None] = {value: standing(value) for value in values}
    sides = {"left": 1, "stayed": 0}
    decided = {value: sides[told] for value, told in known.items() if told in sides}
    if set(decided.values()) == {0, 1} and len(decided) == len(values):
        return Meaning(decided, "")
    if len(values) == 2 and len(decided) == 1 and 1 in decided.values():
        (other,) = (value for value in values if value not in decided)
        if known[other] is None and "1" not in decided:
            return Meaning({**decided, other: 0}, "")
    meaning = {value: _perhaps(told, set(decided.values())) for value, told in known.items()}
    if None in meaning.values() or not {0, 1} <= set(meaning.values()):
        return None
    settled = {value: code for value, code in meaning.items() if code is not None}
    return Meaning(settled, "", tuple(_mapping(values, settled, set(decided), shown)))


def _perhaps(told: Standing | None, sure: set[int]) -> int | None:
    """Read a word beside words that are sure; None where it stays open."""
    if told in ("left", "stayed"):
        return 1 if told == "left" else 0
    if told == "stayed?":
        return 0 if 1 in sure else None
    if told == "left?":
        return 1 if sure == {0} else None
    return {"neither": IGNORED, "unknown": MISSING}.get(told or "")


def _mapping(
    values: Rows, meaning: Mapping[str, int], sure: set[str], shown: Mapping[str, str]
) -> Iterable[Finding]:
    """Say how words were read that do not decide by themselves, and how to read them otherwise."""
    told = {
        0: ("label-mapped", "read as stayed", "positive"),
        1: ("label-mapped", "read as churned", "negative"),
        IGNORED: ("label-ignored-value", "neither churned nor stayed, and left out", "negative"),
        MISSING: ("label-unknown-value", "no label, and left out", "negative"),
    }
    for value, code in meaning.items():
        if value in sure:
            continue
        name, words, other = told[code]
        yield Finding(
            name,
            "warning",
            f"{values[value]:,} rows say {shown[value]!r}: {words}. To read them otherwise, name the "
            f"spelling in [churn] {other} or ignore.",
            count=values[value],
        )
