"""The gate's rules beside the champion, and beside the last version that won outright.

How much more log loss than theirs is still "not worse" is bounded twice: by an amount, and by a
share of what they save beside the constant. Where churn is rare the amount alone is nearly all
that a good model saves: at 0.5% churn 0.0026 of 0.0304.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from unchurn.modelling.judging.rule import (
    CANNOT_TELL,
    DOES_NOT_APPLY,
    REFUSED,
    Rule,
    compared,
    figure,
)
from unchurn.project import Gate

_Z = 1.959963984540054
"""Standard errors from the middle of a 95% interval to its ends."""


def champion_rules(found: Mapping[str, Any], gate: Gate) -> Iterable[Rule]:
    """Yield the rule beside the champion and, where another won outright, the one beside that."""
    yield _champion(found, gate)
    yield from _anchor(found, gate)


def tolerated(rival: Mapping[str, Any], constant: float | None, gate: Gate) -> tuple[float, str]:
    """Return how much more log loss than `rival`'s is not worse, and a phrase that says why so little.

    `constant` is the log loss of the constant, None where it is undefined.

    At most [gate] champion_tolerance, and champion_tolerance_share of what the rival saves beside
    the constant; but a difference within the standard error of the gain is no loss that is seen.
    """
    if constant is None:
        return gate.champion_tolerance, ""
    saved = max(0.0, constant - rival["metrics"]["log_loss"])
    gain = rival.get("log_loss_gain")
    noise = (gain["value"] - gain["low"]) / _Z if gain else 0.0
    share = gate.champion_tolerance_share
    if gate.champion_tolerance <= max(share * saved, noise):
        return gate.champion_tolerance, ""
    if noise > share * saved:
        return noise, ", the standard error of the gain,"
    return share * saved, f", {share:.0%} of what it saves beside the constant,"


def _champion(found: Mapping[str, Any], gate: Gate) -> Rule:
    champion = found["baselines"].get("champion")
    margin = gate.min_absolute_change
    name = "better than the champion" if margin > 0 else "not worse than the champion"
    if not champion:
        return Rule(name, None, None, DOES_NOT_APPLY, "There is no champion yet.")
    who = f"Champion {champion['version']}"
    if not champion["comparable"]:
        return Rule(name, None, None, DOES_NOT_APPLY, f"{who} was not compared: {champion['why']}")
    if champion.get("itself"):
        return Rule(name, None, None, DOES_NOT_APPLY, f"{who} is this very model.")
    if champion["metrics"].get("log_loss") is None:
        return Rule(name, None, None, CANNOT_TELL, f"{who} has no log loss on these rows.")
    return _beside(name, who, champion, found, gate, margin)


def _anchor(found: Mapping[str, Any], gate: Gate) -> Iterable[Rule]:
    """Yield the rule that holds small losses together, each within the tolerance, month by month."""
    champion, anchor = (found["baselines"].get(name) for name in ("champion", "anchor"))
    if not champion or not anchor:
        return
    name, who = "not worse than the last that won outright", f"Version {anchor['version']}"
    if anchor["version"] == champion["version"]:
        words = f"{who} is the champion, and the last that won outright."
        yield Rule(name, None, None, DOES_NOT_APPLY, words)
        return
    if champion.get("itself"):
        words = (
            f"Champion {champion['version']}, held against it when it was made, is this very model."
        )
        yield Rule(name, None, None, DOES_NOT_APPLY, words)
        return
    who = f"{who}, the last that won outright,"
    if not anchor["comparable"]:
        yield Rule(name, None, None, DOES_NOT_APPLY, f"{who} was not compared: {anchor['why']}")
        return
    theirs = anchor["metrics"].get("log_loss")
    if theirs is None:
        yield Rule(name, None, None, CANNOT_TELL, f"{who} has no log loss on these rows.")
        return
    rule = _beside(name, who, anchor, found, gate)
    if rule.verdict == REFUSED and rule.value is not None:
        worse = f"It is worse than version {anchor['version']}, the last that won outright, by {figure(rule.value - theirs)}."
        rule = rule.saying(f"{worse} {rule.words}")
    yield rule


def _beside(
    name: str,
    who: str,
    rival: Mapping[str, Any],
    found: Mapping[str, Any],
    gate: Gate,
    margin: float = 0.0,
) -> Rule:
    """Hold the model against `rival`, which has to be beaten by `margin` where that is above 0."""
    theirs = rival["metrics"]["log_loss"]
    more, why = (-margin, "") if margin > 0 else tolerated(rival, _constant(found), gate)
    rule = compared(name, "log_loss", found["metrics"], theirs + more, "at most")
    allowed = f"{margin:g} less" if margin > 0 else f"{more:.2g} more{why}"
    words = (
        f"{rule.words} {who} has {figure(theirs)} on the same customers; at most {allowed} passes."
    )
    return rule.saying(" ".join(filter(None, [words, _gain(rival), rival["why"]])))


def _constant(found: Mapping[str, Any]) -> float | None:
    given: float | None = found["baselines"]["always_no"].get("log_loss")
    return given


def _gain(rival: Mapping[str, Any]) -> str:
    gain = rival.get("log_loss_gain")
    if not gain:
        return ""
    low, high = figure(gain["low"]), figure(gain["high"])
    return f"The gain is {figure(gain['value'])} (95% interval {low} to {high})."
