"""The spellings of a target, gathered into different values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from unchurn.modelling.columns.label_words import INITIALS
from unchurn.modelling.columns.spellings import is_missing, is_never, normalise

_MINUS_ONE = re.compile(r"-1([.,]0*)?")


@dataclass(frozen=True)
class Found:
    """What a target holds: `counts` are rows by raw spelling, "" being missing ones.

    `value_of` gives each spelling's value, `lost` are spellings of no label, `rows` are rows by
    value.
    """

    counts: Mapping[str, int]
    value_of: Mapping[str, str]
    lost: frozenset[str]
    rows: Mapping[str, int]

    @classmethod
    def of(
        cls,
        counts: Mapping[str, int],
        missing: Sequence[str],
        any_value: bool,
        special: Mapping[str, str],
        named: Collection[str] = (),
    ) -> Self:
        """Gather spellings; with `any_value`, days that stand for never are no label either.

        `special` is what `special_values` returns of `counts`; `named` values are what they are
        said to be.
        """

        def never(spelling: str) -> bool:
            return any_value and is_never(spelling) and normalise(spelling) not in named

        lost = frozenset(s for s in counts if is_missing(s, missing) or never(s))
        value_of = {
            s: special.get(s.strip().casefold(), normalise(s)) for s in counts if s not in lost
        }
        rows: Counter[str] = Counter()
        for spelling, value in value_of.items():
            rows[value] += counts[spelling]
        return cls(counts, value_of, lost, rows)

    @property
    def blanks(self) -> int:
        """Rows without a label."""
        return sum(self.counts[spelling] for spelling in self.lost)

    @cached_property
    def spellings(self) -> list[str]:
        """All spellings, commonest first."""
        return sorted(self.counts, key=lambda s: (-self.counts[s], s))

    @cached_property
    def shown(self) -> dict[str, str]:
        """The commonest spelling of each value."""
        named = [s for s in self.spellings if s in self.value_of]
        return {self.value_of[s]: s for s in reversed(named)}

    def spelled(self, values: Iterable[str]) -> list[str]:
        """Return raw spellings of the given values, commonest first."""
        wanted = set(values)
        return [s for s in self.spellings if self.value_of.get(s) in wanted]


def special_values(spellings: Iterable[str]) -> dict[str, str]:
    """Values of spellings that say more together than one by one, by their plain form.

    -1 is no where it stands beside 1 only, and a value of its own beside 0. One letter other
    than N is yes where N is all there is besides, in a language whose yes begins so.
    """
    plain = {spelling.strip().casefold() for spelling in spellings}
    values = {text: normalise(text) for text in plain}
    negative = {text for text in plain if _MINUS_ONE.fullmatch(text)}
    if negative and any(value == "0" for text, value in values.items() if text not in negative):
        return dict.fromkeys(negative, "-1")
    present = {text for text in plain if not is_missing(text)}
    for yes, no in INITIALS:
        if present == {yes, no}:
            return {yes: "1", no: "0"}
    return {}
