"""A watch as the step writes it, small: one column to act on, one to look at, one steady."""

from __future__ import annotations

from typing import Any


def share(found: float, level: str = "steady") -> dict[str, Any]:
    floor = {"look": 0.01, "act": 0.02}
    return {"share": found, "baseline": 0.0, "floor": floor, "level": level}


def column(name: str, level: str, **changed: Any) -> dict[str, Any]:
    distance = {
        "measure": "wasserstein-1",
        "value": 12.5,
        "unit": "GB",
        "in_sd": 0.42,
        "floor": {"look": 0.08, "act": 0.09},
        "level": level,
    }
    return {
        "name": name,
        "kind": "number",
        "level": level,
        "reason": "" if level == "steady" else f"'{name}' has moved by 12.5 GB.",
        "weight": 0.25,
        "rows": 2_000,
        "present": 1_990,
        "distance": distance,
        "psi": {"value": 0.31, "floor": 0.02, "cells": 10},
        "missing": share(0.005),
        "unseen": None,
        "outside": share(0.0),
        "typical": {"now": 40.0, "baseline": 27.5},
        **changed,
    }


def months(name: str) -> dict[str, Any]:
    """Four days, of which one had no scores to speak of."""
    days = [
        {
            "as_of": f"2027-0{month}-01",
            "customers": 1_900 + 25 * month,
            "level": level,
            "score": 0.12 + month / 100,
            "missing": 0.004 * month,
            "distances": {name: 0.09 * month, "plan": None if month == 1 else 0.03},
            "roc_auc": None if month == 1 else 0.84,
            "log_loss": 0.3 - month / 100,
        }
        for month, level in ((1, "steady"), (2, "steady"), (3, "look"), (4, "act"))
    ]
    followed = [(name, "wasserstein-1", 0.15), ("plan", "jensen-shannon", 0.1)]
    columns = [{"name": n, "measure": measure, "look": look} for n, measure, look in followed]
    return {"columns": columns, "days": days}


def watched(name: str = "Day <b>Mins</b>", **changed: Any) -> dict[str, Any]:
    columns = [column(name, "act"), column("calls", "look"), column("plan", "steady")]
    reasons = [{"level": each["level"], "words": each["reason"]} for each in columns[:2]]
    return {
        "version": 1,
        "as_of": "2027-03-01",
        "level": "act",
        "words": reasons[0]["words"],
        "reasons": reasons,
        "customers": 2_000,
        "judged": True,
        "comparisons": 10,
        "false_alarms": {"act": 0.01, "look": 0.05},
        "limits": {},
        "baseline": {"version": 1, "rows": 4_000},
        "columns": columns,
        "score": column("score", "steady", kind="score", outside=None),
        "expected": {
            "left": {"value": 80.2, "low": 62.0, "high": 98.0},
            "log_loss": {"value": 0.25, "low": 0.21, "high": 0.29},
            "roc_auc": {"value": 0.87, "low": 0.83, "high": 0.91},
            "lift": {"value": 3.7, "low": 3.2, "high": 4.2},
            "share": 0.2,
            "profit": {
                "value": 6415.0,
                "low": 4000.0,
                "high": 8800.0,
                "customers": 117,
                "currency": "EUR",
            },
            "training": {"log_loss": 0.26, "roc_auc": 0.86, "lift": 3.6},
            "assumes": "It is expected of the scores alone.",
        },
        "together": {
            "auc": 0.531,
            "interval": [0.512, 0.55],
            "usual": 0.56,
            "floor": {"look": 0.59, "act": 0.6},
            "columns": [{"name": "plan", "share": 0.7}],
            "level": "steady",
            "reason": "",
        },
        "attention": [
            {
                "column": name,
                "slice": "two year",
                "rows": 320,
                "reach": 0.31,
                "training": [0.12, 0.14],
                "change": 0.17,
                "floor": 0.06,
                "level": "look",
                "reason": "The list reaches customers of two years otherwise.",
            }
        ],
        "months": months(name),
        "cannot": [],
        "notes": [{"severity": "warning", "words": "One cell is odd.", "code": "odd"}],
        "violations": 1,
        "quality": [],
        "own_rules": [
            {
                "feature_name": name,
                "constraint_check_type": "completeness_check",
                "description": "98% of the cells are present; 99% are asked for.",
            }
        ],
        "model_version": 4,
        "model_run_id": "run-1",
        "run_id": "run-2",
        **changed,
    }
