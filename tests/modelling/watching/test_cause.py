"""Why a watch asks to act: a broken table is never taken for customers who have changed."""

from __future__ import annotations

from typing import Any

import pytest

from unchurn.modelling.watching.cause import broken_reasons


def column(name: str, level: str = "act", blank: str = "steady", reason: str = "") -> Any:
    words = reason or f"{name!r} has moved."
    return {"name": name, "level": level, "reason": words, "missing": {"level": blank}}


def asking(*columns: Any, besides: str = "", code: str = "") -> Any:
    """A watch of these columns; `code` is what was said of the first when it arrived."""
    found = [each for each in columns if each["level"] != "steady"]
    reasons = [{"level": each["level"], "words": each["reason"]} for each in found]
    reasons += [{"level": "act", "words": besides}] if besides else []
    score = {**column("score", "steady"), "missing": None}
    notes = [{"code": code, "column": columns[0]["name"]}] if code else []
    return {"columns": list(columns), "score": score, "reasons": reasons, "notes": notes}


def test_customers_who_have_changed_are_no_broken_table() -> None:
    """A column and the scores that have moved, however far, and whatever only asks to look."""
    watch = asking(column("tenure"), column("calls", "look"))
    watch["score"] |= {"level": "act", "reason": "The score has moved."}
    watch["reasons"].insert(0, {"level": "act", "words": "The score has moved."})
    assert broken_reasons(watch) == []


@pytest.mark.parametrize(
    "words",
    [
        "This list should not be trusted: 'fee' is about 100 times what training saw.",
        "The table is that of 2027-02-01 again: the same 2,000 customers.",
        "A rule of your own does not hold.",
        "Columns go together otherwise than in training.",
    ],
)
def test_what_is_said_of_no_column_is_the_tables(words: str) -> None:
    """Also where columns have moved besides: what asks a person comes first."""
    assert broken_reasons(asking(column("fee"), besides=words)) == [words]


@pytest.mark.parametrize("code", ["arrived-blank", "arrived-constant", "arrived-exchanged"])
def test_a_column_that_is_written_otherwise_is_broken(code: str) -> None:
    """Nobody's customers all become the same from one month to the next; that they move, they do."""
    fee = column("fee", reason="'fee' is the same for all.")
    assert broken_reasons(asking(fee, column("tenure"), code=code)) == [fee["reason"]]
    assert broken_reasons(asking(fee, code="arrived-moved")) == []


def test_a_burst_of_blanks_is_the_tables() -> None:
    """A column that lost its cells, whatever else has moved in it."""
    fee = column("fee", blank="act", reason="40% of 'fee' is blank.")
    assert broken_reasons(asking(fee)) == [fee["reason"]]
