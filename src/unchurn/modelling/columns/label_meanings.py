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
        cls,
        positive: str | Sequence[str],
        negative: Sequence[str],
        ignore: Sequence[str],
        special: Mapping[str, str] | None = None,
    ) -> Said:
        """Normalise what was said; `ANY` and a blank stay what they are.

        `special` are values that spellings have beside others (`label_values.special_values`).
        """
        known = special or {}
        given = (positive,) if isinstance(positive, str) else tuple(positive)
        return cls(
            tuple(_plain(each, known) for each in given if each),
            tuple(_plain(each, known) for each in negative),
            tuple(_plain(each, known) for each in ignore),
        )

    @property
    def takes_any(self) -> bool:
        """Whether any value at all means churned, or all that is known is that a blank stayed."""
        return ANY in self.positive or self.only_blank

    @property
    def only_blank(self) -> bool:
        """Whether nothing is said but that a blank means stayed."""
        return self.negative == ("",) and not self.positive and not self.ignore

    @property
    def named(self) -> frozenset[str]:
        """Every value that is named."""
        return frozenset({*self.positive, *self.negative, *self.ignore} - {ANY, ""})

    @property
    def blank_stays(self) -> bool:
        """Whether a blank means stayed: said so, or churned is whoever has any value at all."""
        return "" in self.negative or (ANY in self.positive and "" not in self.ignore)


@dataclass(frozen=True)
class Meaning:
    """Values and what they mean, why the positive one is that, and what should be said."""

    of: dict[str, int]
    reason: str
    findings: tuple[Finding, ...] = field(default=())


def _plain(spelling: str, known: Mapping[str, str]) -> str:
    if spelling == ANY or not spelling.strip():
        return spelling.strip()
    return known.get(spelling.strip().casefold(), normalise(spelling))


def stated(
    values: Rows,
    said: Said,
    shown: Mapping[str, str],
    refuse: Callable[[Iterable[str]], Exception],
) -> Meaning:
    """Read values as somebody states them, and the others by what the words say themselves.

    `shown` are the values as the table spells them; `refuse` makes the error for values that
    are left over.
    """
    if lost := [value for value in said.positive if value not in values and value != ANY]:
        raise ConfigError(
            f"The positive label {lost[0]!r} does not occur in the target; it holds "
            f"{listing(shown[value] for value in values)}.",
            "Name the spelling that means churned: [churn] positive in churn.toml, or --positive.",
        )
    meaning = {value: code for value in values if (code := _said_of(value, said)) is not None}
    rest = [value for value in values if value not in meaning]
    if not said.positive:
        meaning |= _the_positive(rest, meaning)
    else:
        meaning |= _the_others(rest, said)
    told = {v: code for v in rest if v not in meaning and (code := _aside(v, said)) is not None}
    if rest := [value for value in rest if value not in meaning and value not in told]:
        raise refuse(rest)
    reason = "stated" if said.named or said.positive else "the others mean stayed"
    findings = _mapping(values, told, set(), shown)
    return Meaning({**meaning, **told}, reason, tuple(findings))


def _said_of(value: str, said: Said) -> int | None:
    """Look a value up in what was said; exact spellings come before `ANY`."""
    for spellings, code in ((said.ignore, IGNORED), (said.positive, 1), (said.negative, 0)):
        if value in spellings:
            return code
    return 1 if ANY in said.positive else 0 if ANY in said.negative else None


def _the_positive(rest: Sequence[str], meaning: Mapping[str, int]) -> dict[str, int]:
    """Find what churned is where only the others were said: words for it, or the one left."""
    found = dict.fromkeys((value for value in rest if standing(value) == "left"), 1)
    left = [value for value in rest if value not in found]
    if not found and 1 not in meaning.values() and len(left) == 1:
        found[left[0]] = 1
    return found


def _the_others(rest: Sequence[str], said: Said) -> dict[str, int]:
    """Find what stayed is where only churned was said: the one other value, or words for it."""
    if set(said.negative) - {""}:
        return {}
    able = [value for value in rest if standing(value) not in ("neither", "unknown")]
    sure = able if len(able) == 1 else [v for v in able if standing(v) == "stayed"]
    return dict.fromkeys(sure, 0)


def _aside(value: str, said: Said) -> int | None:
    """Read a word that says something beside others; those of staying where none were said."""
    told = standing(value)
    if told == "stayed?" and not set(said.negative) - {""}:
        return 0
    return {"neither": IGNORED, "unknown": MISSING}.get(told or "")


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
