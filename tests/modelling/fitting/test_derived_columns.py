from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import Column
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.derived_columns import KEPT, with_derived
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.project import Features, Train


def spending(rows: int = 1500) -> tuple[pa.Table, np.ndarray]:
    """Who leaves is told by spending over income alone; the rest is noise and a category."""
    draw = np.random.default_rng(0)
    income, spent = draw.lognormal(8, 1, (2, rows))
    table = pa.table(
        {
            "income": income,
            "spent": spent,
            "plan": draw.choice(["a", "b"], rows),
            **{f"noise {n}": draw.normal(size=rows) for n in range(3)},
            "flag": draw.integers(0, 2, rows).astype(float),
        }
    )
    return table, (spent / income > 1.5).astype(np.int8)


def encoded(table: pa.Table, labels: np.ndarray) -> tuple[Encoder, Rows, Settings]:
    kinds = {name: "category" if name == "plan" else "number" for name in table.column_names}
    columns = [Column(name, kind) for name, kind in kinds.items()]  # type: ignore[arg-type]
    encoder = Encoder.fit(table, columns, Features())
    folds = (np.arange(len(labels)) % 5).astype(np.int8)
    rows = Rows(encoder.transform(table), labels, folds, columns=len(encoder.columns))
    return encoder, rows, Settings.of(encoder.feature_types, labels, Train(threads=1))


def test_the_relation_that_matters_is_found() -> None:
    """The ratio of the two is among those kept; columns of two values are no parents."""
    table, labels = spending()
    encoder, rows, settings = encoded(table, labels)
    made, wide, wider = with_derived(encoder, rows, settings)
    assert ("ratio", "income", "spent") in {(p.kind, p.first, p.second) for p in made.pairs}
    assert "flag" not in {name for p in made.pairs for name in (p.first, p.second)}
    assert 0 < len(made.pairs) <= KEPT
    assert wider.feature_types == made.matrix_types
    np.testing.assert_array_equal(wide.matrix, made.transform(table))
    np.testing.assert_array_equal(wide.view(False), rows.matrix)


def test_the_same_rows_give_the_same_columns() -> None:
    table, labels = spending(800)
    first, again = (with_derived(*encoded(table, labels))[0] for _ in range(2))
    assert first == again


@pytest.mark.parametrize("kept", [["plan"], ["plan", "spent"], ["plan", "spent", "flag"]])
def test_without_two_numbers_nothing_is_derived(kept: list[str]) -> None:
    """One number, none, or one beside a flag: everything stays as it was."""
    table, labels = spending(400)
    given = encoded(table.select(kept), labels)
    assert all(made is was for made, was in zip(with_derived(*given), given, strict=True))


def test_a_column_of_one_number_and_blanks_is_no_parent() -> None:
    table, labels = spending(400)
    gone = pa.array([7.0, None] * 200)
    made = with_derived(*encoded(table.append_column("gone", gone), labels))[0]
    assert "gone" not in {name for p in made.pairs for name in (p.first, p.second)}
