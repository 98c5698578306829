from __future__ import annotations

import itertools

import pytest

from unchurn.modelling.fitting.configurations import fixed
from unchurn.modelling.fitting.plan import plan


def test_an_ordinary_table_gets_everything() -> None:
    """10,000 rows of 20 columns: all seven configurations and folds, rates as written."""
    made = plan(10_000, 2_000, 20, 5)
    assert len(made.fixed(())) == 7
    assert (made.folds, made.eta) == (5, 1.0)


def test_a_large_table_gets_less_and_the_plan_says_so() -> None:
    """Half a million rows and a million: fewer folds and configurations, higher rates, in words."""
    made = plan(500_000, 90_000, 30, 5)
    assert made.folds == 2
    assert len(made.fixed(())) < len(fixed())
    assert "2 configurations, 2 folds, learning rates × 3" in made.words(made.fixed(()), 2)
    larger = plan(1_000_000, 90_000, 30, 5)
    assert "2 configurations, one fold held out, learning rates × 2" in larger.words(
        larger.fixed(()), 1
    )


def test_named_configurations_are_fitted_whatever_the_size() -> None:
    """[train] configurations decides alone which ones are fitted."""
    assert [each.name for each in plan(1_000_000, 90_000, 30, 5).fixed(("shallow",))] == ["shallow"]


def test_work_never_grows_when_rows_do() -> None:
    """Every larger table is planned with no more folds, names or rounds than a smaller one."""
    sizes = [600, 20_000, 60_000, 200_000, 500_000, 2_000_000]
    made = [plan(rows, rows // 3, 20, 5) for rows in sizes]
    for small, large in itertools.pairwise(made):
        assert large.folds <= small.folds
        assert len(large.names) <= len(small.names)
        assert large.eta >= small.eta or large.folds == 1  # what is saved on fits goes into rates


@pytest.mark.parametrize(("churned", "few"), [(99, True), (100, False), (701, True), (400, False)])
def test_few_of_the_rarer_outcome_choose_no_derived_columns_and_the_plan_says_so(
    churned: int, few: bool
) -> None:
    """Chosen by fewer than 100 they were worse than none; whoever names such a member has it."""
    made = plan(800, churned, 20, 5)
    tried = made.fixed(())
    assert any(each.derived for each in tried) is not few
    words = f"{min(churned, 800 - churned)} rows of the rarer outcome are too few to choose them by"
    assert (words in made.words(tried, 5)) is few
    named = made.fixed(("light-derived",))
    assert [each.derived for each in named] == [True]
    assert words not in made.words(named, 5)
    assert words not in made.words(made.fixed(("shallow",)), 5)
