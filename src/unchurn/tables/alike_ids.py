"""Ids that occur again, and those that differ from another only in case, marks or zeros."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.errors import counted

MOST = 1 << 22
"""Ids that are compared with each other; memory must not grow with a list."""
_KEPT = 1 << 16
_SHOWN = 3
_MIXED = 0.2
"""Share of ids with small and capital letters and digits from which on case means something."""
_AROUND = " \u00a0\u3000#*\"'`()[]{}<>.,;:!|\\/~=&@^"
_THOUSANDS = "^([0-9]{1,3})(?:[,.' ’\u00a0\u202f]([0-9]{3}))+$"
_ZEROS = "^[A-Za-z]+[-_]?0+[0-9]"
_PARTING = "[,.' ’\u00a0\u202f]"
Hashes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Seen:
    """Which hashes came before, in sorted parts."""

    def __init__(self) -> None:
        self._sorted: list[Hashes] = []

    def holds(self, hashes: Hashes) -> Mask:
        """Tell which are known."""
        found = np.zeros(len(hashes), dtype=np.bool_)
        for earlier in self._sorted:
            places = np.searchsorted(earlier, hashes)
            places[places == len(earlier)] = 0
            found |= earlier[places] == hashes
        return found

    def add(self, hashes: Hashes) -> Mask:
        """Take in hashes; tell which of them came before, among these too."""
        different, first = np.unique(hashes, return_index=True)
        again = np.ones(len(hashes), dtype=np.bool_)
        again[first] = False
        again |= self.holds(hashes)
        if len(different):
            self._sorted.append(different)
        # parts of like length are joined, so that few are searched
        while len(self._sorted) > 1 and len(self._sorted[-1]) >= len(self._sorted[-2]) // 2:
            joined = np.concatenate([self._sorted.pop(), self._sorted.pop()])
            joined.sort(kind="stable")  # two runs in order are merged, not sorted
            self._sorted.append(joined)
        return again


class Several:
    """Which ids stand on more than one row, of all that are looked at; a hash's chance hit is one more."""

    def __init__(self) -> None:
        self._hashes: list[Hashes] = []

    def look(self, ids: pa.Array) -> None:
        """Take in ids; null is an id like others."""
        self._hashes.append(hashed(ids))

    def holds(self, ids: pa.Array) -> Mask:
        """Tell which ids stand on other rows too, (rows,), once all were looked at."""
        if not len(self._again):
            return np.zeros(len(ids), dtype=np.bool_)
        return np.isin(hashed(ids), self._again)

    @cached_property
    def _again(self) -> Hashes:
        every = np.concatenate(self._hashes)
        self._hashes.clear()
        every.sort()
        return np.unique(every[1:][every[1:] == every[:-1]])


def hashed(ids: pa.Array) -> Hashes:
    """Hash texts."""
    texts = ids.to_pylist()
    return np.fromiter(map(hash, texts), np.int64, len(texts))


def bare_ids(ids: pa.Array) -> pa.Array:
    """Take off what programs put on ids or take from them, where it leaves anything.

    Blanks and marks around, thousands' marks, a ``.0`` behind, zeros before digits alone or behind the
    first letters. Case stays.
    """
    found = ids
    if not pc.all(pc.ascii_is_alnum(ids)).as_py():
        found = pc.utf8_trim(found, _AROUND)
        if pc.any(pc.match_substring_regex(found, _PARTING)).as_py():
            grouped = pc.match_substring_regex(found, _THOUSANDS)
            together = pc.replace_substring_regex(found, _PARTING, "")
            found = pc.if_else(grouped, together, found)
        found = pc.replace_substring_regex(found, r"^([0-9]+)\.0+$", r"\1")
        found = pc.if_else(pc.equal(found, ""), ids, found)
    if pc.any(pc.starts_with(found, "0")).as_py():
        fewer = pc.utf8_ltrim(found, "0")
        both = pc.and_(pc.ascii_is_decimal(found), pc.ascii_is_decimal(fewer))
        found = pc.if_else(both, fewer, found)
    lengths = pc.min_max(pc.binary_length(found)).as_py()
    # ids of one width have no twins of another; to look for zeros costs a third of taking them off
    if (
        lengths["min"] == lengths["max"]
        or not pc.any(pc.match_substring_regex(found, _ZEROS)).as_py()
    ):
        return found
    return pc.replace_substring_regex(found, r"^([A-Za-z]+[-_]?)0+([0-9])", r"\1\2")


class AlikeIds:
    """Compares the first `MOST` ids of the column `name`: who is likely another customer of them.

    Two ids are alike where trimmed of blanks and marks, in one case, without thousands' marks, a
    ``.0`` behind and zeros before digits, they are one. Unless `repeats` are to be told, ids wait to be
    compared until there is one to compare.
    """

    def __init__(self, name: str, repeats: bool = True) -> None:
        self.name, self.looked = name, 0
        self._seen, self._repeats = Seen(), repeats
        self._waiting: list[Hashes] = []
        self._case: bool | None = None
        self._means = False
        self._keys: list[Hashes] = []
        self._texts: dict[str, str] = {}

    def look(self, ids: pa.Array) -> Mask:
        """Take in ids, none null; tell which of them came before, letter for letter."""
        if self.looked >= MOST:
            return np.zeros(len(ids), dtype=np.bool_)
        self.looked += len(ids)
        own = hashed(ids)
        bare = self._one_case(bare_ids(ids))
        odd = pc.not_equal(bare, ids)
        if pc.any(odd).as_py():
            texts, bared = ids.filter(odd), bare.filter(odd)
            at = odd.to_numpy(zero_copy_only=False)
            pairs = np.stack([hashed(bared), own[at]])
            self._keys.append(np.unique(pairs, axis=1))
            if len(self._texts) < _KEPT:
                self._texts |= dict(zip(texts.to_pylist(), bared.to_pylist(), strict=True))
        if self._repeats:
            return self._seen.add(own)
        self._waiting.append(own)
        return np.zeros(len(ids), dtype=np.bool_)

    def _one_case(self, ids: pa.Array) -> pa.Array:
        if self._means or pc.all(pc.ascii_is_decimal(ids)).as_py():
            return ids
        low, high = pc.utf8_lower(ids), pc.utf8_upper(ids)
        is_low, is_high = pc.equal(low, ids), pc.equal(high, ids)
        if self._case is None and len(ids):
            # nobody tells mailboxes apart by case, whatever standards allow
            coded = pc.match_substring_regex(ids, "^[^@]*[0-9][^@]*$")
            mixed = pc.and_(pc.invert(pc.or_(is_low, is_high)), coded)
            # no matter which, but the usual one leaves little to compare
            self._means = (pc.sum(mixed).as_py() or 0) >= _MIXED * len(ids)
            self._case = (pc.sum(is_low).as_py() or 0) > (pc.sum(is_high).as_py() or 0)
        return ids if self._means else low if self._case else high

    def findings(self) -> Iterator[Finding]:
        """Say how many ids are likely another's, with examples."""
        if not self._keys:
            return
        if self._waiting:
            self._seen.add(np.concatenate(self._waiting))
            self._waiting.clear()
        pairs = np.unique(np.concatenate(self._keys, axis=1), axis=1)
        bare = pairs[0]
        there = self._seen.holds(bare)
        before = np.concatenate([[False], bare[1:] == bare[:-1]])
        count = int((there | before).sum())
        if not count:
            return
        alike = self._examples(set(bare[there | before].tolist()))
        shown = f" ({alike})" if alike else ""
        looked = f" (of the first {self.looked:,})" if self.looked >= MOST else ""
        ids = counted(count, f"id in {self.name!r} differs", f"ids in {self.name!r} differ")
        words = (
            f"{ids} from another only in case, marks or zeros before it{looked}{shown}: likely one "
            "customer under two names. Write each id the one way."
        )
        yield Finding("alike-ids", "warning", words, self.name, count)

    def _examples(self, bare: set[int]) -> str:
        shown: list[str] = []
        first: dict[str, str] = {}
        for text, key in self._texts.items():
            if hash(key) not in bare or len(shown) == _SHOWN:
                continue
            held = self._seen.holds(np.array([hash(key)], np.int64))[0]
            if held or key in first:
                shown.append(f"{text!r} and {(key if held else first[key])!r}")
            first.setdefault(key, text)
        return "; ".join(shown)
