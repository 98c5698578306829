"""A campaign in words: how many to contact, what for, and what one more would add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report.wording import counted, money


def campaign_words(summary: Mapping[str, Any]) -> str:
    """Say in one line how many calls, what they are expected to bring in, what the next would add."""
    currency = summary["currency"]
    calls = counted(summary["contacted"], "customer")
    worth = money(summary["value"], currency)
    return (
        f"Contact {calls}: expected to bring in {worth} more than they cost; {next_words(summary)}."
    )


def next_words(summary: Mapping[str, Any]) -> str:
    """Say what one more customer would add, or would with room for one."""
    following = summary["next"]
    if not following:
        return "nobody else is worth it"
    added = f"add {money(following['value'], summary['currency'])}"
    who = f"the {ordinal(summary['contacted'] + 1)} customer"
    # campaigns of earlier versions only name one with room
    if following.get("room", True):
        return f"{who} would {added}"
    return f"each offer that others are worth is used up, and with room {who} would {added}"


def control_words(summary: Mapping[str, Any]) -> str:
    """Say who is left alone so that the effect can be measured."""
    if not summary["control"]:
        told = "Nobody is left alone: what contacting changed cannot be told afterwards."
        if not summary.get("drawn_from"):
            return f"{told} Add --holdout."
        fewest = summary["drawn_from"]
        return (
            f"{told} A control group is drawn of {fewest:,} customers or more ([campaign] holdout_from), and these are "
            f"{summary['contacted']:,}: lower it (unchurn campaign together tells small ones), add --holdout, or contact more "
            "at a time and less often."
        )
    control = counted(summary["control"], "customer")
    return (
        f"{control} of the {summary['drawn']:,} best were drawn to be left alone for "
        f"{counted(summary['days'], 'day')}, so that the effect can be measured."
    )


def accept_words(rate: Mapping[str, Any]) -> str:
    """Say how many accept an offer and stay, as measured and as assumed, and what a choice goes by."""
    offer = f"  {rate['offer']}: " if rate["offer"] else "  "
    accepted = ""
    if rate["customers"]:
        accepted = (
            f"{rate['accepted']:,} of {rate['customers']:,} contacted accepted, those who would have "
            "stayed anyway among them"
        )
    if "control" not in rate:  # a campaign of an earlier version, which counted whoever accepted
        return f"{offer}{accepted}; {rate['measured']:.1%} were reckoned with, {rate['assumed']:.1%} assumed."
    if rate["measured"] is None:
        return (
            f"{offer}{accepted}: of would-be churners only a control group tells. The assumed rate of "
            f"{rate['assumed']:.1%} is used."
        )
    left, alone = (
        f"{rate[side]['churned']:,} of {rate[side]['customers']:,}"
        for side in ("contacted", "control")
    )
    said = (
        f"{offer}{rate['measured']:.1%} of would-be churners accept and stay (95%: {rate['low']:.1%} to "
        f"{rate['high']:.1%}), for {left} drawn to be contacted left, and {alone} left alone; assumed were "
        f"{rate['assumed']:.1%}, which count as {rate['assumed_weight']:g} customers. {_used_words(rate)}"
    )
    return f"{said} {accepted}." if accepted else said


def _used_words(rate: Mapping[str, Any]) -> str:
    """Say which rate is used; of the offer of [decision] also that other answers keep to the assumed one."""
    if rate["offer"] or rate["used"] == "assumed":
        return f"The {rate['used']} rate is used."
    return "Campaigns go by the measured rate; lists, live answers and reports by [decision] accept_rate."


def ordinal(number: int) -> str:
    """Write a place in a row: ``1st``, ``1,012th``."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if 10 <= number % 100 <= 20 else ends.get(number % 10, "th")
    return f"{number:,}{end}"
