"""An invented campaign, as campaign.json and the callers' list hold it."""

from __future__ import annotations

from typing import Any

OFFER = {
    "name": "call", "cost": 5.0, "incentive": 20.0, "accept_rate": 0.3, "capacity": None,
    "contacted": 3, "value": 320.5,
}  # fmt: skip
SUMMARY: dict[str, Any] = {
    "schema_version": 1,
    "name": "spring",
    "key": "Phone",
    "customers": 50,
    "rejected": 2,
    "contacted": 3,
    "control": 1,
    "drawn": 4,
    "days": 90,
    "limits": {"capacity": 3, "budget": None, "holdout": 0.25},
    "value": 320.5,
    "most_cost": 75.0,
    "currency": "EUR",
    "gap": 0.0,
    "next": {"value": 12.25, "offer": "call"},
    "offers": [OFFER],
    "sensitivity": [
        {"accept_rate_times": 0.5, "value": -10.0},
        {"accept_rate_times": 1.0, "value": 320.5},
    ],
    "left_out": [
        {"reason": "on no.csv", "customers": 6},
        {"reason": "beyond the limits of the campaign", "customers": 40},
    ],
    "notes": [{"code": "unknown-ids", "words": "1 id of no.csv ('0815-secret') named nobody."}],
    "model_version": 4,
    "model_run_id": "run-1",
}


def called(customers: int = 3, **cells: Any) -> list[dict[str, Any]]:
    """Rows of the callers' list, with a kept name; `cells` are those of each."""
    row = {
        "Name": "Ana",
        "offer": "call",
        "probability": 0.8125,
        "expected_value": 150.0,
        "cumulative_value": 150.0,
        "reason_1": "Calls: 4, typical is 1 — raises the risk",
        "reason_2": "Plan: basic",
        "reason_3": None,
    }
    return [
        {"Phone": f"00{number}", "rank": number, **row, **cells}
        for number in range(1, customers + 1)
    ]
