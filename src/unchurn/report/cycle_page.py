"""Turns a cycle into one page: what came of the month, why, what to do, and the months before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unchurn.report import svg, wording
from unchurn.report.page import templates

_SHOWN = 12
_TONES = {"steady": "good", "look": "unsure", "act": "bad"}
_MARKS = {"steady": "✓", "look": "!", "act": "✕"}
_NAMES = {"steady": "Steady", "look": "Look", "act": "Act"}
_FILES = {
    "page": "What to print for callers",
    "contact": "Whom to contact",
    "list": "Every customer, scored",
    "rejects": "Rows that could not be read",
    "watch": "The watch: every column beside training",
}


def render_cycle(made: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> str:
    """Return a self-contained page of ``cycle.json``; `before` are those of earlier days, oldest first.

    The same cycles give the same bytes. Its links lead to files beside it.
    """
    level = made["level"]
    filled = {
        "title": f"Cycle of {made['as_of']}",
        "headline": made["headline"],
        "tone": _TONES[level],
        "mark": _MARKS[level],
        "level": "Refused" if made["status"] == "refused" else _NAMES[level],
        "words": made["next"][0] if made["next"] else "There is nothing to do about it.",
        "reasons": made["reasons"],
        "steps": made["steps"],
        "next": made["next"],
        "files": [(_FILES[each], made["files"][each]) for each in _FILES if each in made["files"]],
        "months": [_month(each) for each in (*before, made)][-_SHOWN:],
    }
    return svg.clean(templates().get_template("cycle.html").render(filled))


def _month(made: Mapping[str, Any]) -> dict[str, str]:
    listed, contact = made["list"], made["contact"]
    return {
        "day": made["as_of"],
        "tone": _TONES[made["level"]],
        "level": "Refused" if made["status"] == "refused" else _NAMES[made["level"]],
        "customers": wording.count(listed["customers"]) if listed else wording.ABSENT,
        "contacted": wording.count(contact["contacted"]) if contact else wording.ABSENT,
        "worth": wording.money(contact["value"], contact["currency"])
        if contact
        else wording.ABSENT,
        "version": wording.count(listed["model_version"]) if listed else wording.ABSENT,
        "training": made["retrain"]["outcome"],
    }
