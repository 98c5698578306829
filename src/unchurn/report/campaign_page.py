"""Turns a campaign into one page to print: totals, limits, whom to contact, who is left alone and why.

The page goes to callers: of the control group, and of whoever must not be contacted, it holds
counts and never a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from unchurn.report import svg, wording
from unchurn.report.campaign import control_words, next_words
from unchurn.report.facts import Fact
from unchurn.report.page import templates
from unchurn.report.uplift import ranked_words

MOST_PRINTED = 1_000
"""Customers beyond this are in the list alone."""
_NO_LIMIT = "no limit"
_OWN = ("rank", "offer", "probability", "expected_value", "cumulative_value")
_REASONS = ("reason_1", "reason_2", "reason_3")


def render_campaign(
    summary: Mapping[str, Any], called: Sequence[Mapping[str, Any]], starts: str, ends: str
) -> str:
    """Return a self-contained page; `summary` is campaign.json, `called` are rows of the callers' list.

    `called` holds the first `MOST_PRINTED` of them; `starts` and `ends` are ISO days. Every text
    of the table is escaped, and the same campaign always gives the same bytes.
    """
    key, currency = str(summary["key"]), summary["currency"]
    names = list(called[0]) if called else []
    kept = [name for name in names if name not in (key, *_OWN, *_REASONS)]
    filled = {
        "title": f"Campaign {summary['name']}",
        "headline": _headline(summary),
        "lead": _lead(summary, starts, ends),
        "warnings": [each["words"] for each in summary["notes"] if each["code"] == "untrusted"],
        "facts": [asdict(each) for each in _facts(summary)],
        "limits": _limits(summary),
        "sensitivity": _sensitivity(summary),
        "offers": [_offer(each, currency) for each in summary["offers"]],
        "key": key,
        "kept": kept,
        "offered": "offer" in names,
        "called": [_called(row, key, kept, currency) for row in called],
        "more": _more(summary["contacted"], len(called)),
        "control": control_words(summary),
        "others": _others(summary),
        "total": wording.count(summary["customers"]),
        "rejected": _rejected(summary["rejected"]),
    }
    return svg.clean(templates().get_template("campaign.html").render(filled))


def _headline(summary: Mapping[str, Any]) -> str:
    worth = wording.money(summary["value"], summary["currency"])
    calls = wording.counted(summary["contacted"], "customer")
    return f"Contact {calls}: expected to bring in {worth} more than they cost"


def _lead(summary: Mapping[str, Any], starts: str, ends: str) -> str:
    version = summary["model_version"]
    by = f"run {summary['model_run_id']}" if version is None else f"version {version}"
    ranked = ranked_words(summary.get("uplift"))
    return " ".join([f"From {starts} until {ends}. Scored by {by} of the model.", ranked]).strip()


def _facts(summary: Mapping[str, Any]) -> list[Fact]:
    currency, following = summary["currency"], summary["next"]
    value, cost = (wording.money(summary[each], currency) for each in ("value", "most_cost"))
    more = wording.money(following["value"] if following else None, currency)
    said = next_words(summary)
    return [
        Fact(value, f"They are expected to bring in {value} more than they cost.", _gap(summary)),
        Fact(cost, f"It costs {cost} at most, were everybody to accept."),
        Fact(more, f"{said[0].upper()}{said[1:]}.")
        if following
        else Fact("0", "Nobody else is worth contacting within these limits."),
    ]


def _gap(summary: Mapping[str, Any]) -> str:
    if summary["gap"] <= 0.005:
        return "The most there can be within the limits"
    gap = wording.money(summary["gap"], summary["currency"])
    return f"The best choice may be worth up to {gap} more"


def _limits(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    limits, currency = summary["limits"], summary["currency"]
    budget = wording.money(limits["budget"], currency) if limits["budget"] else ""
    cost = wording.money(summary["most_cost"], currency)
    return [
        _counted("Customers to contact", limits["capacity"], summary["contacted"]),
        {"limit": "Money, were everybody to accept", "most": budget or _NO_LIMIT, "used": cost},
        *(
            _counted(f"Customers with {each['name']}", each["capacity"], each["contacted"])
            for each in summary["offers"]
            if each["name"]
        ),
    ]


def _counted(limit: str, most: int | None, used: int) -> dict[str, str]:
    written = wording.count(most) if most else _NO_LIMIT
    return {"limit": limit, "most": written, "used": wording.count(used)}


def _sensitivity(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (
            "as counted on"
            if each["accept_rate_times"] == 1
            else f"× {each['accept_rate_times']:g}",
            wording.money(each["value"], summary["currency"]),
        )
        for each in summary["sensitivity"]
    ]


def _offer(offer: Mapping[str, Any], currency: str) -> dict[str, str]:
    return {
        "name": offer["name"] or "The one of [decision]",
        "cost": wording.money(offer["cost"], currency),
        "incentive": wording.money(offer["incentive"], currency),
        "accept_rate": wording.percent(offer["accept_rate"]),
        "contacted": wording.count(offer["contacted"]),
        "value": wording.money(offer["value"], currency),
    }


def _called(row: Mapping[str, Any], key: str, kept: Sequence[str], currency: str) -> dict[str, Any]:
    return {
        "rank": wording.count(row["rank"]),
        "customer": row[key],
        "kept": ["" if row[name] is None else row[name] for name in kept],
        "offer": row.get("offer") or "",
        "risk": wording.percent(row["probability"]),
        "worth": wording.money(row["expected_value"], currency),
        "reasons": [row[name] for name in _REASONS if row.get(name)],
    }


def _more(contacted: int, printed: int) -> str:
    if printed >= contacted:
        return ""
    return f"The first {printed:,} of {contacted:,}; the others are in the list alone."


def _others(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    known = [("to contact", summary["contacted"])]
    if summary["control"]:
        known.append(("drawn to be left alone, to measure the effect", summary["control"]))
    known += [(each["reason"], each["customers"]) for each in summary["left_out"]]
    return [(reason, wording.count(customers)) for reason, customers in known]


def _rejected(rows: int) -> str:
    if not rows:
        return ""
    return f"Besides, {wording.counted(rows, 'row')} of the table could not be read."
