"""The months of watches, and of what came true, as panels of small multiples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from unchurn.report import wording
from unchurn.report.charts.trend import Panel, trend
from unchurn.report.realised import NAMES, figure

_FEWEST = 2
"""Days from which a trend is drawn."""
_LEVELS = ("steady", "look", "act")
_UNITS = {"wasserstein-1": "standard deviations", "jensen-shannon": "Jensen–Shannon, 0 to 1"}
Shown = list[dict[str, Any]]


def watch_panels(found: Mapping[str, Any], training: Mapping[str, float | None]) -> Shown:
    """Draw the days of a watch's ``months``; none where there is no earlier one.

    `training` is what its scores led to expect of training, by ``roc_auc`` and ``log_loss``.
    """
    days = found["days"]
    if len(days) < _FEWEST:
        return []
    columns = [_column(place, each, days) for place, each in enumerate(found["columns"], 1)]
    expected = [_expected(name, days, training.get(name)) for name in ("roc_auc", "log_loss")]
    return _drawn([*_of_tables(days), *columns, *expected], [each["as_of"] for each in days])


def realised_panels(scorings: Sequence[Mapping[str, Any]]) -> Shown:
    """Draw what came true of scorings beside what was expected, oldest first; none of fewer than two."""
    told = [each for each in reversed(scorings) if each["judged"] and each["as_of"]]
    judged = [each for each in told if not each["broken"]]
    if len(judged) < _FEWEST:
        return []
    days = [each["as_of"] for each in judged]
    return _drawn([_realised(name, judged) for name in NAMES], days)


def _drawn(panels: Sequence[Panel], days: Sequence[str]) -> Shown:
    from markupsafe import Markup

    drawn = [trend(each, days) for each in panels if any(v is not None for v in each.values)]
    return [{**asdict(each), "svg": Markup(each.svg)} for each in drawn]  # noqa: S704 - escaped in report.svg


def _of_tables(days: Sequence[Mapping[str, Any]]) -> list[Panel]:
    levels = [each["level"] for each in days]
    values = [float(_LEVELS.index(each)) for each in levels]

    def named(value: float | None) -> str:
        return "" if value is None else _LEVELS[round(value)].capitalize()

    level = Panel(
        "months-level", "Level", "", values, named, named, kinds=levels, ends=(0.0, 2.0),
        ticks=(0.0, 1.0, 2.0),
    )  # fmt: skip
    rows = [each["customers"] for each in days]
    score = [each["score"] for each in days]
    blank = [each["missing"] for each in days]
    tick = wording.percent_tick
    return [
        level,
        Panel("months-rows", "Customers", "", rows, wording.count, ends=(0.0,)),
        Panel("months-score", "Mean score", "", score, wording.percent, tick),
        Panel("months-blank", "Cells that are blank", "", blank, wording.percent, tick, ends=(0.0,)),
    ]  # fmt: skip


def _column(place: int, column: Mapping[str, Any], days: Sequence[Mapping[str, Any]]) -> Panel:
    name = column["name"]
    return Panel(
        f"months-column-{place}",
        f"{name}: distance from training",
        f"In {_UNITS[column['measure']]}.",
        [each["distances"].get(name) for each in days],
        lambda value: wording.decimal(value, 2),
        guide=(column["look"], "worth a look"),
        ends=(0.0,),
    )


def _expected(name: str, days: Sequence[Mapping[str, Any]], then: float | None) -> Panel:
    return Panel(
        f"months-{name.replace('_', '-')}",
        {"roc_auc": "ROC-AUC to be expected", "log_loss": "Log loss to be expected"}[name],
        "Of the scores alone.",
        [each[name] for each in days],
        wording.decimal,
        guide=None if then is None else (then, f"in training: {wording.decimal(then)}"),
    )


def _realised(name: str, judged: Sequence[Mapping[str, Any]]) -> Panel:
    found: list[dict[str, Any]] = [
        next((each for each in scoring["judged"]["measures"] if each["name"] == name), {})
        for scoring in judged
    ]
    beside = "promised" if name == "calibration" else "expected"
    held = [(each.get(beside) or {}).get("value") for each in found]
    share = name == "calibration"
    return Panel(
        f"months-{name.replace('_', '-')}",
        NAMES[name],
        "Whiskers are 95% intervals.",
        [each.get("value") for each in found],
        lambda value: figure(name, value),
        wording.percent_tick if share else wording.compact,
        lows=[each.get("low") for each in found],
        highs=[each.get("high") for each in found],
        beside=held if any(each is not None for each in held) else (),
        said=("came true", "said" if share else "expected"),
    )
