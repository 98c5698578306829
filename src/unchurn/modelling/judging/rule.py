"""One rule of the gate: what was asked, what was seen, and the verdict in words."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

PASSED = "passed"
REFUSED = "refused"
CANNOT_TELL = "cannot tell"
DOES_NOT_APPLY = "does not apply"
_TESTS = {
    "above": operator.gt,
    "below": operator.lt,
    "at least": operator.ge,
    "at most": operator.le,
}
_NAMES = {
    "roc_auc": "ROC-AUC",
    "ece": "calibration error",
    "brier": "Brier score",
    "lift_top_decile": "lift in the riskiest tenth",
}


@dataclass(frozen=True)
class Rule:
    """A rule applied. `threshold` and `value` are None where there was nothing to compare."""

    rule: str
    threshold: float | None
    value: float | None
    verdict: str
    words: str

    def saying(self, words: str, verdict: str = "") -> Rule:
        """Return the rule with other words, and another verdict where one is given."""
        return replace(self, words=words, verdict=verdict or self.verdict)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for verdict.json."""
        return asdict(self)


def compared(
    rule: str,
    name: str,
    measured: Mapping[str, Mapping[str, float | None]],
    limit: float | None,
    side: str,
) -> Rule:
    """Compare metric `name` with `limit`; `side` is above, below, at least or at most.

    The value decides, not its interval; the words give both.
    """
    found = measured.get(name, {})
    value = found.get("value")
    if value is None or limit is None:
        words = f"The {named(name)} is undefined on these rows."
        return Rule(rule, limit, value, CANNOT_TELL, words)
    low, high = found.get("low"), found.get("high")
    interval = "" if low is None or high is None else f" ({figure(low)} to {figure(high)})"
    words = f"The {named(name)} is {figure(value)}{interval}; it must be {side} {figure(limit)}."
    return Rule(rule, limit, value, PASSED if _TESTS[side](value, limit) else REFUSED, words)


def named(metric: str) -> str:
    """Return a metric's name as a person writes it."""
    return _NAMES.get(metric, metric.replace("_", " "))


def figure(value: float | None) -> str:
    """Write a metric with four decimals."""
    return "undefined" if value is None else f"{value:.4f}"
