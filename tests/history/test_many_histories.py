"""Histories judged side by side: as many as asked, and the smallest is shown of which a property does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import strategies as st

from histories import Told, told_histories
from many_histories import drawn, prove, side_by_side


@pytest.mark.parametrize(("histories", "questions"), [(40, 5), (40, 1), (700, 3)])
def test_each_question_is_put_to_some_and_each_history_is_judged(
    histories: int, questions: int
) -> None:
    """Once, a few of them alone."""
    judged: list[tuple[int, int]] = []

    def judge(many: Sequence[int], asked: int, choose: Random) -> None:
        judged.append((asked, len(many)))

    prove(judge, st.integers(), range(questions), histories)
    assert {asked for asked, _ in judged} == set(range(questions))
    assert sum(many for _, many in judged) == histories
    assert 1 in {many for _, many in judged}


def test_what_does_not_hold_is_shown_alone_and_small() -> None:
    """However many were judged with it, and whatever question it took."""

    def judge(many: Sequence[list[int]], asked: str, choose: Random) -> None:
        assert asked != "second" or all(each < 50 for few in many for each in few)

    with pytest.raises(AssertionError) as raised:
        prove(judge, st.lists(st.integers()), ["first", "second", "third"], 200)
    assert "one=[50]," in "".join(raised.value.__notes__)


def test_what_holds_of_each_alone_and_not_together_is_raised_with_its_seed() -> None:
    """So that it can be drawn again."""

    def judge(many: Sequence[int], asked: str, choose: Random) -> None:
        assert len(many) < 2, "together"

    with pytest.raises(AssertionError, match="together") as raised:
        prove(judge, st.integers(), ["one"], 20)
    assert "Of 19 histories together, by --hypothesis-seed=" in raised.value.__notes__[0]


def test_one_number_draws_the_same_histories() -> None:
    """Another number draws others, and customers of one name stay apart side by side."""
    first, again, other = (drawn(told_histories(), 5, number) for number in (1, 1, 2))
    assert first == again != other
    told = Told(
        (("ada", "2024-01-01", "", "", "5", "X"),), (), (("ada", "2024-01-01", "", "", ""),)
    )
    assert [row[0] for row in side_by_side([told, told]).accounts] == ["0 ada", "1 ada"]
