"""What the rows as a whole give reason to say: balance, size, look-alikes, conflicts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.artefacts import Finding

FEW_ROWS = 1_000
FEW_CHURNED = 100
Labels = npt.NDArray[np.int8]
Hashes = npt.NDArray[np.uint64]


def balance_findings(labels: Labels) -> list[Finding]:
    """State the churn rate; warn where there is little to learn from."""
    rows, churned = len(labels), int(labels.sum())
    words = f"{churned:,} of {rows:,} customers churned ({churned / rows:.1%})."
    found = [Finding("class-balance", "note", words, count=churned)]
    few = [f"{rows:,} rows"] if rows < FEW_ROWS else []
    few += [f"{churned:,} churned customers"] if churned < FEW_CHURNED else []
    if few:
        words = f"There are only {' and '.join(few)}: expect wide intervals."
        found.append(Finding("few-rows", "warning", words, count=rows))
    if 0.4 <= churned / rows <= 0.6:
        words = (
            f"{churned / rows:.0%} of customers churned: if the table was balanced on purpose, "
            "probabilities are too high for the real customer base."
        )
        found.append(Finding("balanced-table", "note", words, count=churned))
    return found


def alike_findings(contents: Hashes, ids: Hashes | None, labels: Labels) -> list[Finding]:
    """Count rows equal but for the id, and customers that occur twice or with both labels.

    `contents` and `ids` are hashes (rows,); ids None where the table has none.
    """
    found = []
    extra = len(contents) - len(np.unique(contents))
    if extra:
        words = (
            f"{extra:,} rows are equal to another in every feature; such rows are kept, always on "
            "the same side of the split."
        )
        found.append(Finding("alike-rows", "note", words, count=extra))
    if ids is None:
        return found
    _, codes, counts = np.unique(ids, return_inverse=True, return_counts=True)
    twice = int((counts > 1).sum())
    if twice:
        words = f"{twice:,} customers have more than one row; each is on one side of the split."
        found.append(Finding("repeated-customer", "note", words, count=twice))
    churned = np.bincount(codes, weights=labels)
    torn = int(((churned > 0) & (churned < counts)).sum())
    if torn:
        words = f"{torn:,} customers have rows with both labels."
        found.append(Finding("label-conflict", "warning", words, count=torn))
    return found
