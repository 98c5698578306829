"""Which columns of a model look like leaks, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from unchurn.errors import listing
from unchurn.modelling.columns.leak_verdicts import SUSPECTED
from unchurn.modelling.judging.rule import figure


def suspected(
    findings: Iterable[Mapping[str, Any]], features: Iterable[str], codes: Iterable[str] = SUSPECTED
) -> list[str]:
    """Name, in order, the columns of a model that findings of these codes speak of."""
    used, wanted = set(features), set(codes)
    return sorted(
        {each["column"] for each in findings if each["code"] in wanted and each["column"] in used}
    )


def suspicion(found: Mapping[str, Any], suspects: Sequence[str]) -> str:
    """Say which columns are suspected, and what the model is worth without them; or nothing.

    `found` is the root ``unchurn`` of evaluation.json.
    """
    if not suspects:
        return ""
    words = (
        f"Suspected: {listing(suspects)} may be known only after the churn (see the findings); "
        "if so, put them in [columns] drop."
    )
    measured = found.get("suspects") or {}
    if not measured:
        return words
    both = {side: measured[side] for side in ("with", "without")}
    pairs = [
        f"{name} {figure(both['with'][key])} and {figure(both['without'][key])}"
        for key, name in (("roc_auc", "ROC-AUC"), ("log_loss", "log loss"))
    ]
    return f"{words} With and without them, a quick model has {' and '.join(pairs)}."
