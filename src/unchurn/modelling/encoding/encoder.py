"""An Arrow table or record batch → a float32 matrix: the only encoder there is.

Driven by plain data (``encoder.json``), so that training, scoring, serving and Spark's
``mapInArrow`` cannot disagree. Numbers pass as they are (float64 → float32; infinities are
missing), dates become days since 1970-01-01, categories become codes of a stored vocabulary:
0 = rare or unseen, 1… = the kept values in code-point order, NaN = missing.

Options on the same path:

- ``missing = "impute"``: numbers and dates take the training median, categories a code of
  their own after the last value, so that a model never sees NaN.
- ``categories = "one-hot"``: one 0/1 column for every kept value, one for rare or unseen, and
  one for missing where it is imputed. A native missing cell is NaN in all of them: zeros
  would say "none of these", which is not what is known.

Behind them stand derived columns (`pairs`), where a model has members that read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts.schema import Column
from unchurn.errors import DataError, listing
from unchurn.modelling.encoding.encoded_column import RARE, EncodedColumn, fit_column
from unchurn.modelling.encoding.pairs import Pair
from unchurn.project import Features

Tabular: TypeAlias = "pa.Table | pa.RecordBatch"
Matrix = npt.NDArray[np.float32]
_SCALE = 100
"""A value needs no more than this fraction of the rows to be kept, however small the table."""


@dataclass(frozen=True)
class Encoder:
    """What every feature column becomes; rows of `transform` are float32, one row a customer.

    `parts`: one `EncodedColumn` per feature, sorted by name, the order of every model's
    columns whatever the order of a batch. `pairs`: derived columns, behind all others.
    """

    parts: tuple[EncodedColumn, ...]
    missing: str = "native"
    categories: str = "native"
    pairs: tuple[Pair, ...] = ()
    columns: tuple[str, ...] = field(init=False, repr=False)
    business: tuple[str, ...] = field(init=False, repr=False)
    feature_types: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Name the matrix columns: `columns`, the table column (`business`) of each, its type.

        Derived columns have no name there: they belong to two table columns.
        """
        made = [(part, name) for part in self.parts for name in self._names(part)]
        object.__setattr__(self, "columns", tuple(name for _, name in made))
        object.__setattr__(self, "business", tuple(part.name for part, _ in made))
        native = self.categories == "native"
        types = ("c" if part.is_category and native else "q" for part, _ in made)
        object.__setattr__(self, "feature_types", tuple(types))

    @classmethod
    def fit(cls, table: pa.Table, features: Sequence[Column], options: Features) -> Self:
        """Learn vocabularies, medians and typical values from training rows.

        A category value is kept when at least ``options.min_category_rows`` rows hold it (on
        small tables, 1% of the rows and at least 2), up to ``options.max_categories`` values,
        the commonest first, ties by value.
        """
        _require(table.schema.names, [column.name for column in features])
        needed = min(options.min_category_rows, max(2, table.num_rows // _SCALE))
        parts = [
            fit_column(table[column.name], column, needed, options.max_categories)
            for column in sorted(features, key=lambda column: column.name)
        ]
        return cls(tuple(parts), options.missing, options.categories)

    @property
    def plain(self) -> Self:
        """The same encoder without derived columns."""
        return replace(self, pairs=())

    @property
    def width(self) -> int:
        """Columns of the matrix, derived ones included."""
        return len(self.columns) + len(self.pairs)

    @property
    def matrix_types(self) -> tuple[str, ...]:
        """`feature_types`, and those of the derived columns."""
        return self.feature_types + ("q",) * len(self.pairs)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the table columns that are read, sorted."""
        return tuple(part.name for part in self.parts)

    @property
    def category_features(self) -> tuple[str, ...]:
        """Names of the features whose cells become codes, sorted."""
        return tuple(part.name for part in self.parts if part.is_category)

    @property
    def typical(self) -> dict[str, float | str]:
        """Training median (number), median day (date, ISO) or commonest value (category).

        By table column; a column that was always missing in training is left out.
        """
        return {part.name: part.typical for part in self.parts if part.typical is not None}

    @property
    def filled(self) -> frozenset[str]:
        """Names of the columns whose blanks are read as the typical value."""
        return frozenset(part.name for part in self.parts if part.filled)

    def stood_in(self, rows: Tabular) -> npt.NDArray[np.bool_] | None:
        """Tell which cells (rows, parts) are blanks read as the typical value; None where none is."""
        made = np.zeros((rows.num_rows, len(self.parts)), dtype=np.bool_)
        for place, part in enumerate(self.parts):
            cells = rows.column(part.name)
            if part.filled and cells.null_count:
                made[:, place] = pc.is_null(cells).to_numpy(zero_copy_only=False)
        return made if made.any() else None

    def transform(self, rows: Tabular) -> Matrix:
        """Encode a table or record batch: float32 (rows, self.width).

        Extra columns are ignored and order does not matter. Raises `DataError` naming the
        feature columns that are absent, or one whose type cannot be read as its kind.
        """
        _require(rows.schema.names, self.features)
        matrix = np.empty((rows.num_rows, self.width), dtype=np.float32)
        start = 0
        for part in self.parts:
            width = len(self._names(part))
            cells = rows.column(part.name)
            part.fill(matrix[:, start : start + width], cells, self.missing, self.categories)
            start += width
        self.derive(matrix)
        return matrix

    def derive(self, matrix: Matrix) -> None:
        """Write the derived columns of a matrix (rows, width) from those before them."""
        for place, (pair, first, second) in enumerate(self.pair_places, len(self.columns)):
            matrix[:, place] = pair.of_columns(matrix[:, first], matrix[:, second])

    @cached_property
    def pair_places(self) -> tuple[tuple[Pair, int, int], ...]:
        """Each derived column with the places of its two in the matrix."""
        place = {name: number for number, name in enumerate(self.columns)}
        return tuple((each, place[each.first], place[each.second]) for each in self.pairs)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for ``encoder.json``."""
        derived = {"pairs": [each.to_plain() for each in self.pairs]} if self.pairs else {}
        return {
            "missing": self.missing,
            "categories": self.categories,
            "columns": [part.to_plain() for part in self.parts],
            **derived,
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        parts = tuple(EncodedColumn.from_plain(part) for part in plain["columns"])
        pairs = tuple(Pair.from_plain(each) for each in plain.get("pairs", ()))
        return cls(parts, plain["missing"], plain["categories"], pairs)

    def _names(self, part: EncodedColumn) -> tuple[str, ...]:
        if not part.is_category or self.categories == "native":
            return (part.name,)
        tail = ("(missing)",) if self.missing == "impute" else ()
        return tuple(f"{part.name} = {value}" for value in (RARE, *part.values, *tail))


def _require(found: Iterable[str], wanted: Iterable[str]) -> None:
    absent = sorted(set(wanted) - set(found))
    if absent:
        raise DataError(
            f"The table lacks {len(absent)} of the model's columns: {listing(absent, 20)}.",
            "Add the columns, or train a model without them.",
        )
