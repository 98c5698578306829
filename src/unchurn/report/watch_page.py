"""Turns a watch into one page: what differs from training, by how much, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import svg, wording
from unchurn.report.page import templates
from unchurn.report.realised import expected_words
from unchurn.report.watch_months import watch_panels

_SLICES = 12
"""Slices that the page names, those that have moved most."""
_TONES = {"steady": "good", "look": "unsure", "act": "bad"}
_MARKS = {"steady": "✓", "look": "!", "act": "✕"}
_NAMES = {"steady": "Steady", "look": "Look", "act": "Act"}
_NEXT = {
    "look": "Look at what is named below, and ask whoever sends the table; the list can be used meanwhile.",
    "act": "Do not use the list before the reason is known: mend the export where it is broken; where the "
    "customers have changed for good, train again and let the gate decide.",
}


def render_watch(watch: Mapping[str, Any]) -> str:
    """Return a self-contained page of ``watch.json``; the same watch gives the same bytes."""
    columns = watch["columns"]
    moved = [each for each in columns if each["level"] != "steady"]
    filled = {
        "title": f"Watch of {watch['as_of']}" if watch["as_of"] else "Watch",
        "headline": _headline(watch, moved),
        "lead": _lead(watch),
        "tone": _TONES[watch["level"]],
        "mark": _MARKS[watch["level"]],
        "level": _NAMES[watch["level"]],
        "words": watch["words"] if watch["level"] == "steady" else _NEXT[watch["level"]],
        "cannot": watch["cannot"],
        "reasons": [
            {"tone": _TONES[each["level"]], "level": _NAMES[each["level"]], "words": each["words"]}
            for each in watch["reasons"]
        ],
        "rows": [_row(watch["score"]), *(_row(each) for each in columns)],
        "expected": expected_words(watch["expected"]),
        "assumes": watch["expected"]["assumes"],
        "attention": [_slice(each) for each in watch["attention"][:_SLICES]],
        "months": watch_panels(watch["months"], watch["expected"]["training"]),
        "notes": [each["words"] for each in watch["notes"] if each["severity"] == "warning"],
        "rules": _rules(watch),
        "how": _how(watch),
        "together": _together(watch["together"]),
    }
    return svg.clean(templates().get_template("watch.html").render(filled))


def _headline(watch: Mapping[str, Any], moved: list[dict[str, Any]]) -> str:
    if not watch["judged"] and watch["level"] == "steady":
        return "Too few customers to tell"
    if watch["level"] == "steady":
        return "This month is like training"
    what = f"{wording.counted(len(moved), 'column')} " if moved else "This month "
    what += "differ" if len(moved) > 1 else "differs"
    if watch["level"] == "look":
        return f"{what} from training: worth a look"
    return f"{what} from training: act before the list is used"


def _lead(watch: Mapping[str, Any]) -> str:
    version = watch["model_version"]
    by = f"run {watch['model_run_id']}" if version is None else f"version {version}"
    who = wording.counted(watch["customers"], "customer")
    then = wording.count(watch["baseline"]["rows"])
    return f"{who}, scored by {by} of the model, beside the {then} that it was trained on."


def _name(column: Mapping[str, Any]) -> str:
    return "The score" if column["kind"] == "score" else str(column["name"])


def _row(column: Mapping[str, Any]) -> dict[str, str]:
    distance, psi = column["distance"], column["psi"]
    level = column["level"]
    value = floor = unit = ""
    if distance:
        judged = distance["in_sd"] is not None
        value = wording.decimal(distance["in_sd"] if judged else distance["value"], 2)
        unit = "SD" if judged else "JS"
        floor = wording.decimal(distance["floor"]["look"], 2)
    return {
        "name": _name(column),
        "tone": _TONES[level],
        "level": _NAMES[level],
        "weight": wording.percent(column["weight"]),
        "distance": f"{value} {unit}" if distance else wording.ABSENT,
        "floor": floor or wording.ABSENT,
        "own": _own_unit(distance),
        "psi": wording.decimal(psi["value"], 3) if psi else wording.ABSENT,
        **{key: _share(column[key]) for key in ("missing", "unseen", "outside")},
    }


def _slice(found: Mapping[str, Any]) -> dict[str, str]:
    low, high = (wording.percent(each) for each in found["training"])
    return {
        "column": found["column"],
        "slice": found["slice"],
        "tone": _TONES[found["level"]],
        "level": _NAMES[found["level"]],
        "rows": wording.count(found["rows"]),
        "reach": wording.percent(found["reach"]),
        "training": low if low == high else f"{low} to {high}",
        "floor": wording.points(found["floor"]),
    }


def _own_unit(distance: Mapping[str, Any] | None) -> str:
    if not distance or distance["in_sd"] is None:
        return wording.ABSENT
    unit = distance["unit"]
    named = "" if unit in ("the column's own", "probability") else f" {unit}"
    return f"{distance['value']:,.4g}{named}"


def _share(found: Mapping[str, Any] | None) -> str:
    return wording.percent(found["share"]) if found else wording.ABSENT


def _rules(watch: Mapping[str, Any]) -> list[dict[str, str]]:
    """List rules of a person that do not hold: those of [quality] first, then those of constraints."""
    asked = [
        {"name": each["column"] or "The table", "check": each["condition"], "words": each["words"]}
        for each in watch["quality"]
        if each["level"] != "steady"
    ]
    return asked + [
        {
            "name": each["feature_name"],
            "check": each["constraint_check_type"],
            "words": each["description"],
        }
        for each in watch["own_rules"]
    ]


def _together(found: Mapping[str, Any] | None) -> str:
    """Say how well customers of the month are told from training's by all columns at once."""
    if found is None:
        return ""
    auc, low, high, most = (
        wording.percent(each) for each in (found["auc"], *found["interval"], found["floor"]["look"])
    )
    return (
        "By the columns that are like training one by one, a customer of this month and one of training "
        f"are told apart in {auc} of pairs ({low} to {high}). Half is a coin; chance, and who has left since, "
        f"make up to {most}."
    )


def _how(watch: Mapping[str, Any]) -> str:
    act, look = (watch["false_alarms"][level] for level in ("act", "look"))
    return (
        "A column is named where it differs by more than matters and by more than chance makes of so "
        f"many customers. Over the {watch['comparisons']:,} comparisons of this page together, a month "
        f"that is like training asks to act in at most {wording.percent(act)} of cases and to look in at "
        f"most {wording.percent(look)}. SD: standard deviations of training (Wasserstein-1). JS: "
        "Jensen–Shannon distance, 0 to 1. Chance: what such a month reaches by itself."
    )
