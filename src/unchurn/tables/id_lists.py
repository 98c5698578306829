"""Files of ids that must not be contacted, and finding them among customers.

Ids are compared as text. One that is nobody's, but another customer's to within a spreadsheet's
doing (``12345.0``, ``0012345``, ``12,345``, ``#12345``, blanks, case), leaves that customer out as well, and is said: who
must not be contacted is rather left out twice than called once. A list of one column may have no header:
its first line is an id as well where it is a customer's.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from unchurn.tables.matching import fold
from unchurn.tables.opening import open_table
from unchurn.tables.table import Table, pass_over

_REASON = "reason"
NOT_EXCLUDED = -1


def read_ids(path: Path, name: str, data: Data) -> IdList:
    """Read a file whose column `name`, or only column, holds ids; a column `reason` is kept.

    The header of an only column of another name is kept as `IdList.heading`.

    Raises `ConfigError` where it is not there, `DataError` where it has no ids.
    """
    table = _opened(path, name, data)
    folded = {fold(each): each for each in table.columns}
    rest = [each for each in table.columns if fold(each) != _REASON]
    column = folded.get(fold(name)) or (rest[0] if len(rest) == 1 else None)
    if column is None:
        raise DataError(
            f"{path} has no column {name!r}, which names customers; it has {listing(table.columns)}.",
            f"Head the column of ids {name!r}, or leave only that one.",
        )
    reason = folded.get(_REASON)
    wanted = [column, *([reason] if reason and reason != column else [])]
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
        self._lists = [_Named(each) for each in excluded.lists]

    def look(self, ids: pa.Array) -> None:
        """Take in ids of customers."""
        for each in self._lists:
            each.look(ids)

    def find(self, ids: pa.Array) -> npt.NDArray[np.int64]:
        """Return for each of `ids`, looked at before, the place of the list that names it, or `NOT_EXCLUDED`."""
        found = np.full(len(ids), NOT_EXCLUDED, dtype=np.int64)
        for place, each in enumerate(self._lists):
            found[each.names(ids) & (found == NOT_EXCLUDED)] = place
        return found

    def findings(self) -> list[Finding]:
        """Say which ids of lists were nobody's among the customers asked for, as written or at all."""
        return [finding for each in self._lists for finding in each.findings()]


class _Named:
    """The ids of one list: which were met as they are written, and which only loosely."""

    def __init__(self, told: IdList) -> None:
        self._told = told
        heading = [told.heading] if told.heading else []
        self._ids = pa.array([*told.reasons, *heading], pa.string())
        self._known = np.zeros(len(self._ids), dtype=np.bool_)

    def look(self, ids: pa.Array) -> None:
        if self._told.given:
            at = pc.index_in(ids, value_set=self._ids)
            self._known[at.drop_null().to_numpy()] = True

    def names(self, ids: pa.Array) -> npt.NDArray[np.bool_]:
        hit = np.asarray(pc.is_in(ids, value_set=self._ids).to_numpy(zero_copy_only=False))
        return hit | self._nearly(ids) if len(self._unknown) else hit

    @cached_property
    def _unknown(self) -> pa.Array:
        """The ids of the list that are nobody's; of lists of our own making there is nothing to say."""
        ids = len(self._told.reasons) if self._told.given else 0
        return self._ids[:ids].filter(pa.array(~self._known[:ids]))

    @cached_property
    def _loosely(self) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
        """What is left of the unknown ids, and which were met so."""
        return _loose(self._unknown), np.zeros(len(self._unknown), dtype=np.bool_)

    def _nearly(self, ids: pa.Array) -> npt.NDArray[np.bool_]:
        """Find customers whom ids that are nobody's may mean."""
        loose, met = self._loosely
        at = pc.index_in(_loose(ids), value_set=loose)
        met[at.drop_null().to_numpy()] = True
        return np.asarray(at.is_valid().to_numpy(zero_copy_only=False))

    def findings(self) -> list[Finding]:
        notes: list[Finding] = []
        if self._told.heading and self._known[-1]:
            words = (
                f"The first line of {self._told.source}, {self._told.heading!r}, is a customer's id: the list has no "
                "header, and that customer is left out as well."
            )
            notes.append(Finding("heading-id", "warning", words, count=1))
        if not len(self._unknown):
            return notes
        loose, met = self._loosely
        meant = pc.is_in(loose, value_set=loose.filter(pa.array(met)))
        respelt, strangers = (self._unknown.filter(each) for each in (meant, pc.invert(meant)))
        source = self._told.source
        if len(respelt):
            who = counted(len(respelt), "id", "ids")
            words = (
                f"{who} of {source} ({_some(respelt)}) named nobody as written, but a customer when "
                "marks, leading zeros, a decimal .0, blanks and case are passed over: left out as well."
            )
            notes.append(Finding("respelt-ids", "warning", words, count=len(respelt)))
        if len(strangers):
            who = counted(len(strangers), "id", "ids")
            words = f"{who} of {source} ({_some(strangers)}) named nobody among the customers."
            notes.append(Finding("unknown-ids", "warning", words, count=len(strangers)))
        return notes


def _loose(ids: pa.Array) -> pa.Array:
    """Reduce ids to what programs leave of them; zeros before digits and letters count for nothing, too.

    Whatever other ids there are: those of a list and of its customers are reduced apart.
    """
    bare = pc.utf8_lower(bare_ids(ids))
    return pc.replace_substring_regex(bare, r"^([a-z]+[-_]?)?0+([0-9])", r"\1\2")


def _some(ids: pa.Array) -> str:
    return listing(ids.to_pylist(), 3)


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
