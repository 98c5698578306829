"""Slices that a list reaches otherwise, or of which it came true otherwise: large and beyond chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.attention import (
    attention_reasons,
    compare_calibration,
    compare_reach,
)
from unchurn.modelling.watching.expected import in_cells
from unchurn.modelling.watching.watched_slices import SliceSketch, slice_baseline, slicings

PLANS = np.array(["basic", "gold", "rare"])
PART = EncodedColumn("plan", "category", ("basic", "gold"))
ALPHA = 0.05 / 30
Drawn = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.int8]]


def drawn(rows: int, seed: int, gold: float = 1.0) -> Drawn:
    """Plans (2 is in no slice), risks and who left; `gold` is by how much that plan scores higher."""
    draw = np.random.default_rng(seed)
    plan = draw.choice(3, rows, p=[0.6, 0.3, 0.1])
    odds = draw.lognormal(-2 + 0.8 * (plan == 0), 0.8) * np.where(plan == 1, gold, 1.0)
    risk = odds / (1 + odds)
    return plan, risk, (draw.random(rows) < risk).astype(np.int8)


def cells(plan: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(PLANS[plan])


def trained() -> dict[str, Any]:
    plan, risk, left = drawn(6_000, 1)
    return slice_baseline(PART, cells(plan), left, risk)[0]


THEN = trained()
CUT = slicings([THEN], {"plan": PART})[0]


def sketched(plan: npt.NDArray[np.int64], risk: npt.NDArray[np.float64]) -> SliceSketch:
    made = SliceSketch(len(CUT.names))
    made.add(CUT.places(cells(plan)), in_cells(risk)[2])
    return made


def by_slice(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["slice"]: each for each in found}


@pytest.mark.parametrize("stayed", [False, True])
def test_months_like_training_and_its_survivors_are_steady(stayed: bool) -> None:
    """Forty months of 500 customers: none is looked at, whether or not who left is still among them."""
    for seed in range(10, 50):
        plan, risk, left = drawn(500, seed)
        kept = left == 0 if stayed else np.ones(500, np.bool_)
        found = compare_reach(THEN, sketched(plan[kept], risk[kept]), ALPHA)
        assert {each["level"] for each in found} == {"steady"}, seed


def test_a_slice_that_is_reached_otherwise_asks_to_look() -> None:
    """One reason for all that it moves, with shares; nothing asks to act."""
    plan, risk, _ = drawn(2_000, 3, gold=5.0)
    found = compare_reach(THEN, sketched(plan, risk), ALPHA)
    gold = by_slice(found)["gold"]
    assert (gold["level"], gold["change"] > 0.1) == ("look", True)
    reached = np.mean(np.argsort(np.argsort(-risk))[plan == 1] < 400)
    assert gold["reach"] == pytest.approx(reached, abs=0.01)
    reasons = attention_reasons(found)
    assert [each["level"] for each in reasons] == ["look"]
    assert "'plan' gold otherwise" in reasons[0]["words"]
    assert "So have 1 slice more." in reasons[0]["words"]
    assert compare_reach(THEN, sketched(plan[:40], risk[:40]), ALPHA)[1:] == []  # too few of gold


def test_a_month_that_scores_higher_moves_no_slice() -> None:
    """Reach is a matter of order: the level of the scores is told elsewhere."""
    plan, risk, _ = drawn(2_000, 4)
    found = compare_reach(THEN, sketched(plan, risk), ALPHA)
    higher = compare_reach(THEN, sketched(plan, np.sqrt(risk)), ALPHA)
    assert [each["level"] for each in higher] == ["steady", "steady"]
    for one, other in zip(found, higher, strict=True):
        assert one["reach"] == pytest.approx(other["reach"], abs=0.01)
    assert attention_reasons(found) == []


def test_parts_of_a_month_add_up() -> None:
    """However a table is cut, the reach is the same."""
    plan, risk, _ = drawn(900, 5)
    whole, part = sketched(plan, risk), sketched(plan[:100], risk[:100])
    part.merge(sketched(plan[100:], risk[100:]))
    assert part.reached() == pytest.approx(whole.reached())
    assert whole.reached().sum() <= 0.2 * 900 + 1e-9


def lived(left: npt.NDArray[np.int8], plan: Any, risk: Any) -> dict[str, dict[str, Any]]:
    places, weights = CUT.places(cells(plan)), np.ones(len(risk))
    found = compare_calibration(THEN, places, left.astype(np.int64), risk, weights, ALPHA)
    return by_slice(found)


def test_a_slice_of_which_it_came_true_otherwise_asks_to_look() -> None:
    """Twice as many of one slice; where twice as many of everybody leave, no slice is named."""
    plan, risk, left = drawn(6_000, 6)
    as_said = lived(left, plan, risk)
    assert {each["level"] for each in as_said.values()} == {"steady"}
    draw = np.random.default_rng(7)
    more = np.where(plan == 1, draw.random(6_000) < np.minimum(1, 2.5 * risk), left == 1)
    gold = lived(more.astype(np.int8), plan, risk)["gold"]
    assert (gold["level"], gold["left"] > gold["expected"]) == ("look", True)
    assert "'plan' gold no longer mean what they meant" in gold["reason"]
    all_of_them = (draw.random(6_000) < np.minimum(1, 1.8 * risk)).astype(np.int8)
    assert {each["level"] for each in lived(all_of_them, plan, risk).values()} == {"steady"}
    assert lived(np.zeros(6_000, np.int8), plan, risk) == {}  # nobody left: nothing is beside it
