"""Tables without a header against training: widths, the label left out, columns shifted.

Where columns have numbers for names, a table that lacks one column names all those after it
wrongly. SageMaker's convention is such a table: the label stands first in training and is left
out later. It is read by its places when its width is training's without the label and what is
in it is like training; any other width is refused, and so is what looks shifted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from unchurn.artefacts import Finding, Schema
from unchurn.errors import DataError, counted, listing
from unchurn.tables.arrivals import Plan, plan_arrival
from unchurn.tables.cells import as_text
from unchurn.tables.placed import BY_PLACE

_LAYOUT = ("arrived-scale", "arrived-range", "arrived-unseen", "arrived-moved", "arrived-reversed")
"""Differences that a shifted table shows; a blank column is in its place."""
_HINT = (
    "Write the columns in training's order, all of them or all but the label; or give both "
    "tables a header, and train again."
)


@dataclass(frozen=True)
class LinedUp:
    """How a table's columns answer to training's. `names` holds training's name of each header."""

    headers: tuple[str, ...]
    names: tuple[str, ...]
    schema: Schema
    headerless: bool = False

    def plan(self, clv: float | str) -> Plan:
        """Plan the arrival as `plan_arrival` does, by the table's own headers."""
        plan, own = plan_arrival(self.names, self.schema, clv), self.own
        return replace(plan, headers=tuple(own[name] for name in plan.headers))

    @property
    def own(self) -> dict[str, str]:
        """The table's own header of each name."""
        return dict(zip(self.names, self.headers, strict=True))

    @property
    def aligned(self) -> bool:
        """Whether the label was left out, so that places and not names count."""
        return self.names != self.headers

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What had to be lined up."""
        if not self.aligned:
            return (BY_PLACE,) if self.headerless else ()
        words = (
            f"{self._widths()}: the label, {self.schema.target}, is taken to be left out, and "
            "columns are read by their place without it."
        )
        return (Finding("label-left-out", "note", words, self.schema.target),)

    def refuse_header(self, written: pa.RecordBatch, typed: pa.RecordBatch) -> None:
        """Raise `DataError` where the first row of a table said to have no header is one."""
        if not self.headerless or not written.num_rows or written.column(0)[0].as_py() != 1:
            return
        kinds = [column.name for column in self.schema.columns if column.kind in ("number", "date")]
        first = {
            name: as_text(written.column(name).slice(0, 1))[0].as_py() or ""
            for name in kinds
            if name in typed.schema.names
        }
        words = {name: cell for name, cell in first.items() if any(map(str.isalpha, cell))}
        if words and all(typed.column(name)[0].as_py() is None for name in first):
            raise DataError(
                f"The first row reads like a header ({listing(words.values(), 4)}), but "
                "header = false says that there is none.",
                "Take the header line off; the model was trained on tables without one.",
            )

    def refuse_others(
        self, retyped: Sequence[str], found: Sequence[Finding], foreign: Collection[str]
    ) -> None:
        """Raise `DataError` where columns without names hold something else than in training."""
        if not self.headerless:
            return
        words = {name: f"{name!r} holds cells of another kind" for name in retyped}
        for each in found:
            if each.code in _LAYOUT and each.column and each.column not in words:
                words[each.column] = each.words.removesuffix(".")
        several = max(2, (len(self.schema.features) + 2) // 3)
        if len(foreign) >= several:
            words = {name: f"cells of {name!r} are unlike training's" for name in foreign} | words
        if len(words) >= (1 if self.aligned else several):
            read = (
                f"read without the label, {self.schema.target}" if self.aligned else "read in order"
            )
            raise DataError(
                f"{self._widths()}; {read}, its columns are not training's: "
                f"{'; '.join(list(words.values())[:6])}.",
                _HINT,
            )

    def _widths(self) -> str:
        return f"The table has {counted(len(self.headers), 'column')} without a header, training had {len(self.schema.columns)}"


def line_up(headers: Sequence[str], schema: Schema, header: bool) -> LinedUp:
    """Hold a table's headers against training's.

    Raises `DataError` with both widths where a table without a header has another number of
    columns than training, with or without the label, or where the model knows names.
    """
    own, trained = tuple(headers), tuple(column.name for column in schema.columns)
    numbered = trained == tuple(f"c{number}" for number in range(1, len(trained) + 1))
    if header or own != tuple(f"c{number}" for number in range(1, len(own) + 1)):
        return LinedUp(own, own, schema)
    if not numbered:
        raise DataError(
            "The table has no header (header = false), but the model knows columns by their names.",
            f"Write the header line first ({', '.join(trained[:12])}), and set header = true.",
        )
    unlabelled = tuple(name for name in trained if name != schema.target)
    for names in (trained, unlabelled):
        if len(own) == len(names):
            return LinedUp(own, names, schema, True)
    raise DataError(
        f"The table has {counted(len(own), 'column')} without a header; training had {len(trained)}, "
        f"{len(unlabelled)} of them without the label {schema.target}.",
        _HINT,
    )
