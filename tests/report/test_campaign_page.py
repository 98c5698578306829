"""The page of a campaign: totals, limits, whom to contact and who is left alone, in counts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from example_campaign import OFFER, SUMMARY, called

from unchurn.report.campaign_page import render_campaign

DAYS = ("2027-03-01", "2027-05-30")


def page(rows: list[dict[str, Any]] | None = None, **changed: Any) -> str:
    return render_campaign({**SUMMARY, **changed}, called() if rows is None else rows, *DAYS)


def test_it_says_what_the_campaign_is() -> None:
    """How many, what for, the next customer, limits, offers, each customer with reasons, all counted."""
    made = page()
    for words in (
        "Contact 3 customers: expected to bring in 320 EUR more than they cost",
        "From 2027-03-01 until 2027-05-30. Scored by version 4 of the model.",
        "The 4th customer would add 12.25 EUR.",
        "It costs 75 EUR at most",
        "1 customer of the 4 best were drawn to be left alone for 90 days",
        'Customers to contact</bdi></th><td class="number">3</td>',
        '× 0.5</th><td class="number">\u221210 EUR</td>',
        "<bdi>001</bdi></th><td><bdi>Ana</bdi></td><td><bdi>call</bdi></td>",
        '81%</td><td class="number">150 EUR</td>',
        "Calls: 4, typical is 1 — raises the risk",
        'on no.csv</bdi></th><td class="number">6</td>',
        'All</th><td class="number">50</td>',
        "Besides, 2 rows of the table could not be read.",
    ):
        assert words in made, words
    assert made == page()
    assert made.count("<li><bdi>") == 6


def test_nobody_who_must_not_be_called_is_named() -> None:
    """Notes about lists of exclusions hold ids, and stay off the page; grave ones stand above."""
    assert "0815-secret" not in page()
    grave = {"code": "untrusted", "words": "Do not use <this>."}
    assert "Do not use &lt;this&gt;." in page(notes=[grave])


def test_it_is_self_contained_and_prints_on_a4() -> None:
    """No script, nothing fetched, and sheets of their own for the list."""
    made = page()
    assert "<script" not in made
    assert not re.findall(r"(?:src|href)=\"(?!#)", made)
    assert "@page across { size: A4 landscape;" in made


def test_text_of_the_table_is_escaped() -> None:
    """Names, columns, offers and reasons are text, whatever is in them; lone surrogates, too."""
    hostile = "<img src=x onerror=alert(1)>\x00\ud800"
    rows = called(1, **{"Name": hostile, "offer": hostile, "reason_1": hostile, hostile: hostile})
    made = page(rows, offers=[{**OFFER, "name": hostile}], name=hostile, key="Phone")
    assert "<img" not in made
    assert made.encode()
    assert made.count("&lt;img src=x") >= 6


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"next": None}, "Nobody else is worth contacting within these limits."),
        (
            {"next": {"value": 12.25, "offer": "call", "room": False}},
            "Each offer that others are worth is used up, and with room the 4th customer would add 12.25 EUR.",
        ),
        ({"control": 0}, "Nobody is left alone"),
        ({"gap": 12.0}, "may be worth up to 12 EUR more"),
        ({"model_version": None}, "Scored by run run-1 of the model."),
        (
            {"limits": {"capacity": None, "budget": 100.0}},
            'everybody to accept</bdi></th><td class="number">100 EUR',
        ),
        ({"offers": [{**OFFER, "name": ""}]}, "The one of [decision]"),
        ({"contacted": 5_000}, "The first 3 of 5,000; the others are in the list alone."),
    ],
)
def test_other_campaigns_are_said_as_they_are(changed: dict[str, Any], said: str) -> None:
    """Without a next, a control group, a version, a limit or names of offers, and a long one."""
    assert said in page(**changed)


def test_a_list_without_offers_has_no_such_column() -> None:
    """Nor columns that nobody kept."""
    rows = [
        {name: cell for name, cell in each.items() if name not in ("offer", "Name")}
        for each in called()
    ]
    assert '<th scope="col">Offer</th><th scope="col" class="number">Risk' not in page(rows)
    assert '<bdi>Phone</bdi></th><th scope="col" class="number">Risk' in page(rows)
