"""What the rows as a whole give reason to say."""

from __future__ import annotations

import numpy as np

from unchurn.modelling.rows_findings import alike_findings, balance_findings


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


def test_copies_repeats_and_conflicts_are_counted() -> None:
    """Rows equal but for the id, customers that repeat, and customers with both labels."""
    contents = np.array([1, 1, 2, 3, 4], dtype=np.uint64)
    ids = np.array([7, 8, 9, 9, 10], dtype=np.uint64)
    found = {
        f.code: f.count for f in alike_findings(contents, ids, np.array([0, 0, 1, 0, 1], "i1"))
    }
    assert found == {"alike-rows": 1, "repeated-customer": 1, "label-conflict": 1}
    assert alike_findings(ids[[0, 1, 2]], None, np.zeros(3, "i1")) == []
