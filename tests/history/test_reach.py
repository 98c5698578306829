"""From when to when tables tell anything: said where days are looked at of which they do not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from asked_histories import SUBSCRIPTION
from histories import Settings, Told, as_of, observe, sections, with_anchors, write_tables
from unchurn.artefacts import Finding
from unchurn.history import Question
from unchurn.history.observing import Asking, observe_history
from unchurn.history.sources import open_sources
from unchurn.progress import Silent
from unchurn.project import Data, Engine, Events

NEWEST = "2024-11-26"
"""The newest day of `TOLD`: 330 days after the first of January."""
TOLD = with_anchors(Told((), (("stays", NEWEST, "", "web", "1"),)))


def _findings(told: Told, asked: Settings, folder: Path) -> dict[str, Finding]:
    return {each.code: each for each in observe(told, asked, folder).findings}


@pytest.mark.parametrize(
    ("observed_until", "day", "words"),
    [
        ("2024-06-01", "2024-11-20", f"The newest row of the history is of {NEWEST}."),
        ("", "2024-12-01", f"The newest row of the history is of {NEWEST}."),
        ("2025-03-01", "2025-03-01", f"ends on {NEWEST}, 95 days before 2025-03-01"),
    ],
)
def test_a_day_is_held_against_the_newest_row(
    observed_until: str, day: str, words: str, tmp_path: Path
) -> None:
    """Whatever observed_until says: it ends what labels read, not what the features of a day do."""
    plan = observe(TOLD, Settings(SUBSCRIPTION), tmp_path).plan
    asked = Settings(SUBSCRIPTION, observed_until=observed_until)
    said = observe(TOLD, as_of(asked, day, plan), tmp_path).findings[0]
    assert words in said.words
    assert (said.severity == "warning") == ("before" in said.words)


def test_a_training_is_told_of_tables_that_end_before_observed_until(tmp_path: Path) -> None:
    """Then nobody leaves any more, or everybody falls silent, for want of rows."""
    asked = Settings(SUBSCRIPTION, observed_until="2025-02-01")
    late = _findings(TOLD, asked, tmp_path)["observed-until-late"]
    assert late.severity == "warning"
    assert f"until 2025-02-01, 67 days after its newest row, of {NEWEST}" in late.words
    found = _findings(TOLD, Settings(SUBSCRIPTION), tmp_path)
    assert found["observed-until"].words == "The history counts as complete until 2024-12-01."


def test_a_table_that_ends_long_before_the_others_is_named(tmp_path: Path) -> None:
    """Its features say that nothing happened since, as if that were so."""
    write_tables(TOLD, tmp_path)
    (tmp_path / "logins.csv").write_text("customer,time\nstays,2024-01-05\nstays,2024-08-02\n")
    asked = Settings(SUBSCRIPTION)
    history = sections(TOLD, asked)
    history = replace(history, events={**history.events, "logins": Events(data="logins.csv")})
    question = Question.of(SUBSCRIPTION)
    sources = open_sources(history, question, Data(), tmp_path)
    asking = Asking(question, history, lambda rows: (min(rows), max(rows)))
    found = observe_history(sources, asking, Engine(memory_mb=700), tmp_path, Silent()).findings
    (early,) = (each for each in found if each.code == "table-ends-early")
    assert "[history.events.logins] ends on 2024-08-02, 116 days before" in early.words
    assert early.severity == "warning"


def test_snapshots_before_the_first_row_of_a_table_are_said_with_the_day_to_begin_on(
    tmp_path: Path,
) -> None:
    """Where it is a large share of them: nothing in the last 30 days is then want of data."""
    orders = tuple(row for row in TOLD.orders if row[1] >= "2024-05-15")
    late = _findings(replace(TOLD, orders=orders), Settings(SUBSCRIPTION), tmp_path)
    words = late["table-begins-late"].words
    assert words.startswith("[history.events.orders] begins on 2024-05-")
    begins = dt.date.fromisoformat(words.split(" begins on ")[1][:10])
    assert f'since = "{begins + dt.timedelta(1)}" or later (its last 90 days' in words
    since = replace(SUBSCRIPTION, since=str(begins + dt.timedelta(1)))
    assert "table-begins-late" not in _findings(
        replace(TOLD, orders=orders), Settings(since), tmp_path
    )
    assert "table-begins-late" not in _findings(TOLD, Settings(SUBSCRIPTION), tmp_path)
