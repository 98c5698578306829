"""The page of outcomes: the level, each measure beside its promise, every scoring."""

from __future__ import annotations

from typing import Any

from example_outcomes import came_true, scoring

from unchurn.report.realised import contacted_words
from unchurn.report.realised_page import render_realised


def test_it_says_what_came_true_beside_what_was_promised() -> None:
    """Figures with intervals, the picture, who is judged apart, and the ones that are too young."""
    made = render_realised(came_true())
    for words in (
        "Outcomes as of 2027-04-05",
        "What came true is not what was promised: act",
        "Share who left: 24% (20% to 28%); the scores said 12%.",
        "training promised 0.880 (0.850 to 0.910)",
        "Earned for 1,000 customers: 900 EUR (\u2212200 EUR to 2,000 EUR); the list said 4,000 EUR.",
        "40 customers contacted by campaigns are judged apart: 5 of 40 left, and 12.5 were expected",
        "Whether a stated risk comes true",
        "Not judged: it can be judged from 2027-05-01 on.",
        "Month after month",
        "2027-02-01: 24%; 2027-03-01: 24%.",
        "two year no longer mean what they meant",
    ):
        assert words in made, words
    assert made == render_realised(came_true())


def test_where_nothing_can_be_judged_it_says_so() -> None:
    """No level, no picture."""
    found: dict[str, Any] = came_true()
    young = {**found, "level": "", "words": "None yet.", "scorings": found["scorings"][1:2]}
    made = render_realised(young)
    assert "It cannot be told yet what came true" in made
    assert "<svg" not in made.split("</header>")[-1]
    assert contacted_words(young["scorings"][0]) == ""


def test_a_broken_table_is_judged_and_sets_no_level() -> None:
    """The page shows the newest that is somebody's month."""
    broken = scoring("2027-04-01", **{**came_true()["scorings"][0], "broken": True})
    assert "so that it sets no level" in broken["words"]
    made = render_realised({**came_true(), "scorings": [broken, *came_true()["scorings"]]})
    assert made.count("sets no level") == 1


def test_text_is_escaped() -> None:
    """A note is text."""
    made = render_realised(came_true("<img src=x onerror=alert(1)>"))
    assert "<img" not in made
    assert "<script" not in made
