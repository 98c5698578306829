"""What is made of a column's strength and name together: blocked, suspected, or nothing.

Blocked unasked:

- by strength: the column alone ranks customers with a ROC-AUC of at least `leakage.LIMIT`;
- by purity: having a value, or none, means one outcome (`purity.Purity.certain`), or one of its
  values does and its name is telling;
- by name and strength: a telling name and a ROC-AUC of at least `NAMED`, and by at least
  `ABOVE` the best of all columns whose names tell nothing.

Suspected, kept, and said wherever the model is judged: one value that means one outcome under
an ordinary name, and a telling name alone.
"""

from __future__ import annotations

from typing import NamedTuple

from unchurn.artefacts import Finding
from unchurn.modelling.columns.leak_names import telling_name
from unchurn.modelling.columns.leakage import Strength

NAMED = 0.9
"""ROC-AUC from which a column with a telling name may be blocked."""
ABOVE = 0.05
"""How far above the best ordinary column it must be."""
BY_STRENGTH, BY_PURITY, BY_NAME = "leak-strength", "leak-purity", "leak-name"
"""Codes of the findings on what a column alone gives away."""
NOT_IN_SCORE_TABLE = "not-in-score-table"
"""Code of the finding on a column that the table to be scored lacks."""
SUSPECTED = (BY_PURITY, BY_NAME, NOT_IN_SCORE_TABLE)
"""Codes of findings that make a column a suspect for as long as a model uses it."""


class Verdict(NamedTuple):
    """A finding's code, why a column is suspect, and whether it is blocked unasked."""

    code: str
    why: str
    blocked: bool


def best_ordinary(strengths: dict[str, Strength]) -> float:
    """ROC-AUC of the strongest column that neither leaks nor has a telling name."""
    ordinary = (
        found.auc
        for name, found in strengths.items()
        if not found.leaks and not telling_name(name) and not (found.pure and found.pure.certain)
    )
    return max(ordinary, default=0.5)


def judged(name: str, found: Strength, best: float) -> Verdict | None:
    """Judge one column; None where nothing is suspect.

    `best` is what `best_ordinary` returns of all columns.
    """
    why = telling_name(name)
    if found.leaks:
        told = f"by {found.by} alone churned customers are told apart, ROC-AUC {found.auc:.3f}"
        return Verdict(BY_STRENGTH, told, True)
    if found.pure and (found.pure.certain or why):
        return Verdict(BY_PURITY, found.pure.words + (f", and {why}" if why else ""), True)
    if why and found.auc >= max(NAMED, best + ABOVE):
        told = f"{why}, and alone it has a ROC-AUC of {found.auc:.2f} where no other column has more than {best:.2f}"
        return Verdict(BY_NAME, told, True)
    if found.pure and not found.pure.ordinary:
        return Verdict(BY_PURITY, found.pure.words, False)
    return Verdict(BY_NAME, f"{why} (ROC-AUC {found.auc:.2f} alone)", False) if why else None


def leak_finding(name: str, verdict: Verdict, allowed: bool) -> Finding:
    """Say a verdict on one column; `allowed` when [columns] allow names it."""
    code, why, blocked = verdict
    if allowed:
        words = f"{name!r} is used as [columns] allow says, although {why}."
    elif blocked:
        words = (
            f"{name!r} is blocked: {why}, so it can only have been known afterwards. If it is "
            "known before, name it in [columns] allow."
        )
        return Finding(code, "blocked", words, name)
    else:
        words = (
            f"{name!r} is used, but {why}: if it is only known after the churn, put it in "
            "[columns] drop."
        )
    return Finding(code, "warning", words, name)
