"""Turns the document of a backtest into one page of HTML, in the style of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.charts.months import LIFT, PROFIT, RANKING, months
from unchurn.report.facts import Fact
from unchurn.report.page import templates

MONEY = "profit_per_thousand"


def render_backtest(document: Mapping[str, Any]) -> str:
    """Return a self-contained page; `document` is what ``unchurn backtest --json`` prints.

    Any part may be missing and is then said to be; the same document gives the same bytes.
    """
    from markupsafe import Markup

    currency = reading.text(document.get("currency"))
    money = replace(PROFIT, words=lambda value: wording.money(value, currency))
    figures = [months(each, document) for each in (LIFT, RANKING, money)]
    filled = {
        "title": "Month by month",
        "headline": headline(document),
        "facts": [asdict(each) for each in _facts(document, currency)],
        "charts": [
            {**asdict(each), "svg": Markup(each.svg)}  # noqa: S704 - escaped in report.svg
            for each in figures
            if each.svg
        ],
        "months": [_month(each, currency) for each in _every(document)],
        "not_judged": [
            {name: reading.text(each.get(name)) for name in ("what", "why")}
            for each in reading.rows(document.get("not_judged"))
        ],
        "traps": [_trap(each, currency) for each in reading.rows(document.get("traps"))],
    }
    return svg.clean(templates().get_template("backtest.html").render(filled))


def headline(document: Mapping[str, Any]) -> str:
    """Say in one sentence, without a full stop, what a random split promises and months gave."""
    given = reading.number(reading.mapping(document.get("mean")).get("lift_top_decile"))
    random = _lone(reading.mapping(document.get("random")), "lift_top_decile")
    if given is None or random is None:
        return "What models of the past would have been worth"
    return (
        f"A random split promises a lift of {wording.times(random)}; "
        f"the months gave {wording.times(given)}"
    )


def optimism_in_money(document: Mapping[str, Any]) -> str:
    """Say by how much a random split is better, or worse, than the months in money; "" without costs."""
    beyond = reading.number(reading.mapping(document.get("optimism")).get(MONEY))
    mean = reading.number(reading.mapping(document.get("mean")).get(MONEY))
    if beyond is None or mean is None:
        return ""
    currency = reading.text(document.get("currency"))
    than = "more" if beyond >= 0 else "less"
    return (
        f"For 1,000 customers and a month, a random split promises {wording.money(mean + beyond, currency)} "
        f"of profit: {wording.money(abs(beyond), currency)} {than} than the months gave on average."
    )


def _facts(document: Mapping[str, Any], currency: str) -> list[Fact]:
    beyond = reading.mapping(document.get("optimism"))
    found = []
    if words := optimism_in_money(document):
        value = reading.number(beyond.get(MONEY))
        aside = _ranged(document, MONEY, "Optimism in money", lambda v: wording.money(v, currency))
        found.append(Fact(wording.money(value, currency), words, aside))
    for name, term in (("lift_top_decile", "lift"), ("roc_auc", "ROC-AUC")):
        value = reading.number(beyond.get(name))
        if value is None:
            continue
        than = "more" if value >= 0 else "less"
        size = wording.decimal(abs(value), 2)
        words = f"A random split promises {size} {than} {term} than the months gave on average."
        aside = _ranged(document, name, f"Optimism in {term}", lambda v: wording.decimal(v, 2))
        found.append(Fact(wording.decimal(value, 2), words, aside))
    return found


def _ranged(
    document: Mapping[str, Any], name: str, term: str, write: Callable[[float | None], str]
) -> str:
    """Add to a term how far the months were apart: what is beyond all of them is beyond chance."""
    months = reading.rows(document.get("months"))
    values = [
        _lone(each, name) if name != MONEY else reading.number(each.get(MONEY)) for each in months
    ]
    known = [each for each in values if each is not None]
    if len(known) < 2:
        return f"{term}, against one month" if known else term
    return f"{term}; the months lay between {write(min(known))} and {write(max(known))}"


def _every(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    random = reading.mapping(document.get("random"))
    return [*reading.rows(document.get("months")), *([random] if random else [])]


def _month(month: Mapping[str, Any], currency: str) -> dict[str, str]:
    constant = reading.mapping(month.get("constant"))
    before = reading.mapping(month.get("last_month"))
    day = reading.text(month.get("day"))
    return {
        "day": "a random split" if day == "random" else day,
        "train": wording.count(month.get("train")),
        "test": wording.count(month.get("test")),
        "left": wording.count(month.get("left")),
        "roc_auc": _sure(month, "roc_auc", 3),
        "before": wording.decimal(reading.number(before.get("roc_auc"))),
        "lift": _sure(month, "lift_top_decile", 1),
        "lift_before": wording.times(reading.number(before.get("lift_top_decile"))),
        "log_loss": wording.decimal(_lone(month, "log_loss"), 4),
        "constant": wording.decimal(reading.number(constant.get("log_loss")), 4),
        "profit": wording.money(reading.number(month.get(MONEY)), currency),
    }


def _sure(month: Mapping[str, Any], name: str, digits: int) -> str:
    value, low, high = reading.estimate(reading.mapping(month.get("metrics")).get(name))
    between = wording.between(low, high, lambda each: wording.decimal(each, digits))
    return f"{wording.decimal(value, digits)} ({between})" if between else wording.decimal(value)


def _lone(month: Mapping[str, Any], name: str) -> float | None:
    return reading.estimate(reading.mapping(month.get("metrics")).get(name))[0]


def _trap(trap: Mapping[str, Any], currency: str) -> dict[str, str]:
    found = {"words": reading.text(trap.get("words"))}
    for side in ("with", "without"):
        told = reading.mapping(trap.get(side))
        found |= {
            f"{side}_auc": wording.decimal(reading.number(told.get("roc_auc"))),
            f"{side}_lift": wording.times(reading.number(told.get("lift_top_decile"))),
            f"{side}_profit": wording.money(reading.number(told.get(MONEY)), currency),
        }
    return found
