"""Why a watch asks to act: a broken table is never taken for customers who have changed."""

from __future__ import annotations

from typing import Any

import pytest
from example_watch import column, share, watched

from unchurn.modelling.watching.cause import broken_reasons


def asking(*columns: dict[str, Any], notes: tuple[dict[str, Any], ...] = (), **more: Any) -> Any:
    """A watch of these columns, with a reason for each that asks for anything."""
    found = [each for each in columns if each["level"] != "steady"]
    reasons = [{"level": each["level"], "words": each["reason"]} for each in found]
    reasons += [{"level": "act", "words": words} for words in more.get("besides", ())]
    return watched(columns=list(columns), notes=list(notes), reasons=reasons)


def test_customers_who_have_changed_are_no_broken_table() -> None:
    """A column and the scores that have moved, however far, and whatever only asks to look."""
    score = column("score", "act", kind="score", reason="The score has moved.")
    watch = asking(column("tenure", "act"), column("calls", "look"))
    watch["score"] = score
    watch["reasons"].insert(0, {"level": "act", "words": score["reason"]})
    assert broken_reasons(watch) == []


@pytest.mark.parametrize(
    "words",
    [
        "This list should not be trusted: 'fee' is about 100 times what training saw.",
        "The table is that of 2027-02-01 again: the same 2,000 customers.",
        "A rule of your own does not hold.",
    ],
)
def test_what_is_said_of_no_column_is_the_tables(words: str) -> None:
    """Also where columns have moved besides: what asks a person comes first."""
    assert broken_reasons(asking(column("fee", "act"), besides=(words,))) == [words]


@pytest.mark.parametrize("code", ["arrived-blank", "arrived-constant", "arrived-exchanged"])
def test_a_column_that_is_written_otherwise_is_broken(code: str) -> None:
    """Nobody's customers all become the same from one month to the next."""
    fee = column("fee", "act", reason="'fee' is the same for all.")
    note = {"code": code, "column": "fee", "severity": "warning", "words": fee["reason"]}
    assert broken_reasons(asking(fee, column("tenure", "act"), notes=(note,))) == [fee["reason"]]
    moved = {**note, "code": "arrived-moved"}
    assert broken_reasons(asking(fee, notes=(moved,))) == []


def test_a_burst_of_blanks_is_the_tables() -> None:
    """A column that lost its cells, whatever else has moved in it."""
    blank = column("fee", "act", missing=share(0.4, "act"), reason="40% of 'fee' is blank.")
    assert broken_reasons(asking(blank)) == [blank["reason"]]
