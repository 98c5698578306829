"""A campaign in words: how many to contact, what for, and what one more would add."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from unchurn.report.wording import counted, money, priced


def campaign_words(summary: Mapping[str, Any]) -> str:
    """Say in one line how many calls, what they are expected to bring in, what the next would add."""
    currency = summary["currency"]
    calls = counted(summary["contacted"], "customer")
    worth = money(summary["value"], currency)
    following = summary["next"]
    place = ordinal(summary["contacted"] + 1)
    more = (
        f"the {place} would add {money(following['value'], currency)}"
        if following
        else "nobody else is worth it"
    )
    return f"Contact {calls}: expected to bring in {worth} more than they cost; {more}."


def control_words(summary: Mapping[str, Any]) -> str:
    """Say who is left alone so that the effect can be measured."""
    if not summary["control"]:
        return "Nobody is left alone: what contacting changed cannot be told afterwards. Add --holdout."
    control = counted(summary["control"], "customer")
    return (
        f"{control} of the {summary['drawn']:,} best were drawn to be left alone for "
        f"{counted(summary['days'], 'day')}, so that the effect can be measured."
    )


def effect_words(found: Mapping[str, Any], drawn: bool) -> str:
    """Say what a campaign changed, or why it cannot be said."""
    if not drawn:
        return "Cannot tell: nobody was left alone, so there is nobody to compare with."
    if not found["over"]:
        return f"Too early: who leaves until {found['ends']} is not known yet."
    effect = found["effect"]
    difference = effect["difference"]
    if difference is None:
        return "Cannot tell: no outcomes are known of one of the groups; give them with --data."
    contacted, control = (_rate(effect[side]) for side in ("contacted", "control"))
    rates = f"{contacted} of the contacted left, {control} of those left alone"
    points = (f"{100 * difference[each]:+.1f}" for each in ("value", "low", "high"))
    said = "difference {} points (95%: {} to {}".format(*points) + _adjusted(effect) + ")"
    more = ""
    if effect["uneven"]:
        more = " Outcomes are missing more in one group than in the other: find out why first."
    elif effect["needed"]:
        more = f" To tell such a difference takes about {effect['needed']:,} customers."
    elif effect["contacts_to_keep_one_interval"]:
        more = f" {_kept(effect)}"
    verdict = effect["verdict"]
    return f"{verdict[0].upper()}{verdict[1:]}: {rates}; {said}.{more}"


def ratio_words(ratio: Mapping[str, Any]) -> str:
    """Say that outcomes are known of other shares of the groups than were drawn."""
    return (
        f"Of the customers whose outcome is known, {ratio['seen']:.1%} were drawn to be left alone; of "
        f"all drawn it was {ratio['expected']:.1%}. That is no chance (sample-ratio mismatch, p = "
        f"{ratio['p_value']:.1g}): find out whose outcomes are missing before you believe an effect."
    )


def money_words(money: Mapping[str, Any] | None, currency: str) -> str:
    """Say what contacting changed in revenue; nothing where it is not known."""
    if money is None:
        return ""
    ends = ("value", "low", "high")
    value, low, high = (_signed(money["difference"][end], 2, currency) for end in ends)
    total, least, most = (_signed(money["total"][end], 0, currency) for end in ends)
    said = (
        f"Revenue: {value} for each drawn to be contacted (95%: {low} to {high}), adjusted for risk; "
        f"{total} for all {money['customers']:,} (95%: {least} to {most}), before costs."
    )
    if money["uneven"]:
        said += " Revenue is missing more in one group than in the other: find out why first."
    return said


def _adjusted(effect: Mapping[str, Any]) -> str:
    points = (f"{100 * effect['adjusted'][each]:+.1f}" for each in ("value", "low", "high"))
    return "; adjusted for risk {}, {} to {}".format(*points)


def _signed(value: float, digits: int, currency: str) -> str:
    return f"{'-' if value < 0 else '+'}{priced(f'{abs(value):,.{digits}f}', currency)}"


def _kept(effect: Mapping[str, Any]) -> str:
    ends = effect["contacts_to_keep_one_interval"]
    value, low, high = (
        math.ceil(each) for each in (effect["contacts_to_keep_one"], ends["low"], ends["high"])
    )
    return f"One customer is kept for every {value:,} contacted (95%: {low:,} to {high:,})."


def _rate(group: Mapping[str, Any]) -> str:
    return f"{group['churned'] / group['customers']:.1%} ({group['churned']:,} of {group['customers']:,})"


def ordinal(number: int) -> str:
    """Write a place in a row: ``1st``, ``1,012th``."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if 10 <= number % 100 <= 20 else ends.get(number % 10, "th")
    return f"{number:,}{end}"
