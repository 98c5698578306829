"""Turns what a campaign changed into one page: the verdict, pictures of the differences, and tables.

It holds counts and never a customer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from unchurn.report import svg, wording
from unchurn.report.campaign import accept_words
from unchurn.report.campaign_effect import parts_words, signed
from unchurn.report.charts.differences import differences
from unchurn.report.facts import Fact
from unchurn.report.page import templates
from unchurn.report.plot import Figure

_VERDICTS = {"helped": "Contacting helped", "did harm": "Contacting did harm"}
_Rows = list[tuple[str, Mapping[str, Any]]]


def render_effect(document: Mapping[str, Any]) -> str:
    """Return a self-contained page; `document` is what ``unchurn campaign outcomes --json`` prints.

    Every text is escaped, and the same document gives the same bytes.
    """
    from markupsafe import Markup

    effect, money = document["effect"], document["money"]
    left, paid = _left(document), _paid(money)
    parts = [each for each in left if each[0].startswith(("Stratum", "Offer"))]
    told = [document[each] for each in ("words", "compliers_words", "money_words")]
    # offers stand in the table
    told += document["return_words"].splitlines()[:1]
    filled = {
        "title": f"Campaign {document['name']}",
        "headline": _headline(document),
        "told": [wording.with_minus(each) for each in told if each],
        "warnings": document["warnings"],
        "facts": [asdict(each) for each in _facts(document)],
        "charts": [
            {**asdict(each), "svg": Markup(each.svg)}  # noqa: S704 - escaped in report.svg
            for each in _charts(left, paid, document["currency"])
        ],
        "caution": parts_words(parts).strip() if len(parts) > 1 else "",
        "groups": []
        if effect is None
        else [_group(name, each) for name, each in _compared(effect)],
        "earned": [_earned(*each, document["currency"]) for each in _earning(money)],
        "rates": [accept_words(each).strip() for each in document["accept_rates"]],
    }
    return svg.clean(templates().get_template("effect.html").render(filled))


def _headline(document: Mapping[str, Any]) -> str:
    effect = document["effect"]
    if effect is None:
        return "It cannot be told yet whether contacting helped"
    said = _VERDICTS.get(effect["verdict"], "It cannot be told whether contacting helped")
    return said if document["over"] else f"{said}, so far"


def _facts(document: Mapping[str, Any]) -> list[Fact]:
    effect, money, currency = document["effect"], document["money"], document["currency"]
    made = []
    if effect and effect["difference"]:
        difference = effect["difference"]
        than = "fewer" if difference["value"] <= 0 else "more"
        figure = f"{abs(100 * difference['value']):.1f}"
        said = f"Of 100 contacted, {figure} {than} left than of 100 left alone."
        made.append(Fact(f"{figure} {than}", said, f"Interval {_between(difference)} points"))
    if effect and effect.get("contacts_to_keep_one_interval"):
        contacts = wording.count(math.ceil(effect["contacts_to_keep_one"]))
        made.append(Fact(contacts, f"One customer was kept for every {contacts} contacted."))
    if money:
        total = _amount(money["total"]["value"], 0, currency)
        ends = " to ".join(_amount(money["total"][end], 0, currency) for end in ("low", "high"))
        said = f"Contacting changed revenue by {total} in all, before costs."
        made.append(Fact(total, said, f"Interval {ends}"))
    return made


def _left(document: Mapping[str, Any]) -> _Rows:
    """Return the differences in who left: by the draw, more closely, of those reached, and of parts."""
    effect, compliers = document["effect"], document["compliers"]
    if effect is None or effect["difference"] is None:
        return []
    rows: _Rows = [("All, by the draw", effect["difference"])]
    rows.append(("All, adjusted for risk", effect["adjusted"]))
    if compliers and compliers["difference"]:
        rows.append(("Those reached by the draw", compliers["difference"]))
    return rows + [
        (name, each["difference"]) for name, each in _parts(effect) if each["difference"]
    ]


def _paid(money: Mapping[str, Any] | None) -> _Rows:
    return [(name, each["difference"]) for name, each in _earning(money)]


def _parts(found: Mapping[str, Any]) -> _Rows:
    strata = [(_stratum(each["stratum"]), each) for each in found["by_stratum"]]
    return strata + [(f"Offer {each['offer']}", each) for each in found["by_offer"]]


def _stratum(number: int) -> str:
    return f"Stratum {number} of risk{', the riskiest' if number == 1 else ''}"


def _compared(effect: Mapping[str, Any]) -> _Rows:
    return [("All", effect), *_parts(effect)]


def _earning(money: Mapping[str, Any] | None) -> _Rows:
    return [] if money is None else [("All", money), *_parts(money)]


def _charts(left: _Rows, paid: _Rows, currency: str) -> list[Figure]:
    made = []
    if left:
        axis = "Percentage points more who left"
        made.append(differences("left", "Who left", axis, left, _points))
    if paid:
        axis = f"Revenue more for each customer{f', {currency}' if currency else ''}"
        words = partial(_amount, digits=_digits(paid), currency="")
        made.append(differences("paid", "What they brought in", axis, paid, words))
    return made


def _digits(rows: _Rows) -> int:
    """Return decimals that tell small amounts apart."""
    return 2 if max(abs(each[end]) for _, each in rows for end in ("low", "high")) < 10 else 0


def _group(name: str, found: Mapping[str, Any]) -> dict[str, str]:
    sides = {side: found[side] for side in ("contacted", "control")}
    difference = found["difference"]
    return {
        "name": name,
        **{
            f"{side}_{key}": wording.count(each[key])
            for side, each in sides.items()
            for key in ("drawn", "customers", "churned")
        },
        "difference": _points(difference["value"]) if difference else "–",
        "interval": _between(difference) if difference else "–",
    }


def _earned(name: str, found: Mapping[str, Any], currency: str) -> dict[str, str]:
    returned = found["return_on_cost"]
    return {
        "name": name,
        "each": _amount(found["difference"]["value"], 2, currency),
        "interval": " to ".join(
            _amount(found["difference"][end], 2, "") for end in ("low", "high")
        ),
        "spent": wording.money(found["spent"], currency),
        "net": _amount(found["net"]["value"], 0, currency),
        "returned": _amount(returned["value"], 2, "") if returned else "–",
        "returned_interval": " to ".join(_amount(returned[end], 2, "") for end in ("low", "high"))
        if returned
        else "–",
    }


def _points(value: float) -> str:
    return wording.with_minus(f"{100 * value:+.1f}")


def _amount(value: float, digits: int, currency: str) -> str:
    return wording.with_minus(signed(value, digits, currency))


def _between(found: Mapping[str, Any]) -> str:
    return f"{_points(found['low'])} to {_points(found['high'])}"
