"""Turns an evaluation and its verdict into one page of HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from unchurn.report import charts, drivers, facts, leaks, reading, svg, tables, wording
from unchurn.report.facts import base_rate
from unchurn.report.glossary import GLOSSARY
from unchurn.report.plot import Figure
from unchurn.report.spoken import spoken

if TYPE_CHECKING:
    from jinja2 import Environment

NOTE = (
    "Contributions add up to the uncalibrated margin (log-odds), not to the calibrated probability."
)


def render(evaluation: Mapping[str, Any], verdict: Mapping[str, Any], title: str) -> str:
    """Return a self-contained page: inline CSS and SVG, no script, nothing fetched.

    `evaluation` is evaluation.json (only its root ``unchurn`` is read), `verdict` is
    verdict.json; any part of either may be missing and is then said to be. Every text from
    the table is escaped, and the same input gives the same bytes.
    """
    filled = context(evaluation, verdict, title)
    return svg.clean(templates().get_template("report.html").render(filled))


@cache
def templates() -> Environment:
    """Return what renders the package's pages: every text is escaped, a missing name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("unchurn.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def context(
    evaluation: Mapping[str, Any], verdict: Mapping[str, Any], title: str
) -> dict[str, Any]:
    """Return what the templates lay out: finished text, rows of text, and charts."""
    found = spoken(reading.mapping(reading.mapping(evaluation).get("unchurn")))
    return {
        "title": title or "Churn model",
        "project": _project(found),
        "verdict": _verdict(reading.mapping(verdict)),
        "headline": facts.headline(found),
        "customers": facts.customers(found),
        "quality": facts.quality(found),
        "changeable": drivers.changeable(found),
        "protected": drivers.protected(found),
        "glossary": GLOSSARY,
        "charts": _charts(found),
        "metrics": tables.metrics(found),
        "custom": tables.custom(found),
        "rivals": tables.rivals(found),
        "confusion": tables.confusion(found),
        "importance": drivers.importance(found),
        "slices": tables.slices(found),
        "sensitivity": tables.sensitivity(found),
        "plans": tables.plans(found),
        "judged_in": reading.judged_in(found),
        "profit_rule": tables.rule(found),
        "costs_given": bool(reading.mapping(found.get("profit")).get("given")),
        "rows": tables.rows(found),
        "findings": tables.findings(found),
        "leaks": leaks.shown_leaks(found),
        "members": tables.members(found),
        "versions": _versions(found),
        "plan": reading.text(reading.mapping(found.get("model")).get("plan")),
        "shap_note": reading.text(found.get("shap_note")) or NOTE,
    }


def _project(found: Mapping[str, Any]) -> dict[str, Any]:
    project = reading.mapping(found.get("project"))
    features = [reading.text(name) for name in reading.items(project.get("features"))]
    rows = reading.mapping(found.get("rows"))
    return {
        "target": reading.text(project.get("target")),
        "positive": reading.text(project.get("positive")),
        "id": reading.text(project.get("id")),
        "snapshot": reading.text(project.get("snapshot")),
        "features": features,
        "allowed": [reading.text(name) for name in reading.items(project.get("allowed"))],
        "judged": _judged(rows.get("test"), found.get("customers"), base_rate(found)),
    }


def _judged(rows: object, held_out: object, rate: float | None) -> str:
    customers = reading.number(reading.mapping(held_out).get("all")) or reading.number(rows)
    if customers is None:
        return ""
    left = "" if rate is None else f", of whom {wording.percent(rate)} left"
    if customers != reading.number(rows):
        left = (
            ""
            if rate is None
            else f"; of their {wording.counted(rows, 'row')}, {wording.percent(rate)} are of who left"
        )
    return f"Judged on {wording.counted(customers, 'customer')} the model had never seen{left}."


def _verdict(verdict: Mapping[str, Any]) -> dict[str, Any]:
    reached = reading.text(verdict.get("verdict"))
    return {
        "badge": {"passed": "Passed", "refused": "Refused", "cannot tell": "Cannot tell"}.get(
            reached, reached or "Not judged"
        ),
        "tone": tables.tone(reached),
        "words": reading.text(verdict.get("words")),
        "outcome": _outcome(reached, bool(verdict.get("promote"))),
        "rules": tables.rules(verdict),
    }


def _outcome(reached: str, promote: bool) -> str:
    if reached == "passed" and promote:
        # this page is written before the model is registered, and read long after
        return (
            "It may take over as champion: unchurn registry list says which version is in charge."
        )
    if reached in ("passed", "refused", "cannot tell"):
        return "The champion, where there is one, stays in charge."
    return ""


def _versions(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    versions = reading.mapping(reading.mapping(found.get("model")).get("versions"))
    return sorted((reading.text(k), reading.text(v)) for k, v in versions.items())


def _charts(found: Mapping[str, Any]) -> dict[str, Any]:
    from markupsafe import Markup

    def shown(figure: Figure) -> dict[str, Any]:
        return {**asdict(figure), "svg": Markup(figure.svg)}  # noqa: S704 - escaped in report.svg

    made: dict[str, Any] = {figure.key: shown(figure) for figure in _figures(found)}
    made["slices"] = [shown(figure) for figure in charts.slices(found.get("slices"))]
    return made


def _figures(found: Mapping[str, Any]) -> list[Figure]:
    curves = reading.mapping(found.get("curves"))
    metrics = reading.mapping(found.get("metrics"))

    def value(name: str) -> float | None:
        return reading.estimate(metrics.get(name))[0]

    return [
        charts.roc(curves.get("roc"), value("roc_auc")),
        charts.precision_recall(
            curves.get("precision_recall"), value("average_precision"), base_rate(found)
        ),
        charts.gains(curves.get("gains")),
        charts.lift(curves.get("lift")),
        charts.calibration(curves.get("calibration"), value("ece")),
        charts.distribution(curves.get("distribution")),
        charts.importance(found.get("importance"), found.get("shap_rows")),
        charts.beeswarm(found.get("shap_summary")),
        charts.profit(found.get("profit")),
    ]
