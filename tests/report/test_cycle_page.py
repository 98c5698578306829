"""The page of a cycle says what came of the month and what to do, and fetches nothing."""

from __future__ import annotations

import pytest

from example_cycle import cycled, refused
from unchurn.artefacts import Watched
from unchurn.modelling.watching.delivery import delivery_reasons
from unchurn.report.cycle import cycle_headline, cycle_next
from unchurn.report.cycle_page import render_cycle


def test_a_month_beside_those_before() -> None:
    """Headline, what was done, links to the files beside it, a row a month; the same bytes again."""
    made = render_cycle(refused(), [cycled("2027-02-01"), cycled()])
    assert "No list for 2027-04-01: its table cannot be trusted" in made
    assert "run the same command again, with --as-of 2027-04-01" in made
    assert made.count('<th scope="row" class="nowrap">2027-') == 3
    assert "4,321 EUR" in made
    assert made == render_cycle(refused(), [cycled("2027-02-01"), cycled()])
    done = render_cycle(cycled(), [])
    assert '<a href="watch/watch.html">' in done
    assert "1,999 customers, scored by version 3, 1 row could not be read" in done


def test_what_a_table_says_is_text() -> None:
    """A column's name cannot become part of the page."""
    made = render_cycle(refused(reason="<img src=x onerror=alert(1)>\x00\ud800"), [])
    assert "<img" not in made
    assert "&lt;img" in made


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("waits", "newer customers"),
        ("failed", "next cycle tries again"),
        ("refused", "did not pass"),
        ("registered", "unchurn registry list"),
    ],
)
def test_what_training_leaves_to_do_is_said(outcome: str, words: str) -> None:
    """And nothing where there is nothing to do."""
    steady = {"level": "steady", "words": "As in training.", "customers": 9, "judged": True}
    left = {"outcome": outcome, "words": ""}
    assert words in cycle_next(cycled(watch=steady, retrain=left))[-1]
    assert cycle_next(cycled(watch=steady)) == []
    assert "before the list is used" in cycle_next(cycled(watch={**steady, "level": "act"}))[0]


def test_a_rule_that_a_right_table_breaks_is_changed() -> None:
    """Training alone would mend no rule; of another table that is right a model can learn."""
    assert "change the rule" not in refused()["next"][-1]
    broken = refused(reason="A rule of your own is broken: 'fee' is to be from 0 to 500.")
    assert "change the rule" in broken["next"][-1]
    assert "unchurn train" in broken["next"][-1]


def test_of_what_was_delivered_wrongly_no_training_is_advised() -> None:
    """A copy of last month's or a table of nobody is sent again; a model would learn nothing of it."""
    (stale,) = delivery_reasons([Watched("2027-03-01", 9, "a", {})], 9, "a")
    empty = ("x.csv has a header and no rows.", "x.csv is empty: it has no bytes.")
    for reason in (stale["words"], *empty):
        told = refused(reason=reason)["next"]
        assert len(told) == 2, reason
        assert "sent again" in told[0]
    both = refused(reason=stale["words"])
    assert (
        "unchurn train" in cycle_next({**both, "reasons": [*both["reasons"], "It is worse."]})[-1]
    )


def test_the_headline_is_one_sentence() -> None:
    assert cycle_headline(cycled(contact=None)) == "The list for 2027-03-01: 1,999 customers"
    assert cycle_headline(cycled()).endswith("of whom 120 are to be contacted")
