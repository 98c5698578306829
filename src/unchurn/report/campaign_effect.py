"""What a campaign changed, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from unchurn.report.wording import counted, priced

ACCEPTED, ALL = "of whoever accepted", "as if all had accepted"
_ENDS = ("value", "low", "high")


def effect_words(found: Mapping[str, Any], drawn: bool) -> str:
    """Say what a campaign changed, or has changed so far, or why it cannot be said."""
    if not drawn:
        return "Cannot tell: nobody was left alone, so there is nobody to compare with."
    effect, over = found["effect"], found["over"]
    if effect is None and not over:
        return f"Too early: who leaves until {found['ends']} is not known yet."
    if effect is None or effect["difference"] is None:
        return (
            "Cannot tell: outcomes are known of too few, or of one of the groups alone, or nobody is "
            "said to have stayed; give them with --data, churned yes or no."
        )
    had = "left" if over else "had left"
    contacted, control = (_rate(effect[side]) for side in ("contacted", "control"))
    rates = f"{contacted} of the contacted {had}, {control} of those left alone"
    points = (f"{100 * effect['difference'][each]:+.1f}" for each in ("value", "low", "high"))
    said = "difference {} points ({}: {} to {}".format(next(points), _level(effect), *points)
    verdict = effect["verdict"] if over else f"{effect['verdict']} so far"
    about = f"{verdict[0].upper()}{verdict[1:]}: {rates}; {said}{_adjusted(effect)})."
    return f"{about}{_about(found, effect)}"


def together_words(effect: Mapping[str, Any], campaigns: int) -> str:
    """Say what campaigns changed together, or why it cannot be said."""
    if not campaigns:
        return (
            "Cannot tell: of no campaign that is over, and left some alone, is it known who left."
        )
    over, control = counted(campaigns, "campaign"), effect["control"]
    if effect["difference"] is None:
        alone = counted(control["customers"], "customer")
        return f"Too early: {over} left {alone} alone, too few to say anything."
    contacted = effect["contacted"]
    rates = (
        f"{contacted['share']:.1%} of {contacted['customers']:,} contacted left, {control['share']:.1%} of "
        f"{control['customers']:,} left alone"
    )
    points = "{:+.1f} points (95% however often you look: {:+.1f} to {:+.1f})".format(
        *(100 * effect["difference"][each] for each in _ENDS)
    )
    verdict = effect["verdict"]
    return f"{verdict[0].upper()}{verdict[1:]}: over {over}, {rates}; difference {points}."


def _about(found: Mapping[str, Any], effect: Mapping[str, Any]) -> str:
    """Say what else there is to know of a difference."""
    if effect["uneven"]:
        return " Outcomes are missing more in one group than in the other: find out why first."
    if not found["over"]:
        return f" Who is not said to have left counts as staying; it is over on {found['ends']}."
    more = ""
    if not effect["last_look"]:
        more = f" Outcomes are known of {effect['known']:.0%}: of nearly all it can be told more closely."
    if effect["needed"]:
        more += f" To tell such a difference takes about {effect['needed']:,} customers."
    elif effect["contacts_to_keep_one_interval"]:
        more += f" {_kept(effect)}"
    return more


def _level(measured: Mapping[str, Any]) -> str:
    return "95%" if measured["last_look"] else "95% however often you look"


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
    value, low, high = (signed(money["difference"][end], 2, currency) for end in ends)
    total, least, most = (signed(money["total"][end], 0, currency) for end in ends)
    said = (
        f"Revenue: {value} for each drawn to be contacted ({_level(money)}: {low} to {high}), adjusted "
        f"for risk; {total} for all {money['customers']:,} ({least} to {most}), before costs."
    )
    if money["uneven"]:
        said += " Revenue is missing more in one group than in the other: find out why first."
    return said


def _adjusted(effect: Mapping[str, Any]) -> str:
    points = (f"{100 * effect['adjusted'][each]:+.1f}" for each in ("value", "low", "high"))
    return "; adjusted for risk {}, {} to {}".format(*points)


def signed(value: float, digits: int, currency: str) -> str:
    """Write an amount that is more or less than nothing, with its sign."""
    return f"{'-' if value < 0 else '+'}{priced(f'{abs(value):,.{digits}f}', currency)}"


def _kept(effect: Mapping[str, Any]) -> str:
    ends = effect["contacts_to_keep_one_interval"]
    value, low, high = (
        math.ceil(each) for each in (effect["contacts_to_keep_one"], ends["low"], ends["high"])
    )
    return f"One customer is kept for every {value:,} contacted (95%: {low:,} to {high:,})."


def _rate(group: Mapping[str, Any]) -> str:
    return f"{group['churned'] / group['customers']:.1%} ({group['churned']:,} of {group['customers']:,})"


def compliers_words(found: Mapping[str, Any] | None, last: bool) -> str:
    """Say what contacting changed for those whom the draw decided about; nothing where all kept to it."""
    if found is None:
        return ""
    reached = f"{found['contacted_reached']:.0%} of those to be contacted were reached"
    if found["control_reached"]:
        reached += f", and {found['control_reached']:.0%} of those to be left alone"
    if found["difference"] is None:
        return f"{reached}: too few for an effect on who was reached to be told."
    points = (f"{100 * found['difference'][each]:+.1f}" for each in _ENDS)
    said = "{} points ({}: {} to {})".format(next(points), _level({"last_look": last}), *points)
    return f"{reached}; for those reached because they were drawn the difference is {said}."


def return_words(money: Mapping[str, Any] | None, currency: str, incentives: str) -> str:
    """Say what came back for what was spent, in all and by offer; nothing where it is not known."""
    if money is None or money["return_on_cost"] is None:
        return ""
    spent = priced(f"{money['spent']:,.0f}", currency)
    net, least, most = (signed(money["net"][end], 0, currency) for end in _ENDS)
    lines = [
        f"Return: {_returned(money, currency)}; {net} is left ({least} to {most}). Spent: {spent}, "
        f"incentives counted {incentives}."
    ]
    parts = [each for each in money["by_offer"] if each["return_on_cost"]]
    lines += [f"  {each['offer']}: {_returned(each, currency)}" for each in parts]
    if len(parts) > 1:
        lines.append(parts_words(parts))
    return "\n".join(lines)


def parts_words(parts: Sequence[Any]) -> str:
    """Say what many comparisons are worth."""
    return (
        f"  These {len(parts)} were not drawn to be compared with each other, and one interval in twenty "
        "misses: the best of them is likely not as good as it looks."
    )


def _returned(money: Mapping[str, Any], currency: str) -> str:
    value, low, high = (signed(money["return_on_cost"][end], 2, currency) for end in _ENDS)
    unit = priced("1", currency)
    return f"{value} of revenue for each {unit} spent ({_level(money)}: {low} to {high})"
