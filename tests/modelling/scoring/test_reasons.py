"""Contributions merge without changing their sum, and rank a row at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scored_tables import customers, hand_made
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.reasons import LEAST, business_contributions, strongest


@dataclass(frozen=True)
class Names:
    """An encoder as far as reasons look at it."""

    business: tuple[str, ...]
    typical: dict[str, float | str] = field(default_factory=dict)


ENCODER = Names(("calls", "plan", "plan", "plan", "mins", "charge"))
RELATED = [["charge", "mins"]]
SHAP = arrays(
    np.float64, st.tuples(st.integers(1, 6), st.just(7)), elements=st.floats(-5, 5, width=32)
)


@settings(max_examples=60)
@given(shap=SHAP, related=st.sampled_from([(), RELATED, [["calls", "plan", "gone"], ["mins"]]]))
def test_merging_never_changes_a_rows_sum(shap: np.ndarray, related: list[list[str]]) -> None:
    """Merged contributions and the base add up to what the unmerged ones did."""
    _, matrix, base = business_contributions(shap, ENCODER, related)
    assert np.allclose(matrix.sum(axis=1) + base, shap.sum(axis=1), atol=1e-12)


@pytest.mark.parametrize("categories", ["native", "one-hot"])
@pytest.mark.parametrize("missing", ["native", "impute"])
def test_contributions_of_a_real_model_sum_to_its_margin(
    tmp_path_factory: pytest.TempPathFactory, categories: str, missing: str
) -> None:
    """Business contributions plus the base are the uncalibrated margin, on every encoding."""
    made = hand_made(tmp_path_factory.mktemp("model"), categories, missing=missing)
    live = LiveModel.load(made.boosters, made.model, made.encoder, 1)
    matrix = live.encoder.transform(customers(200, seed=9))
    names, merged, base = business_contributions(live.contributions(matrix), live.encoder)
    assert names == ("CustServ Calls", "Day Charge", "Day Mins", "Plan", "Since")
    assert np.allclose(merged.sum(axis=1) + base, live.margin(matrix), rtol=0, atol=1e-12)


def test_one_hot_columns_come_back_as_their_business_column() -> None:
    """Three columns of one plan are one column, in order of first appearance."""
    names, matrix, base = business_contributions(np.array([[1, 2, 3, -4, 5, 6, 9.0]]), ENCODER)
    assert names == ("calls", "plan", "mins", "charge")
    assert matrix.tolist() == [[1, 1, 5, 6]]
    assert base.tolist() == [9]


def test_a_group_is_named_by_its_strongest_member() -> None:
    """Over many rows, the member with the largest mean absolute contribution leads."""
    names, matrix, _ = business_contributions(
        np.array([[1, 0, 0, 0, 2, -6, 9.0]]), ENCODER, RELATED
    )
    assert names == ("calls", "plan", "charge")
    assert matrix.tolist() == [[1, 0, -4]]


def test_a_risky_row_is_given_what_raises_strongest_first() -> None:
    """Minutes and charge count together; what lowers the risk is no reason of a risky row."""
    (found,) = strongest(np.array([[0.5, -0.2, 0, 0, 0.4, 0.3, -1.0]]), ENCODER, RELATED)
    assert [(each.column, each.others) for each in found] == [("mins", ("charge",)), ("calls", ())]
    assert found[0].contribution == pytest.approx(0.7)


def test_a_safe_row_is_given_what_lowers() -> None:
    """Below the base margin, the reasons point the other way."""
    (found,) = strongest(np.array([[0.5, -2, 0, 0, -0.4, 0.1, 3.0]]), ENCODER, RELATED)
    assert [each.column for each in found] == ["plan", "mins"]


def test_the_name_of_a_group_has_the_direction_of_the_group() -> None:
    """A member that pulls the other way does not name the group, however strong."""
    (found,) = strongest(np.array([[0, 0, 0, 0, 0.3, -0.2, 0.0]]), ENCODER, RELATED)
    assert (found[0].column, found[0].contribution) == ("mins", pytest.approx(0.1))


def test_contributions_too_weak_to_matter_are_no_reasons() -> None:
    """Fewer than three sensible reasons means fewer than three."""
    (found,) = strongest(np.array([[0.5, LEAST / 2, 0, 0, 0, 0, 0.0]]), ENCODER, ())
    assert [each.column for each in found] == ["calls"]


def test_ties_go_by_column_name() -> None:
    """Equal contributions are ordered by name, not by where the column stands."""
    (found,) = strongest(np.array([[1.0, 1, 0, 0, 1, 1, 0]]), ENCODER, ())
    assert [each.column for each in found] == ["calls", "charge", "mins"]


@settings(max_examples=40)
@given(shap=SHAP)
def test_a_rows_reasons_ignore_its_neighbours(shap: np.ndarray) -> None:
    """Each row alone has the reasons that it has among the others."""
    among = strongest(shap, ENCODER, RELATED, most=None)
    assert among == [strongest(row[None], ENCODER, RELATED, most=None)[0] for row in shap]
    assert {len(row) for row in among} == {3}


def test_moving_the_first_reason_to_typical_does_not_raise_the_score(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Where the first reason raises the risk, taking it away helps in at least 90% of cases."""
    made = hand_made(tmp_path_factory.mktemp("model"), missing="impute")
    live = LiveModel.load(made.boosters, made.model, made.encoder, 1)
    encoder = live.encoder
    table = customers(1000, seed=3)
    matrix = encoder.transform(table)
    related = made.profile["related"]
    found = strongest(live.contributions(matrix), encoder, related)
    typical = encoder.transform(
        pa.table(
            {name: [value] for name, value in encoder.typical.items() if name != "Since"}
            | {"Since": [np.datetime64(encoder.typical["Since"], "us")]}
        )
    )[0]
    moved, rows = matrix.copy(), []
    for row, reasons in enumerate(found):
        if reasons and reasons[0].contribution > 0:
            names = {reasons[0].column, *reasons[0].others}
            places = [place for place, name in enumerate(encoder.business) if name in names]
            moved[row, places] = typical[places]
            rows.append(row)
    fell = live.margin(moved)[rows] <= live.margin(matrix)[rows] + 1e-9
    assert len(rows) > 100 and fell.mean() >= 0.9
