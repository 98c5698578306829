"""What a campaign could show, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report.wording import counted


def power_words(found: Mapping[str, Any]) -> str:
    """Say, a line each, who is drawn, what that can show, and what an effect asked for takes.

    `found` is the document of ``unchurn campaign power``.
    """
    lines = [_drawn(found), _smallest(found), _of_effect(found)]
    return "\n".join(each for each in lines if each)


def _drawn(found: Mapping[str, Any]) -> str:
    rate = f"{found['churn_rate']:.1%}"
    left = f"{rate} of them would leave if nobody were contacted"
    told = f"{left}, by their scores" if found["churn_rate_source"] == "scores" else left
    if found["customers"] is None:
        return f"Of the customers, {rate} would leave if nobody were contacted."
    who = counted(found["customers"], "customer")
    if not found["control"]:
        return f"{who}, nobody left alone; {told}."
    return f"{who}, {found['control']:,} of them drawn to be left alone; {told}."


def _smallest(found: Mapping[str, Any]) -> str:
    if found["customers"] is None:
        return ""
    if not found["control"]:
        return (
            "What contacting changes could not be told: add --holdout, or contact more customers."
        )
    least, rate = found["smallest_effect"], found["churn_rate"]
    if least is None:
        return (
            "Even if none of the contacted left, it could not be shown that it helped with such a "
            f"power ({found['power']:.0%}): leave more of them alone, or contact more customers."
        )
    return (
        f"It can be shown that contacting helped if it keeps {100 * least:.1f} of 100 from leaving "
        f"({rate - least:.1%} leave instead of {rate:.1%}): power {found['power']:.0%}, two-sided "
        f"significance {found['significance']:.3g}."
    )


def _of_effect(found: Mapping[str, Any]) -> str:
    effect = found["effect"]
    if effect is None:
        return ""
    said = f"An effect of {100 * effect['difference']:.3g} points"
    if not found["holdout"]:
        return f"{said} cannot be shown by any number of customers while nobody is left alone."
    now = (
        "" if effect["power"] is None else f": these show it with a power of {effect['power']:.0%}"
    )
    joined = f"{said}{now}; " if now else f"{said}: "
    wanted = f"to show it with {found['power']:.0%} takes"
    if effect["customers_needed"] is None:
        return f"{joined}{wanted} more than a billion customers."
    who = counted(effect["customers_needed"], "customer")
    alone = f"{effect['control_needed']:,} of them left alone"
    more = (found["customers"] or 0) < effect["customers_needed"]
    alike = (
        " with the same share of leavers,"
        if more and found["churn_rate_source"] == "scores"
        else ""
    )
    return f"{joined}{wanted} {who},{alike} {alone}."
