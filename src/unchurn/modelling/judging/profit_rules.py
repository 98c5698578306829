"""The gate's rule [gate] profit: the list has to earn more than nobody, everybody and the champion's.

It is off by default, for it makes a model's passing follow from prices. Each is judged by its
interval: above 0 passes, below 0 refuses, else it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from unchurn.modelling.judging.rule import CANNOT_TELL, DOES_NOT_APPLY, PASSED, REFUSED, Rule
from unchurn.project import Gate

MORE = "earns more than"
_PLANS = {"nobody": "contacting nobody", "everybody": "contacting everybody"}


def profit_rules(found: Mapping[str, Any], gate: Gate) -> Iterable[Rule]:
    """Yield a rule for each rival, where [gate] asks for them."""
    if not gate.profit:
        return
    given = found.get("profit") or {}
    against = given.get("gains")
    if not against:
        words = "[decision] gives no costs, so nothing is known of profit: set clv there."
        yield Rule(f"{MORE} {_PLANS['nobody']}", 0, None, CANNOT_TELL, words)
        return
    currency = given.get("currency", "")
    for name, plan in _PLANS.items():
        yield _judged(plan, against[name], currency)
    yield _of_champion(found["baselines"].get("champion"), currency)


def _of_champion(champion: Mapping[str, Any] | None, currency: str) -> Rule:
    plan = "the champion's list"
    if not champion:
        return Rule(f"{MORE} {plan}", None, None, DOES_NOT_APPLY, "There is no champion yet.")
    if champion.get("itself"):
        words = f"Champion {champion['version']} is this very model."
        return Rule(f"{MORE} {plan}", None, None, DOES_NOT_APPLY, words)
    gain = champion.get("profit_gain")
    if not gain:
        words = f"Champion {champion['version']} was not compared: {champion['why']}"
        return Rule(f"{MORE} {plan}", None, None, DOES_NOT_APPLY, words)
    return _judged(plan, gain, currency)


def _judged(plan: str, gain: Mapping[str, float | None], currency: str) -> Rule:
    value, low, high = gain["value"], gain["low"], gain["high"]
    if value is None or low is None or high is None:
        return Rule(f"{MORE} {plan}", 0, value, CANNOT_TELL, "The profit is undefined on these rows.")  # fmt: skip
    verdict = PASSED if low > 0 else REFUSED if high < 0 else CANNOT_TELL
    words = f"The list would have earned {value:+,.0f} {currency}".rstrip()
    words += f" beside {plan} (95%: {low:+,.0f} to {high:+,.0f}), on the same customers."
    return Rule(f"{MORE} {plan}", 0, value, verdict, words)
