"""Files of ids that must not be contacted, and finding them among customers.

Ids are compared as text. One that is nobody's, but another customer's to within a spreadsheet's
doing (``12345.0``, ``0012345``, ``12,345``, ``#12345``, blanks, case), leaves that customer out as well, and is said: who
must not be contacted is rather left out twice than called once. A list of one column may have no header:
its first line is an id as well where it is a customer's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Excluded, Finding, IdList
from unchurn.errors import ConfigError, DataError, counted, listing
from unchurn.project import Data
from unchurn.tables.alike_ids import bare_ids
from unchurn.tables.matching import find_column, fold
from unchurn.tables.opening import open_table
from unchurn.tables.table import Table, pass_over

_REASON = "reason"
NOT_EXCLUDED = -1
_NO_LIST = np.iinfo(np.int16).max
_LETTERS = re.compile("(?:[a-z]+[-_]?)?")
I64 = npt.NDArray[np.int64]


def read_ids(path: Path, name: str, data: Data) -> IdList:
    """Read a file whose column `name`, or only column, holds ids; a column `reason` is kept.

    The header of an only column of another name is kept as `IdList.heading`.

    Raises `ConfigError` where it is not there, `DataError` where it has no ids.
    """
    table = _opened(path, name, data)
    rest = [each for each in table.columns if fold(each) != _REASON]
    column = find_column(name, table.columns) or (rest[0] if len(rest) == 1 else None)
    if column is None:
        raise DataError(
            f"{path} has no column {name!r}, which names customers; it has {listing(table.columns)}.",
            f"Head the column of ids {name!r}, or leave only that one.",
        )
    reason = find_column(_REASON, table.columns, {column})
    wanted = [column, *([reason] if reason else [])]
    reasons: dict[str, str] = {}
    for batch in table.batches(pass_over, wanted):
        ids = _text(batch.column(column)).to_pylist()
        why = _text(batch.column(reason)).to_pylist() if len(wanted) > 1 else [""] * len(ids)
        reasons |= {
            each.strip(): (w or "").strip() for each, w in zip(ids, why, strict=True) if each
        }
    for nobody in ("", name):  # a header alone, read as an id
        reasons.pop(nobody, None)
    if not reasons:
        raise DataError(
            f"{path} names nobody: there is no id in its column {column!r}.",
            "Leave the file out, or fill the column in.",
        )
    heading = "" if fold(column) == fold(name) or column in reasons else column.strip()
    return IdList(path.name, reasons, heading=heading)


def _opened(path: Path, name: str, data: Data) -> Table:
    """Open a list; one column of bare ids needs no header."""
    try:
        return open_table(str(path), Data(missing=data.missing), Path.cwd())
    except DataError as error:
        with suppress(DataError):
            bare = open_table(str(path), Data(header=False, missing=data.missing), Path.cwd())
            if len(bare.columns) == 1:
                return bare
        hint = f"Head the column of ids {name!r}." if "--no-header" in error.hint else error.hint
        raise DataError(f"The list of ids {path} cannot be used: {error.message}", hint) from error


class Exclusions:
    """Finds among customers whom lists name, ids batch by batch: first all are looked at, then asked for."""

    def __init__(self, excluded: Excluded) -> None:
        self._lists = excluded.lists
        first: dict[str, int] = {}
        for place, each in enumerate(self._lists):
            for name in (*each.reasons, *_heads(each)):
                first.setdefault(name, place)
        self._ids = pa.array(list(first), pa.string())
        self._places = np.array([*first.values(), _NO_LIST], dtype=np.int64)
        self._met = np.zeros(len(first), dtype=np.bool_)
        self._looked: list[npt.NDArray[np.int16]] = []

    def look(self, ids: pa.Array) -> None:
        """Take in ids of customers."""
        at = pc.index_in(ids, value_set=self._ids)
        self._met[at.drop_null().to_numpy()] = True
        self._looked.append(_taken(self._places, at).astype(np.int16))

    def find(self, ids: pa.Array, start: int) -> I64:
        """Return for each of `ids` the place of the list that names it, or `NOT_EXCLUDED`.

        They are those that were looked at from `start` on. The first list counts, whichever way it names somebody.
        """
        found = np.minimum(self._exactly[start : start + len(ids)], self._strangers.find(ids))
        return np.where(found == _NO_LIST, NOT_EXCLUDED, found)

    @cached_property
    def _exactly(self) -> npt.NDArray[np.int16]:
        """The list that names each customer as written, or `_NO_LIST`."""
        return np.concatenate(self._looked)

    def findings(self) -> list[Finding]:
        """Say which ids of lists were nobody's among the customers asked for, as written or at all."""
        return [
            finding
            for place, each in enumerate(self._lists)
            for finding in (*self._headed(each), *self._strangers.findings(place, each))
        ]

    def _headed(self, told: IdList) -> Iterator[Finding]:
        at = pc.index_in(pa.array(_heads(told), pa.string()), value_set=self._ids).to_numpy()
        if self._met[at].any():
            words = (
                f"The first line of {told.source}, {told.heading!r}, is a customer's id: the list has no "
                "header, and that customer is left out as well."
            )
            yield Finding("heading-id", "warning", words, count=1)

    @cached_property
    def _strangers(self) -> _Strangers:
        return _Strangers([self._unknown(each) for each in self._lists])

    def _unknown(self, told: IdList) -> pa.Array:
        """Return the ids of a list that are nobody's as they are written."""
        ids = pa.array(list(told.reasons), pa.string())
        known = self._met[pc.index_in(ids, value_set=self._ids).to_numpy()]
        return ids.filter(pa.array(~known))


class _Strangers:
    """The ids of each list that are nobody's as they are written, and whom they may mean."""

    def __init__(self, ids: Sequence[pa.Array]) -> None:
        self._ids = ids
        loose = [_loose(each) for each in ids]
        self._forms = pa.chunked_array(loose, pa.string()).unique()
        self._codes = [pc.index_in(each, value_set=self._forms).to_numpy() for each in loose]
        self._places = np.full(len(self._forms) + 1, _NO_LIST)
        for place in reversed(range(len(ids))):
            self._places[self._codes[place]] = place
        self._met = np.zeros(len(self._forms), dtype=np.bool_)

    def find(self, ids: pa.Array) -> I64:
        """Return for each of `ids` the place of the list that may mean it, or `_NO_LIST`."""
        if not len(self._forms):
            return np.full(len(ids), _NO_LIST)
        at = pc.index_in(_loose(ids), value_set=self._forms)
        self._met[at.drop_null().to_numpy()] = True
        return _taken(self._places, at)

    def findings(self, place: int, told: IdList) -> Iterator[Finding]:
        """Say which ids of a list mean somebody, and of one that was given which mean nobody.

        Whom the ledger knows need not be a customer any more, and callers are not told its ids.
        """
        meant = pa.array(self._met[self._codes[place]])
        respelt, strange = (self._ids[place].filter(each) for each in (meant, pc.invert(meant)))
        if len(respelt):
            words = (
                f"{_who(respelt, told)} named nobody as written, but a customer when "
                "marks, leading zeros, a decimal .0, blanks and case are passed over: left out as well."
            )
            yield Finding("respelt-ids", "warning", words, count=len(respelt))
        if len(strange) and told.given:
            words = f"{_who(strange, told)} named nobody among the customers."
            yield Finding("unknown-ids", "warning", words, count=len(strange))


def _heads(told: IdList) -> list[str]:
    return [told.heading] if told.heading else []


def _taken(values: I64, places: pa.Array) -> I64:
    """Return the values at `places`, the last of all where there is none."""
    return np.asarray(values[pc.fill_null(places, -1).to_numpy()])


def _loose(ids: pa.Array) -> pa.Array:
    """Reduce ids to what programs leave of them; zeros before digits and letters count for nothing, too.

    Whatever other ids there are: those of a list and of its customers are reduced apart.
    """
    bare = pc.utf8_lower(bare_ids(ids))
    head = next(_LETTERS.finditer(pc.first(bare).as_py() or ""))[0]
    rest = pc.utf8_slice_codeunits(bare, len(head))
    # ids of one system begin alike: taking off their zeros is then five times as quick
    alike = pc.and_(pc.starts_with(bare, head), pc.ascii_is_decimal(rest))
    if not pc.all(alike).as_py():
        return pc.replace_substring_regex(bare, r"^([a-z]+[-_]?)?0+([0-9])", r"\1\2")
    fewer = pc.utf8_ltrim(rest, "0")
    return pc.binary_join_element_wise(head, pc.if_else(pc.equal(fewer, ""), "0", fewer), "")


def _who(ids: pa.Array, told: IdList) -> str:
    who = counted(len(ids), "id", "ids")
    return (
        f"{who} of {told.source} ({listing(ids.to_pylist(), 3)})"
        if told.given
        else f"{who} {told.source}"
    )


def _text(column: pa.Array) -> pa.Array:
    return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())


def require_known_files(paths: Sequence[Path], out: Path | None) -> None:
    """Raise `ConfigError` where a list of ids is not there, or `out` would replace it."""
    for each in paths:
        if not each.is_file():
            raise ConfigError(
                f"There is no file {str(each)!r} of ids to exclude.",
                "Give the path of a file with a column of ids: --exclude do_not_call.csv",
            )
        if out is not None and out.exists() and out.samefile(each):
            raise ConfigError(
                f"{out} is the list of ids to exclude, and the list of the campaign would replace it.",
                "Give the campaign's list another name with --out.",
            )
