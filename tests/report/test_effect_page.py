"""The page of what a campaign changed: the verdict, pictures, tables, and no customer."""

from __future__ import annotations

import re

import pytest
from example_effect import outcomes

from unchurn.report.campaign_effect import effect_words
from unchurn.report.effect_page import render_effect


def test_it_says_shows_and_counts_what_changed() -> None:
    """Verdict, sentences, two pictures of all and of parts, counts, money, accept rates; twice the same."""
    given = outcomes()
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
        "call: 18.0% of would-be churners accept and stay (95%: 14.0% to 22.0%)",
    ):
        assert words in made, words
    assert made.count("<svg") == 2
    assert made.count('class="whisker"') == 3 + 4 + 5
    assert made == render_effect(given)
    assert not re.findall(r"id-\d", made)
    shown = re.sub(r"<style.*?</style>|<[^>]*>", " ", made, flags=re.DOTALL)
    assert re.findall(r"[\s(]\N{MINUS SIGN}\d", shown) and not re.findall(r"[\s(]-\d", shown)
    assert not re.findall(r"(?:src|href)=\"(?!#)", made)


def test_the_page_agrees_with_its_own_sentence_on_contacts_to_keep_one() -> None:
    """Of 2.3 contacts both say 3: with 2 nobody was kept yet."""
    given = outcomes()
    given["effect"]["contacts_to_keep_one"] = 2.3
    given["effect"]["contacts_to_keep_one_interval"] = {"low": 2.1, "high": 4.5}
    given["words"] = effect_words(given, True)
    made = render_effect(given)
    assert "One customer is kept for every 3 contacted (95%: 3 to 5)" in made
    assert "One customer was kept for every 3 contacted." in made
    assert "for every 2 " not in made


def test_headings_say_what_they_count() -> None:
    """Left is of who churned, never of money; the first stratum is the riskiest."""
    made = render_effect(outcomes())
    assert made.count(">Left</th>") == 2
    assert "Left of it" not in made
    assert ">Net, after costs</th>" in made
    assert ">Revenue more for each</th>" in made
    assert "Stratum 1 of risk, the riskiest" in made


def test_before_the_end_it_says_so() -> None:
    """The verdict is of so far, and of many looks."""
    made = render_effect(outcomes(over=False, money=None, money_words="", return_words=""))
    assert "<h1>Contacting helped, so far</h1>" in made
    assert "95% however often you look" in made
    assert "What came back" not in made


@pytest.mark.parametrize("over", [True, False])
def test_where_nothing_is_known_there_is_nothing_but_words(over: bool) -> None:
    """No pictures and no tables; warnings stand above."""
    found = {"effect": None, "over": over, "ends": "2027-05-30"}
    nothing = {"compliers": None, "compliers_words": "", "money": None, "money_words": ""}
    more = {"return_words": "", "accept_rates": [], "warnings": ["sample-ratio <mismatch>"]}
    made = render_effect(outcomes(**found, words=effect_words(found, True), **nothing, **more))
    assert "It cannot be told yet whether contacting helped" in made
    assert "<svg" not in made
    assert "<table" not in made
    assert "sample-ratio &lt;mismatch&gt;" in made
