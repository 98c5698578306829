"""What came true as `unchurn outcomes` has it, small: one month to act on, one too young."""

from __future__ import annotations

from typing import Any

from unchurn.report.realised import cohort_words, summary_words


def figure(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high}


def measure(name: str, level: str, value: dict[str, Any], **beside: Any) -> dict[str, Any]:
    plain = {"promised": None, "expected": None, "change": None, "floor": None}
    return {"name": name, **value, **plain, **beside, "level": level}


def scoring(day: str, **changed: Any) -> dict[str, Any]:
    nobody = {"customers": 0, "known": 0, "left": 0, "expected": 0.0}
    plain = {
        "run": "3f0c9d21ab44",
        "as_of": day,
        "model_version": 4,
        "model_run_id": "aa",
        "customers": 500,
        "window": {"begins": day, "ends": "2027-05-01", "settled": "2027-05-01"},
        "completeness": None,
        "known": 0,
        "gone_before": 0,
        "left_alone": 0,
        "nobody_like": 0,
        "contacted": nobody,
        "level": "",
        "judged": None,
        "broken": False,
        "state": "immature",
        "why": "it can be judged from 2027-05-01 on",
    }
    made = {**plain, **changed}
    return {**made, "words": cohort_words(made, "EUR")}


def came_true(note: str = "12 facts taken in, 0 known before.") -> dict[str, Any]:
    """The document without its schema version."""
    measures = [
        measure("calibration", "act", figure(0.24, 0.2, 0.28), promised=figure(0.12)),
        measure(
            "roc_auc",
            "steady",
            figure(0.87, 0.83, 0.91),
            promised=figure(0.88, 0.85, 0.91),
            expected=figure(0.86, 0.82, 0.9),
        ),
        measure("profit", "look", figure(900.0, -200.0, 2_000.0), expected=figure(4_000.0)),
    ]
    bins = [
        {"predicted": at / 10, "observed": at / 5, "low": at / 7, "high": at / 4, "count": 100}
        for at in range(1, 4)
    ]
    judged = {
        "level": "act",
        "customers": 460,
        "left": 110,
        "share": 0.2,
        "measures": measures,
        "slices": [
            {
                "column": "Contract",
                "slice": "two year",
                "customers": 90,
                "left": 0.21,
                "expected": 0.11,
                "change": 0.9,
                "floor": 0.5,
                "level": "look",
                "reason": "Scores of customers with 'Contract' two year no longer mean what they meant.",
            }
        ],
        "reliability": bins,
    }
    contacted = {"customers": 40, "known": 40, "left": 5, "expected": 12.5}
    first = scoring(
        "2027-03-01", level="act", judged=judged, state="matured", why="", known=500,
        contacted=contacted, left_alone=10,
    )  # fmt: skip
    return {
        "as_of": "2027-04-05",
        "level": "act",
        "words": summary_words(first, 3),
        "notes": [note],
        "currency": "EUR",
        "scorings": [first, scoring("2027-04-01"), {**first, "as_of": "2027-02-01"}],
    }
