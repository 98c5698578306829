"""A booster that tells a month from training: silent by chance, heard where columns part."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.watching.two_sample import (
    LEAST,
    compare_together,
    sampled,
    survivors,
    tell_apart,
)

ALPHAS = {"act": 0.001, "look": 0.005}
NAMES, TYPES = ("calls", "fee", "plan"), ("q", "q", "c")


def customers(rows: int, seed: int, together: float = 0.9) -> np.ndarray:
    """Draw calls and fees that go together, blanks, and a plan."""
    draw = np.random.default_rng(seed)
    calls = draw.normal(size=rows)
    fee = together * calls + np.sqrt(1 - together**2) * draw.normal(size=rows)
    fee[draw.random(rows) < 0.1] = np.nan
    return np.column_stack([calls, fee, draw.integers(0, 4, rows)]).astype(np.float32)


def compared(then: np.ndarray, now: np.ndarray, usual: float = 0.5) -> dict:
    apart = tell_apart(then, now, TYPES)
    assert apart is not None
    return compare_together(apart, NAMES, usual, ALPHAS, {"calls": 0.9, "fee": 0.1})


def test_a_month_of_the_same_law_is_a_coin() -> None:
    """The AUC is half within what chance makes, and the interval holds it."""
    found = compared(customers(1_000, 1), customers(500, 2))
    assert found["level"] == "steady"
    assert found["interval"][0] < 0.5 < found["interval"][1]
    assert found["reason"] == ""


def test_columns_that_part_while_each_stays_are_named() -> None:
    """Margins are the same, and both columns give it away, not the third."""
    found = compared(customers(1_000, 1), customers(1_000, 2, together=-0.9))
    assert found["level"] == "act"
    assert {each["name"] for each in found["columns"][:2]} == {"calls", "fee"}
    assert "told apart" in found["reason"]
    assert found["auc"] > 0.8 > found["floor"]["act"] > found["floor"]["look"] > 0.5


def test_a_change_that_hardly_moves_the_score_asks_to_look() -> None:
    """What gives it away has no weight: the score does not move by it."""
    apart = tell_apart(customers(1_000, 1), customers(1_000, 2, together=-0.9), TYPES)
    assert apart is not None
    weights = {"calls": 0.0, "fee": 0.001, "plan": 0.0, "other": 0.999}
    assert compare_together(apart, NAMES, 0.5, ALPHAS, weights)["level"] == "look"


def test_the_same_customers_once_more_are_not_told_by_having_been_seen() -> None:
    """Equal rows are in one fold: a month that is training itself is a coin, not below one."""
    rows = customers(1_000, 1)
    found = tell_apart(rows, rows.copy(), TYPES)
    assert found is not None
    assert found.auc == pytest.approx(0.5, abs=0.02)


def test_who_has_left_is_no_alarm() -> None:
    """Those who stayed are told from all as well as `survivors` says, and that is reckoned with."""
    draw = np.random.default_rng(5)
    everybody = draw.normal(size=(4_000, 3)).astype(np.float32)
    left = draw.random(4_000) < 1 / (1 + np.exp(-4 * everybody[:, 0]))
    chance = survivors(float(left.mean()), 0.92)
    stayed = everybody[2_000:][~left[2_000:]]
    apart = tell_apart(everybody[:2_000], stayed, ("q", "q", "q"))
    assert apart is not None
    assert apart.auc == pytest.approx(chance, abs=0.04)
    assert apart.auc > 0.65
    judged = compare_together(apart, NAMES, chance, ALPHAS, {})
    assert judged["level"] == "steady"


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (customers(LEAST - 1, 1), customers(500, 2)),
        (customers(500, 1), customers(1, 2)),
        (np.ones((500, 3), np.float32), np.ones((500, 3), np.float32)),
        (np.ones((500, 0), np.float32), np.ones((500, 0), np.float32)),
        (np.full((500, 3), np.nan, np.float32), np.full((500, 3), np.nan, np.float32)),
    ],
)
def test_too_little_to_judge_is_no_answer(then: np.ndarray, now: np.ndarray) -> None:
    """Few rows, no columns, or rows that are all alike."""
    assert tell_apart(then, now, TYPES[: then.shape[1]]) is None


@pytest.mark.parametrize(
    ("count", "width", "rows"), [(10, 3, 10), (50_000, 3, 2_000), (50_000, 900, 1_000), (0, 3, 0)]
)
def test_rows_are_kept_evenly_within_a_bound(count: int, width: int, rows: int) -> None:
    """At most 2,000 rows and 100,000 cells, each once."""
    places = sampled(count, width)
    assert len(places) == len(set(places.tolist())) == rows
    assert all(0 <= place < count for place in places.tolist())
