from __future__ import annotations

import pytest

from unchurn.errors import DataError
from unchurn.tables.matching import find_column, find_columns, match_columns


@pytest.mark.parametrize("found", ["intl_plan", "INTL PLAN", " Int'l-Plan ", "Int'l Plan"])
def test_case_padding_and_punctuation_never_matter(found: str) -> None:
    """One header in many spellings is one column."""
    assert match_columns(["Int'l Plan"], ["x", found]) == {"Int'l Plan": found}


def test_an_exact_spelling_wins_over_a_like_one() -> None:
    """A table may hold two like headers so long as the wanted one is spelled out."""
    assert match_columns(["plan"], ["Plan", "plan"]) == {"plan": "plan"}
    assert match_columns(["plan", "PLAN"], ["Plan", "plan"]) == {"plan": "plan", "PLAN": "Plan"}


def test_one_column_is_found_as_many_are() -> None:
    """The exact one, else the only like one that is nobody else's, else it is refused."""
    assert find_column("Account #", ["Account #", "Account"]) == "Account #"
    assert find_column("Account #", ["ACCOUNT", "x"]) == "ACCOUNT"
    assert find_column("Account #", ["Accounts"]) is None
    assert find_column("Churned", ["churned?", "CHURNED"], {"churned?"}) == "CHURNED"
    with pytest.raises(DataError, match="any of 'Account', 'ACCOUNT'"):
        find_column("Account #", ["Account", "ACCOUNT"])


def test_several_spellings_may_mean_one_column() -> None:
    """Where each is found for itself; all that are missing are named."""
    assert find_columns(["Plan", "plan"], ["PLAN", "x"]) == {"Plan": "PLAN", "plan": "PLAN"}
    with pytest.raises(DataError, match=r"'tenure', 'age'"):
        find_columns(["tenure", "age", "x"], ["x", "Tenures"])


def test_missing_columns_are_all_named_with_what_comes_close() -> None:
    """One error tells everything that is missing."""
    with pytest.raises(DataError, match=r"'tenure', 'age'") as caught:
        match_columns(["tenure", "age", "x"], ["x", "Tenures"])
    assert "'Tenures'" in caught.value.hint


def test_headers_that_could_be_the_same_column_are_refused() -> None:
    """Nothing is guessed where two headers fit, or one header fits twice."""
    with pytest.raises(DataError, match="any of 'plan ', 'Plan'"):
        match_columns(["PLAN"], ["plan ", "Plan"])
    with pytest.raises(DataError, match="both"):
        match_columns(["pl an", "PLAN"], ["plan_"])


def test_headers_of_punctuation_are_kept_apart() -> None:
    """``#`` and ``%`` are two columns."""
    assert match_columns(["#", "%"], ["%", "#"]) == {"#": "#", "%": "%"}
