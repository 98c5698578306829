"""How the ids of a column are written: of digits, how many, with zeros before them or not.

What training's were goes into the schema. It changes no reading: it tells which ids that arrive are
written as none of training's were, and so may be names that no other system knows them by.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.errors import counted
from unchurn.tables.id_words import SHOWN, cells_like, words_of

_FEWEST = 20
"""Ids of training, fewer of which tell nothing."""
_FIXED = 100
"""Ids of digits, equally long, from which on a shorter one is no smaller number."""
_MOSTLY = 0.8
_HARDLY = 0.001
"""Share of training's ids up to which their kind counts as none of training's."""
_SOME = 0.1
"""Share of a list's ids from which on another kind of id is a warning."""
_CHANCE = 1e-6
_LONGEST = 63
_CODE, OTHER = 2 * _LONGEST + 2, 2 * _LONGEST + 3
"""Places of ids with letters and of others, behind those of digits: see `place_of`."""
_RUN = re.compile(r"[A-Za-z]+[-_]?([0-9]+)")
_CODES = {"unpadded": "unpadded-ids", "zero": "zero-ids", "short": "width-ids", "long": "width-ids"}


@dataclass(frozen=True)
class Written:
    """How many ids are of digits alone, of letters and digits, of anything else.

    Of those of digits: how many begin with a zero, the least and the greatest length, and the one
    length up to which zeros are put before them (`padded`, 0 where they are not). Of those with
    letters and a digit: how many have small ones, and capital ones. `runs` and those behind it say of ids that all
    begin with the same letters what the others say of digits alone.
    """

    digits: int = 0
    codes: int = 0
    others: int = 0
    zeros: int = 0
    shortest: int = 0
    longest: int = 0
    padded: int = 0
    small: int = 0
    capital: int = 0
    runs: int = 0
    run_zeros: int = 0
    run_shortest: int = 0
    run_longest: int = 0
    run_padded: int = 0

    @property
    def of_runs(self) -> Written | None:
        """Return how the digits behind the letters of all ids are written; None where too few are."""
        ends = (self.run_shortest, self.run_longest, self.run_padded)
        return Written(self.runs, 0, 0, self.run_zeros, *ends) if self.runs >= _FEWEST else None

    @classmethod
    def of(cls, forms: tuple[str, ...] | None) -> Self | None:
        """Read what a schema says; None where it says nothing, or too few were seen."""
        said = dict(each.split("=", 1) for each in forms or () if "=" in each)
        made = cls(**{name: int(said.get(name, 0)) for name in asdict(cls())})
        return made if made.ids >= _FEWEST else None

    @property
    def forms(self) -> tuple[str, ...]:
        """Say it as a schema does."""
        return tuple(f"{name}={value}" for name, value in asdict(self).items() if value)

    @cached_property
    def ids(self) -> int:
        """How many there were."""
        return self.digits + self.codes + self.others

    def odd(self, place: int) -> str:
        """Say by a code what of an id at this place is unlike these; empty where nothing is."""
        kind = "codes" if place == _CODE else "others" if place == OTHER else "digits"
        if getattr(self, kind) <= _HARDLY * self.ids:
            return f"other-{kind}"
        if kind != "digits":
            return ""
        length, zero = place // 2, place % 2
        if self.padded and length < self.padded:
            return "unpadded"
        if zero and not self.zeros:
            return "zero"
        fixed = self.shortest == self.longest and self.digits >= _FIXED
        if fixed and length < self.shortest:
            return "short"
        return "long" if length > self.longest + 1 else ""

    @property
    def letters(self) -> str:
        """Say which letters all ids with a digit have, ``small`` or ``capital``; empty for both, and for few."""
        if max(self.small, self.capital) < _FEWEST or bool(self.small) == bool(self.capital):
            return ""
        return "small" if self.small else "capital"

    def differs(self, id: str) -> bool:
        """Tell whether one id is written as none of these."""
        place = place_of(id)
        run = _RUN.fullmatch(id) if self.of_runs else None
        if run and self.of_runs and self.of_runs.odd(place_of(run[1])):
            return True
        if self.odd(place) or not self.letters or not any(map(str.isdecimal, id)):
            return bool(self.odd(place))
        return id != (id.lower() if self.letters == "small" else id.upper())


def place_of(id: str) -> int:
    """Number an id by what is counted of it: twice its digits, one more with a zero before them."""
    if id.isascii() and id.isdecimal():
        return 2 * min(len(id), _LONGEST) + (len(id) > 1 and id[0] == "0")
    return _CODE if id.isascii() and id.isalnum() and not id.isalpha() else OTHER


@dataclass
class IdWriting:
    """Counts ids of the column `name` by `place_of`, with the first rows and texts of each place.

    `lettered`: they are the digits behind the letters of ids.
    """

    name: str
    lettered: bool = False
    _counts: dict[int, int] = field(default_factory=dict)
    _kept: dict[int, dict[str, int]] = field(default_factory=dict)
    _small: int = 0
    _capital: int = 0

    def look(self, ids: pa.Array, rows: pa.Array | None, shown: pa.Array | None = None) -> None:
        """Take in ids of letters and digits, at least one of them a digit; `shown` are whole ones."""
        digits = pc.ascii_is_decimal(ids)
        zero = pc.and_(pc.starts_with(ids, "0"), pc.greater(pc.binary_length(ids), 1))
        lengths = pc.min_element_wise(pc.binary_length(ids), _LONGEST)
        of_digits = pc.add(pc.multiply(lengths, 2), pc.cast(zero, pa.int32()))
        places = pc.if_else(digits, of_digits, _CODE).to_numpy(zero_copy_only=False)
        if (codes := places == _CODE).any():
            self._count_letters(ids.filter(pa.array(codes)))
        for place, count in enumerate(np.bincount(places).tolist()):
            if count:
                self._take(place, count, ids if shown is None else shown, rows, places)

    def other(self, ids: pa.Array, rows: pa.Array | None) -> None:
        """Take in ids that are something else, and in which nothing is wrong."""
        if len(ids):
            self._count_letters(ids.filter(pc.match_substring_regex(ids, "[0-9]")))
            places = np.full(len(ids), OTHER)
            self._take(OTHER, len(ids), ids, rows, places)

    def _count_letters(self, ids: pa.Array) -> None:
        """Count those that have small letters, and those that have capital ones."""
        self._small += pc.sum(pc.not_equal(pc.ascii_upper(ids), ids)).as_py() or 0
        self._capital += pc.sum(pc.not_equal(pc.ascii_lower(ids), ids)).as_py() or 0

    def _take(
        self, place: int, count: int, ids: pa.Array, rows: pa.Array | None, places: np.ndarray
    ) -> None:
        self._counts[place] = self._counts.get(place, 0) + count
        kept = self._kept.setdefault(place, {})
        if len(kept) < SHOWN:
            for at in np.flatnonzero(places == place)[:SHOWN].tolist():
                kept.setdefault(ids[at].as_py(), rows[at].as_py() if rows is not None else 0)

    @property
    def written(self) -> Written:
        """Sum up how they are written."""
        of_digits = {place: n for place, n in self._counts.items() if place < _CODE}
        letters = {"small": self._small, "capital": self._capital}
        if not of_digits:
            return Written(0, self._counts.get(_CODE, 0), self._counts.get(OTHER, 0), **letters)
        digits = sum(of_digits.values())
        lengths = [place // 2 for place in of_digits]
        zeros = {place // 2: n for place, n in of_digits.items() if place % 2}
        padded = max(zeros, key=lambda length: (zeros[length], length), default=0)
        alike = of_digits.get(2 * padded, 0) + zeros.get(padded, 0)
        if len(zeros) != 1 or alike + _longer(of_digits, padded) < _MOSTLY * digits:
            padded = 0
        return Written(
            digits,
            self._counts.get(_CODE, 0),
            self._counts.get(OTHER, 0),
            sum(zeros.values()),
            min(lengths),
            max(lengths),
            padded,
            **letters,
        )

    def findings(self, trained: Written | None) -> Iterator[Finding]:
        """Yield what is unlike training's ids, or where these are not known, unlike the others."""
        own = self.written
        if trained is None:
            if own.padded and own.digits >= _FEWEST:
                short = [place for place in self._counts if place // 2 < own.padded]
                yield from self._found(dict.fromkeys(short, "unpadded"), own, "the others'")
            elif both := self._of_two_widths():
                yield both
            return
        yield from self._in_other_letters(own, trained)
        odd = {place: code for place in self._counts if (code := trained.odd(place))}
        yield from self._found(odd, trained, "training's")
        if not own.zeros and not trained.padded and own.digits:
            share = trained.zeros / max(1, trained.digits)
            if share >= 1 or own.digits * math.log1p(-share) < math.log(_CHANCE):
                has = "has a zero behind its letters" if self.lettered else "begins with a zero"
                words = (
                    f"None of {own.digits:,} ids in {self.name!r} {has}, as {share:.0%} of "
                    "training's did: a spreadsheet or a number column takes them away. Export it as text."
                )
                yield Finding("unpadded-ids", "warning", words, self.name, own.digits)

    def _of_two_widths(self) -> Finding | None:
        """Say that many ids have zeros up to one length, and as many shorter ones have none."""
        lengths = {place // 2 for place in self._counts if place % 2}
        (padded,) = lengths if len(lengths) == 1 else (0,)
        zeros = self._counts.get(2 * padded + 1, 0)
        short = [place for place in self._counts if place < 2 * padded]
        rest = sum(self._counts[place] for place in short)
        if min(zeros, rest) < _FEWEST or 2 * padded in self._counts:
            return None
        kept = [next(iter(self._kept[place])) for place in (2 * padded + 1, max(short))]
        words = (
            f"{zeros:,} ids in {self.name!r} are written with zeros up to {padded} digits, such as {kept[0]!r}, "
            f"and {rest:,} with fewer digits and none, such as {kept[1]!r}: two tables may write one customer in "
            "two ways. Write each id the one way."
        )
        return Finding("width-ids", "warning", words, self.name, min(zeros, rest))

    def _in_other_letters(self, own: Written, trained: Written) -> Iterator[Finding]:
        """Say that ids have small letters where training's had capitals alone, or the reverse."""
        here = {"small": "capital", "capital": "small", "": ""}[trained.letters]
        if here and (count := getattr(own, here)):
            words = (
                f"{counted(count, f'id in {self.name!r} has', f'ids in {self.name!r} have')} {here} letters, "
                f"and training's {trained.letters} ones alone: other tables may not know them so. Write the "
                "ids as in training."
            )
            yield Finding("case-ids", "warning", words, self.name, count)

    def _found(self, odd: Mapping[int, str], beside: Written, whose: str) -> Iterator[Finding]:
        looked = sum(self._counts.values())
        for code in dict.fromkeys(odd.values()):
            places = sorted(place for place in odd if odd[place] == code)
            count = sum(self._counts[place] for place in places)
            kept: dict[str, int] = {}
            for place in places:
                kept |= self._kept[place]
            few = code.startswith("other-") and count < _SOME * looked
            told = words_of(code, count, beside, whose, next(iter(kept)), few)
            said = "other-ids" if code.startswith("other-") else _CODES[code]
            words = f"{cells_like(self.name, count, kept)} {told}"
            yield Finding(said, "note" if few else "warning", words, self.name, count)


def _longer(of_digits: Mapping[int, int], length: int) -> int:
    return sum(count for place, count in of_digits.items() if place // 2 > length)
