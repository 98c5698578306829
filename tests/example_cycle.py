"""Cycles as they are written, small: one that is done, one that was refused."""

from __future__ import annotations

from typing import Any

from unchurn.report.cycle import cycle_headline, cycle_next, cycle_steps


def cycled(as_of: str = "2027-03-01", **changed: Any) -> dict[str, Any]:
    """A month that was done, or with other keys."""
    made = {
        "schema_version": 1,
        "as_of": as_of,
        "status": "done",
        "level": "look",
        "reasons": ["'Day Mins' has moved by 12.5, 0.42 standard deviations."],
        "watch": {"level": "look", "words": "It has moved.", "customers": 2_000, "judged": True},
        "list": {"customers": 1_999, "rejected": 1, "model_version": 3, "model_run_id": "r"},
        "contact": {
            "campaign": f"cycle-{as_of}",
            "contacted": 120,
            "control": 13,
            "value": 4_321.0,
            "most_cost": 999.0,
            "currency": "EUR",
            "words": "Contact 120 customers.",
            "control_words": "13 customers were drawn to be left alone.",
        },
        "contact_words": "",
        "retrain": {"outcome": "not due", "words": "The customers are as in training."},
        "files": {"summary": "cycle.html", "list": "list.csv", "watch": "watch/watch.html"},
        **changed,
    }
    made |= {"headline": cycle_headline(made), "next": cycle_next(made)}
    return {**made, "steps": [list(each) for each in cycle_steps(made)]}


def refused(as_of: str = "2027-04-01", reason: str = "'Day Mins' is 100 times as large.") -> Any:
    """A month whose table was refused."""
    none = {"list": None, "contact": None, "status": "refused", "level": "act"}
    return cycled(as_of, **none, reasons=[reason], files={"summary": "cycle.html"})
