"""What [columns] says in people's words, under the table's own names."""

from __future__ import annotations

import pytest

from unchurn.errors import ConfigError
from unchurn.project import Columns
from unchurn.tables.spelling import spelled

FOUND = ["Int'l Plan", "Day Mins", "Gender"]


def test_columns_are_found_however_they_are_spelled() -> None:
    """Case and punctuation do not matter; what a model does not use is left out."""
    said = Columns(
        names={"INTL PLAN": " Plan for abroad ", "gone": "Gone", "Day Mins": ""},
        actionable=("intl_plan", "gone"),
        protected={"gender ": "sex"},
    )
    found = spelled(said, FOUND)
    assert found.names == {"Int'l Plan": "Plan for abroad"}
    assert found.actionable == ("Int'l Plan",)
    assert found.protected == {"Gender": "sex"}


def test_of_two_that_are_alike_none_is_guessed() -> None:
    """The exact one is meant, or it is refused: a trait would be protected in the wrong column."""
    alike = ["Gender", "GENDER?"]
    assert spelled(Columns(protected={"Gender": "sex"}), alike).protected == {"Gender": "sex"}
    with pytest.raises(ConfigError, match=r"\[columns\]: .*'gender' could be any of"):
        spelled(Columns(protected={"gender": "sex"}), alike)


@pytest.mark.parametrize(
    "names", [{"Int'l Plan": "Plan", "Day Mins": "Plan"}, {"Int'l Plan": "Day Mins"}]
)
def test_two_columns_are_never_called_the_same(names: dict[str, str]) -> None:
    """Nobody could tell which one a reason means; both columns and the name are said."""
    with pytest.raises(ConfigError, match=r"\[columns\] names calls both .*Int'l Plan"):
        spelled(Columns(names=names), FOUND)
