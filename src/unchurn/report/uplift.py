"""A model of the effect of contact in words: accepted or not, why, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CANNOT_TELL = "cannot tell"
RANKED, BY_RISK = "uplift × value", "risk × value"


def uplift_words(found: Mapping[str, Any]) -> str:
    """Say whether contact moves some customers more than others, and what follows."""
    qini = found["qini"]
    area = "Qini area {} (95%: {} to {})".format(
        *(f"{100 * qini[end]:+.2f}" for end in ("value", "low", "high"))
    )
    on = f"of 100 customers, on {found['judged_on']:,} customers it never saw"
    if not found["accepted"] and qini["low"] > 0:
        over = "{} ({} to {})".format(
            *(f"{100 * found['over_risk'][end]:+.2f}" for end in ("value", "low", "high"))
        )
        return (
            f"Contact moves some customers more than others ({area} {on}), but it cannot be told whether the "
            f"model ranks them better than their risk does: {over}. The rule stays {BY_RISK}."
        )
    if not found["accepted"]:
        return (
            f"Cannot tell whom contact moves more than others: {area} {on}. "
            f"The rule stays {BY_RISK}. More outcomes may tell."
        )
    first = found["metrics"]["uplift_at"][1]
    return (
        f"Contact moves some customers more than others, and the {found['learner']}-learner tells whom: "
        f"{area} {on}. Of its first fifth {_points(first)} fewer leave when contacted, of all "
        f"{_points(found['effect'])}. `unchurn target` ranks by {RANKED} from now on, learned once more of everybody.{_disturbed(found)}"
    )


def _points(estimate: Mapping[str, Any]) -> str:
    value, low, high = (100 * estimate[end] for end in ("value", "low", "high"))
    return f"{value:.1f} points ({low:.1f} to {high:.1f})"


def _disturbed(found: Mapping[str, Any]) -> str:
    if found["not_to_disturb"] is None:
        return ""
    below = [each for each in found["fifths"] if each["upto"] <= found["not_to_disturb"]]
    share = sum(each["customers"] for each in below) / found["judged_on"]
    return (
        f" The {share:.0%} whom it moves least leave more often when contacted "
        f"({_points(below[0])}): they are not to be disturbed."
    )


def ranked_words(uplift: Mapping[str, Any] | None) -> str:
    """Say by what a campaign's customers are ranked; `uplift` is what campaign.json says of it."""
    if not uplift:
        return ""
    outcomes = uplift["learned_from"] + uplift["judged_on"]
    return (
        f"Ranked by {RANKED}: by how much less likely each is to leave when contacted, learned from "
        f"{outcomes:,} outcomes."
    )
