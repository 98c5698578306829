"""What the rows as a whole give reason to say."""

from __future__ import annotations

import numpy as np

from unchurn.modelling.columns.rows_findings import alike_findings, balance_findings


def labels(rows: int, churned: int) -> np.ndarray:
    """`churned` ones, then zeros."""
    return (np.arange(rows) < churned).astype(np.int8)


def test_the_churn_rate_is_always_stated() -> None:
    """A healthy table has one finding."""
    (found,) = balance_findings(labels(5000, 700))
    assert found.code == "class-balance"
    assert "14.0%" in found.words


def test_small_and_balanced_tables_are_remarked_on() -> None:
    """Few rows widen intervals; half churners hide the real rate."""
    codes = {found.code for found in balance_findings(labels(120, 60))}
    assert codes == {"class-balance", "few-rows", "balanced-table"}


def test_rows_equal_but_for_the_id_are_counted() -> None:
    """Copies beyond the first are counted; a table without copies has no finding."""
    contents = np.array([1, 1, 2, 3, 1], dtype=np.uint64)
    (found,) = alike_findings(contents)
    assert (found.code, found.count) == ("alike-rows", 2)
    assert alike_findings(np.unique(contents)) == []
