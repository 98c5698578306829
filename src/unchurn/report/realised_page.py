"""Turns what came true of scorings into one page: the newest that can be judged, then each of them.

It holds counts and never a customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from unchurn.report import svg, wording
from unchurn.report.charts.calibration import calibration
from unchurn.report.page import templates
from unchurn.report.realised import contacted_words, measure_words, moved_slices
from unchurn.report.watch_months import realised_panels

_TONES = {"steady": "good", "look": "unsure", "act": "bad", "": "unsure"}
_MARKS = {"steady": "✓", "look": "!", "act": "✕", "": "?"}
_NAMES = {"steady": "Steady", "look": "Look", "act": "Act", "": "Not judged"}
_HEADLINES = {
    "steady": "What was promised came true",
    "look": "What came true differs from what was promised: worth a look",
    "act": "What came true is not what was promised: act",
    "": "It cannot be told yet what came true",
}
_NEXT = {
    "look": "See whether the next month says the same, and what has changed in offers and prices.",
    "act": "Train again on customers whose outcome is known by now, and let the gate decide.",
}


def render_realised(found: Mapping[str, Any]) -> str:
    """Return a self-contained page of ``outcomes.json``; the same document gives the same bytes."""
    from markupsafe import Markup

    level, newest = found["level"], _newest(found)
    drawn = []
    if newest:
        chart = calibration(newest["judged"]["reliability"], None)
        drawn = [{**asdict(chart), "svg": Markup(chart.svg)}]  # noqa: S704 - escaped in report.svg
    filled = {
        "title": f"Outcomes as of {found['as_of']}",
        "headline": _HEADLINES[level],
        "lead": found["words"],
        "tone": _TONES[level],
        "mark": _MARKS[level],
        "level": _NAMES[level],
        "words": _NEXT.get(level, ""),
        "notes": found["notes"],
        "measures": _measures(newest, found["currency"]) if newest else [],
        "charts": drawn,
        "months": realised_panels(found["scorings"]),
        "rows": [_row(each) for each in found["scorings"]],
    }
    return svg.clean(templates().get_template("outcomes.html").render(filled))


def _newest(found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the newest scoring that could be judged; one of a broken table only where there is no other."""
    judged = [each for each in found["scorings"] if each["judged"]]
    return next((each for each in judged if not each["broken"]), judged[0] if judged else None)


def _measures(newest: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    judged = newest["judged"]
    found = [
        {
            "tone": _TONES[each["level"]],
            "level": _NAMES[each["level"]],
            "words": measure_words(each, judged["share"], currency),
        }
        for each in judged["measures"]
    ]
    found += [
        {"tone": _TONES["look"], "level": _NAMES["look"], "words": each["reason"]}
        for each in moved_slices(judged)
    ]
    apart = contacted_words(newest)
    return found + ([{"tone": "good", "level": "Apart", "words": apart}] if apart else [])


def _row(each: Mapping[str, Any]) -> dict[str, str]:
    version = each["model_version"]
    judged = each["judged"]
    by_name = {made["name"]: made for made in judged["measures"]} if judged else {}
    share = by_name.get("calibration")
    return {
        "day": each["as_of"] or wording.ABSENT,
        "run": each["run"],
        "model": f"version {version}" if version is not None else each["model_run_id"],
        "tone": _TONES[each["level"]],
        "level": _NAMES[each["level"]],
        "customers": wording.count(each["customers"]),
        "known": wording.count(each["known"]),
        "left": wording.percent(share["value"]) if share else wording.ABSENT,
        "said": wording.percent(share["promised"]["value"]) if share else wording.ABSENT,
        "words": each["words"],
    }
