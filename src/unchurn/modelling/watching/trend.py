"""A watch in a few figures, and those of earlier days before it: a trend is seen over months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unchurn.artefacts import Watched
from unchurn.modelling.watching.levels import LIMITS

LAST, COLUMNS = 24, 4
"""Days that are kept, and columns that are followed: those that have moved most."""


def in_figures(watch: Mapping[str, Any]) -> Watched:
    """Return what later watches know of one; `watch` is ``watch.json``."""
    expected, columns = watch["expected"], watch["columns"]
    rows = sum(each["rows"] for each in columns)
    figures = {
        "level": watch["level"],
        "score": watch["score"]["mean"],
        "missing": sum(each["rows"] - each["present"] for each in columns) / max(rows, 1),
        "distances": {each["name"]: _distance(each) for each in columns},
        "roc_auc": expected["roc_auc"]["value"],
        "log_loss": expected["log_loss"]["value"],
    }
    return Watched(watch["as_of"], watch["customers"], watch["table"], figures)


def months(watch: Mapping[str, Any], earlier: Sequence[Watched]) -> dict[str, Any]:
    """Return the days of a trend that ends with a watch, oldest first.

    ``columns``: [{"name", "measure", "look"}] of those that have moved most beside what matters; ``days``: [{"as_of",
    "customers", "level", "score" (its mean), "missing" (share of all cells), "distances": {name: in standard
    deviations, or Jensen-Shannon}, "roc_auc" and "log_loss" (expected)}].
    """
    ordered = sorted(watch["columns"], key=_moved, reverse=True)
    chosen = [each for each in ordered if _moved(each) > 0][:COLUMNS]
    names = [each["name"] for each in chosen]
    days = [*sorted(earlier, key=lambda each: each.as_of), in_figures(watch)][-LAST:]
    return {
        "columns": [{"name": each["name"], **_measure(each)} for each in chosen],
        "days": [
            {
                **day.figures,
                "as_of": day.as_of,
                "customers": day.customers,
                "distances": {name: day.figures["distances"].get(name) for name in names},
            }
            for day in days
        ],
    }


def _distance(column: Mapping[str, Any]) -> float | None:
    found = column["distance"]
    if not found:
        return None
    value = found["value"] if found["measure"] == "jensen-shannon" else found["in_sd"]
    return None if value is None else float(value)


def _measure(column: Mapping[str, Any]) -> dict[str, Any]:
    measure = column["distance"]["measure"]
    return {"measure": measure, "look": LIMITS[measure]["look"]}


def _moved(column: Mapping[str, Any]) -> float:
    """Return how far a column is from training beside what is worth a look; days go on by themselves."""
    value = _distance(column)
    if value is None or column["kind"] == "date":
        return 0.0
    return value / float(_measure(column)["look"])
