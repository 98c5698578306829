"""Watches in a few figures: which columns are followed, and which days are kept."""

from __future__ import annotations

from typing import Any

from unchurn.artefacts import Watched
from unchurn.modelling.watching.trend import LAST, in_figures, months


def column(name: str, in_sd: float | None, kind: str = "number") -> dict[str, Any]:
    distance = {"measure": "wasserstein-1", "value": 9.0, "in_sd": in_sd}
    if kind == "category":
        distance = {"measure": "jensen-shannon", "value": in_sd, "in_sd": None}
    found = None if in_sd is None else distance
    return {"name": name, "kind": kind, "rows": 100, "present": 90, "distance": found}


def watch(day: str = "2027-03-01", moved: float = 0.2) -> dict[str, Any]:
    columns = [
        column("steady", 0.0), column("fee", moved), column("plan", 0.19, "category"),
        column("seen", 3.0, "date"), column("blank", None),
    ]  # fmt: skip
    expected = {"roc_auc": {"value": 0.8}, "log_loss": {"value": 0.3}}
    score = {"mean": 0.14}
    return {
        "as_of": day, "level": "look", "customers": 100, "table": day, "columns": columns,
        "score": score, "expected": expected,
    }  # fmt: skip


def test_the_columns_that_moved_most_are_followed_over_days() -> None:
    """Beside what matters of each measure; dates go on by themselves; a column that is new has no past."""
    earlier = [in_figures(watch(f"2027-0{month}-01", 0.1)) for month in (2, 1)]
    del earlier[0].figures["distances"]["plan"]  # type: ignore[attr-defined]
    found = months(watch(), earlier)
    assert [each["name"] for each in found["columns"]] == ["plan", "fee"]
    assert [each["as_of"] for each in found["days"]] == ["2027-01-01", "2027-02-01", "2027-03-01"]
    assert [each["distances"]["plan"] for each in found["days"]] == [0.19, None, 0.19]
    last = found["days"][-1]
    assert (last["missing"], last["score"], last["roc_auc"]) == (0.1, 0.14, 0.8)


def test_old_days_are_let_go() -> None:
    """A page of months, not of years."""
    earlier = [
        Watched(f"{2000 + year}-01-01", 1, "", in_figures(watch()).figures) for year in range(40)
    ]
    found = months(watch(), earlier)
    assert (len(found["days"]), found["days"][-1]["as_of"]) == (LAST, "2027-03-01")
