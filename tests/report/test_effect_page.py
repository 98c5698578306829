"""The page of what a campaign changed: the verdict, pictures, tables, and no customer."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from unchurn.modelling.effect.compliers import measure_compliers
from unchurn.modelling.effect.looks import look_at
from unchurn.modelling.effect.measure import Drawn, measure
from unchurn.modelling.effect.money import measure_money
from unchurn.report.campaign_effect import (
    ACCEPTED,
    compliers_words,
    effect_words,
    money_words,
    return_words,
)
from unchurn.report.effect_page import render_effect

RATE = {
    "offer": "call", "assumed": 0.3, "assumed_weight": 50.0, "accepted": 43, "customers": 300,
    "measured": 0.18, "low": 0.14, "high": 0.22, "used": "measured",
}  # fmt: skip


def document(over: bool = True, **changed: Any) -> dict[str, Any]:
    """What `campaign outcomes` says of a thousand customers, of whom fewer left when contacted."""
    lots = np.random.default_rng(1)
    drawn = [
        Drawn(f"id-{n}", n % 10 == 0, n // 500 + 1, "gift" if n % 3 else "<b>call", float(lots.beta(2, 4)))
        for n in range(1_000)
    ]  # fmt: skip
    left = {e.customer: bool(lots.random() < e.risk * (1 if e.control else 0.5)) for e in drawn}
    reached = {e.customer: not e.control and bool(lots.random() < 0.8) for e in drawn}
    paid = {e.customer: 0.0 if left[e.customer] else float(lots.gamma(2, 50)) for e in drawn}
    look = look_at(drawn, left, over)
    assert look.level is not None
    effect = measure(drawn, look.outcomes, look.level)
    effect |= {"known": 1.0, "last_look": look.last}
    money = measure_money(drawn, paid, {e.customer: 5.0 for e in drawn if not e.control})
    compliers = measure_compliers(drawn, left, reached)
    found = {"effect": effect, "over": over, "ends": "2027-05-30"}
    return {
        "name": "spring",
        "currency": "EUR",
        **found,
        "words": effect_words(found, True),
        "compliers": compliers,
        "compliers_words": compliers_words(compliers, True),
        "money": money,
        "money_words": money_words(money, "EUR"),
        "return_words": return_words(money, "EUR", ACCEPTED),
        "warnings": [],
        "accept_rates": [RATE],
        **changed,
    }


def test_it_says_shows_and_counts_what_changed() -> None:
    """Verdict, sentences, two pictures of all and of parts, counts, money, accept rates; twice the same."""
    given = document()
    made = render_effect(given)
    for words in (
        "<h1>Contacting helped</h1>",
        "Helped: ",
        "fewer left than of 100 left alone.",
        "adjusted for risk",
        "of revenue for each 1 EUR spent (95%: ",
        "Those reached by the draw",
        "Stratum 2 of risk",
        "These 4 were not drawn to be compared",
        "&lt;b&gt;call",
        "call: 18.0% accept (95%: 14.0% to 22.0%)",
    ):
        assert words in made, words
    assert made.count("<svg") == 2
    assert made.count('class="whisker"') == 3 + 4 + 5
    assert made == render_effect(given)
    assert not re.findall(r"id-\d", made)
    assert not re.findall(r"(?:src|href)=\"(?!#)", made)


def test_before_the_end_it_says_so() -> None:
    """The verdict is of so far, and of many looks."""
    made = render_effect(document(over=False, money=None, money_words="", return_words=""))
    assert "<h1>Contacting helped, so far</h1>" in made
    assert "95% however often you look" in made
    assert "What came back" not in made


@pytest.mark.parametrize("over", [True, False])
def test_where_nothing_is_known_there_is_nothing_but_words(over: bool) -> None:
    """No pictures and no tables; warnings stand above."""
    found = {"effect": None, "over": over, "ends": "2027-05-30"}
    nothing = {"compliers": None, "compliers_words": "", "money": None, "money_words": ""}
    more = {"return_words": "", "accept_rates": [], "warnings": ["sample-ratio <mismatch>"]}
    made = render_effect(document(**found, words=effect_words(found, True), **nothing, **more))
    assert "It cannot be told yet whether contacting helped" in made
    assert "<svg" not in made
    assert "<table" not in made
    assert "sample-ratio &lt;mismatch&gt;" in made
