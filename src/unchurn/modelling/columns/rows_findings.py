"""What the rows as a whole give reason to say: balance, size, look-alikes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.artefacts import Finding
from unchurn.errors import counted

FEW_ROWS = 1_000
FEW_CHURNED = 100
Labels = npt.NDArray[np.int8]
Hashes = npt.NDArray[np.uint64]


def balance_findings(labels: Labels) -> list[Finding]:
    """State the churn rate; warn where there is little to learn from."""
    rows, churned = len(labels), int(labels.sum())
    words = f"{churned:,} of {counted(rows, 'customer')} churned ({churned / rows:.1%})."
    found = [Finding("class-balance", "note", words, count=churned)]
    few = [counted(rows, "row")] if rows < FEW_ROWS else []
    few += [counted(churned, "churned customer")] if churned < FEW_CHURNED else []
    if few:
        words = (
            f"There {'is' if rows == 1 else 'are'} only {' and '.join(few)}: expect wide intervals."
        )
        found.append(Finding("few-rows", "warning", words, count=rows))
    if 0.4 <= churned / rows <= 0.6:
        words = (
            f"{churned / rows:.0%} of customers churned: if the table was balanced on purpose, "
            "probabilities are too high for the real customer base."
        )
        found.append(Finding("balanced-table", "note", words, count=churned))
    return found


def alike_findings(contents: Hashes) -> list[Finding]:
    """Count rows equal to another in every feature; `contents` are hashes (rows,)."""
    extra = len(contents) - len(np.unique(contents))
    if not extra:
        return []
    words = (
        f"{extra:,} {'row equals' if extra == 1 else 'rows equal'} another in every feature; they "
        "are kept, always on the same side of the split."
    )
    return [Finding("alike-rows", "note", words, count=extra)]
