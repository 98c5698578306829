"""The page of a watch: the level, why, every column, and the team's own rules."""

from __future__ import annotations

import re

from example_watch import watched

from unchurn.report.watch_page import render_watch


def test_it_says_what_differs_and_what_to_do() -> None:
    """Level, reasons, distances beside chance, rules, and how alarms are limited; alike each time."""
    made = render_watch(watched())
    for words in (
        "Watch of 2027-03-01",
        "2 columns differ from training: act before the list is used",
        "2,000 customers, scored by version 4 of the model, beside the 4,000 that it was trained on.",
        "Do not use the list before the reason is known",
        "0.42 SD",
        "12.5 GB",
        "Over the 10 comparisons of this page together",
        "98% of the cells are present; 99% are asked for.",
        "One cell is odd.",
        "told apart in 53% of pairs (51% to 55%)",
        "Whom the list reaches",
        '<td class="number">31%</td><td class="number nowrap">12% to 14%</td>',
        "This month after those before",
        "2027-01-01: Steady; 2027-02-01: Steady; 2027-03-01: Look; 2027-04-01: Act.",
        "worth a look",
    ):
        assert words in made, words
    assert made == render_watch(watched())


def test_a_month_like_training_and_one_too_small_say_so() -> None:
    """Neither asks for anything."""
    quiet = watched(
        level="steady", words="All is well.", reasons=[], columns=[], own_rules=[], together=None
    )
    assert "This month is like training" in render_watch(quiet)
    assert "Too few customers to tell" in render_watch({**quiet, "judged": False})


def test_one_day_is_no_trend() -> None:
    """No picture, and no slices where the model keeps none."""
    found = watched(attention=[])
    first = {**found["months"], "days": found["months"]["days"][:1]}
    made = render_watch({**found, "months": first})
    assert "<svg" not in made
    assert "Whom the list reaches" not in made


def test_it_is_self_contained_and_escapes_names() -> None:
    """No script, nothing fetched, and a column's name is text."""
    made = render_watch(watched("<img src=x onerror=alert(1)>\x00\ud800"))
    assert "<script" not in made
    assert "<img" not in made
    assert not re.findall(r"(?:src|href)=\"(?!#)", made)
    assert made.encode()
