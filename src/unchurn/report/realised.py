"""What came true of a scoring, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import wording

_SLICES = 5
"""Slices that are named of a scoring, those that are furthest off."""
NAMES = {
    "calibration": "Share who left",
    "roc_auc": "How often a leaver outranks a stayer (ROC-AUC)",
    "log_loss": "How surprising what happened was (log loss)",
    "lift": "Lift",
    "profit": "Earned for 1,000 customers",
}


def figure(name: str, value: float | None, currency: str = "") -> str:
    """Write a value of a measure."""
    if name == "calibration":
        return wording.percent(value)
    if name == "profit":
        return wording.money(value, currency)
    return wording.decimal(value, 2 if name == "lift" else 3)


def measure_words(made: Mapping[str, Any], share: float, currency: str) -> str:
    """Say a measure beside its promise and what its scores led to expect, with intervals."""
    name = made["name"]
    label = f"Lift of the riskiest {wording.percent(share)}" if name == "lift" else NAMES[name]

    def told(part: Mapping[str, Any]) -> str:
        value = figure(name, part["value"], currency)
        span = wording.between(part["low"], part["high"], lambda v: figure(name, v, currency))
        return f"{value} ({span})" if span else value

    words = f"{label}: {told(made)}"
    if made["promised"] and made["promised"]["value"] is not None:
        source = "the scores said" if name == "calibration" else "training promised"
        words += f"; {source} {told(made['promised'])}"
    if made["expected"] and made["expected"]["value"] is not None:
        source = "the list said" if name == "profit" else "of these customers was expected"
        words += f"; {source} {told(made['expected'])}"
    return f"{words}."


def cohort_words(found: Mapping[str, Any], currency: str) -> str:
    """Say what came true of one scoring: the gravest measure, or why it cannot be judged."""
    if not found["judged"]:
        return f"Not judged: {found['why']}."
    apart = (
        " The watch found its table broken, so that it sets no level." if found["broken"] else ""
    )
    return f"{_judged_words(found, currency)}{apart}"


def _judged_words(found: Mapping[str, Any], currency: str) -> str:
    judged = found["judged"]
    first = judged["measures"][0]
    said = measure_words(first, judged["share"], currency)
    if found["level"] == "steady":
        who = wording.counted(judged["customers"], "customer")
        return f"Of {who} it came true what was promised, but for chance and what is too small to matter. {said}"
    moved = moved_slices(judged)
    return said if first["level"] != "steady" or not moved else str(moved[0]["reason"])


def moved_slices(judged: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the slices of a judged scoring of which it came true otherwise than of everybody."""
    return [each for each in judged["slices"] if each["level"] != "steady"][:_SLICES]


def contacted_words(found: Mapping[str, Any]) -> str:
    """Say what became of whom campaigns contacted; "" of nobody."""
    reached = found["contacted"]
    if not reached["customers"]:
        return ""
    words = f"{wording.counted(reached['customers'], 'customer')} contacted by campaigns are judged apart"
    if reached["known"]:
        words += (
            f": {wording.count(reached['left'])} of {wording.count(reached['known'])} left, and "
            f"{wording.decimal(reached['expected'], 1)} were expected to without contact"
        )
    if found["left_alone"]:
        words += f". {wording.counted(found['left_alone'], 'customer')} left alone stand for them"
    return f"{words}."


def summary_words(newest: Mapping[str, Any] | None, scorings: int) -> str:
    """Say how it stands: by the newest scoring that could be judged."""
    if newest is None:
        return f"Of {wording.counted(scorings, 'scoring')} none can be judged yet."
    day = newest["as_of"] or "no known day"
    number = newest["model_version"]
    model = (
        f"version {number}"
        if number is not None
        else f"the model of {newest['model_run_id'] or 'no known run'}"
    )
    return f"The newest that can be judged is the scoring of {day} by {model}. {newest['words']}"


def expected_words(expected: Mapping[str, Any]) -> list[str]:
    """Say what is to be expected of a month before anybody knows who left, a measure a sentence."""
    then, share = expected["training"], expected["share"]
    left = expected["left"]
    if left["value"] is None:
        return []
    span = wording.between(left["low"], left["high"], wording.count)
    said = [f"About {wording.counted(left['value'], 'customer')} will leave ({span})."]
    for name in ("roc_auc", "log_loss", "lift"):
        made = {"name": name, **expected[name], "promised": None, "expected": None}
        words = measure_words(made, share, "").rstrip(".")
        said.append(f"{words}; {figure(name, then[name])} by the same reckoning in training.")
    if expected["profit"]:
        money = expected["profit"]
        amount, low, high = (
            wording.money(money[each], money["currency"]) for each in ("value", "low", "high")
        )
        who = wording.counted(money["customers"], "customer")
        said.append(f"Contacting {who} as the list says brings in {amount} ({low} to {high}).")
    return said
