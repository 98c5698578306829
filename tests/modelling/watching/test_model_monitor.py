"""SageMaker Model Monitor's files: the documented fields and check types, and no others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import dump_json
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.baseline import baseline
from unchurn.modelling.watching.constraints import checked, own_rules, violations
from unchurn.modelling.watching.model_monitor import of_training, statistics, suggested
from unchurn.modelling.watching.month import Month

CHECKS = {
    "data_type_check", "completeness_check", "baseline_drift_check", "missing_column_check",
    "extra_column_check", "categorical_values_check",
}  # fmt: skip
PARTS = {
    "calls": EncodedColumn("calls", "number"),
    "minutes": EncodedColumn("minutes", "number"),
    "plan": EncodedColumn("plan", "category", ("basic", "gold")),
    "since": EncodedColumn("since", "date"),
}
DRAW = np.random.default_rng(5)


def customers(rows: int, calls: float = 2.0) -> pa.RecordBatch:
    minutes = pa.array(DRAW.normal(180, 30, rows), mask=DRAW.random(rows) < 0.1)
    cells = {
        "calls": DRAW.poisson(calls, rows).astype(float),
        "minutes": minutes,
        "plan": pa.array(DRAW.choice(["basic", "gold"], rows)),
        "since": pa.array(DRAW.integers(10**15, 2 * 10**15, rows), pa.timestamp("us")),
    }
    return pa.record_batch(list(cells.values()), names=list(cells))


TRAINED = customers(2_000)
SCORES = DRAW.random(2_000)
THEN, _ = baseline(2_000, TRAINED.column, list(PARTS.values()), SCORES, {})
USUAL = suggested(THEN, PARTS)


def month(rows: pa.RecordBatch) -> Month:
    made = Month(THEN, PARTS)
    made.look(rows, DRAW.random(rows.num_rows))
    return made


def test_statistics_have_the_documented_fields() -> None:
    """Numbers and text each with theirs; buckets hold every cell; parts merge to the same file."""
    rows = customers(1_000)
    found = statistics(month(rows))
    assert found.keys() == {"version", "dataset", "features"}
    assert found["dataset"] == {"item_count": 1_000}
    by_name = {each["name"]: each for each in found["features"]}
    assert [by_name[name]["inferred_type"] for name in sorted(PARTS)] == [
        "Integral", "Fractional", "String", "Unknown",
    ]  # fmt: skip
    numbers = by_name["minutes"]["numerical_statistics"]
    assert numbers.keys() == {"common", "mean", "sum", "std_dev", "min", "max", "distribution"}
    common = numbers["common"]
    assert common["num_present"] + common["num_missing"] == 1_000
    buckets = numbers["distribution"]["kll"]["buckets"]
    assert all(each.keys() == {"lower_bound", "upper_bound", "count"} for each in buckets)
    assert (len(buckets), sum(each["count"] for each in buckets)) == (10, common["num_present"])
    values = np.array(rows.column("minutes").drop_null())
    assert numbers["mean"] == pytest.approx(values.mean())
    assert numbers["std_dev"] == pytest.approx(values.std())
    text = by_name["plan"]["string_statistics"]
    assert text["distinct_count"] == 2
    assert {each["value"] for each in text["distribution"]["categorical"]["buckets"]} == {
        "basic",
        "gold",
    }
    halves = month(rows.slice(0, 300))
    halves.merge(month(rows.slice(300)))
    again = {each["name"]: each for each in statistics(halves)["features"]}
    assert again["plan"] == by_name["plan"]
    assert (
        again["calls"]["numerical_statistics"]["distribution"]
        == (by_name["calls"]["numerical_statistics"]["distribution"])
    )


def test_constraints_have_the_documented_fields() -> None:
    """What held of training, and a file that is read back as it was written."""
    assert USUAL.keys() == {"version", "features", "monitoring_config"}
    by_name = {each["name"]: each for each in USUAL["features"]}
    assert by_name["calls"]["num_constraints"] == {"is_non_negative": True}
    assert by_name["plan"]["string_constraints"] == {"domains": ["basic", "gold"]}
    assert by_name["since"]["inferred_type"] == "Unknown"
    assert 0.85 < by_name["minutes"]["completeness"] < 0.95
    inner = USUAL["monitoring_config"]["distribution_constraints"]
    assert inner.keys() == {
        "perform_comparison", "comparison_threshold", "comparison_method",
        "categorical_comparison_threshold", "categorical_drift_method",
    }  # fmt: skip
    assert checked(USUAL, "constraints.json") == USUAL
    assert dump_json(USUAL)


def test_training_is_told_to_the_byte_whatever_the_order_of_its_rows() -> None:
    order = pa.array(DRAW.permutation(2_000))
    one, other = (
        of_training(*baseline(2_000, each.column, list(PARTS.values()), SCORES, {}), PARTS)
        for each in (TRAINED, TRAINED.take(order))
    )
    assert dump_json(one) == dump_json(other)
    told, held = one
    assert (told["dataset"]["item_count"], held) == (2_000, USUAL)
    assert violations(month(TRAINED), held) == [], "what held of every row holds of them"


def spoiled(**change: Any) -> pa.RecordBatch:
    rows = customers(500)
    for name, cells in change.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(cells))
    return rows


@pytest.mark.parametrize(
    ("rows", "name", "check"),
    [
        (spoiled(plan=["silver"] * 500), "plan", "categorical_values_check"),
        (spoiled(calls=[1.5] * 500), "calls", "data_type_check"),
        (spoiled(calls=[-1.0] * 500), "calls", "data_type_check"),
        (spoiled(minutes=[None] * 400 + [180.0] * 100), "minutes", "completeness_check"),
        (spoiled(minutes=[400.0] * 500), "minutes", "baseline_drift_check"),
    ],
)
def test_violations_are_of_the_documented_types(
    rows: pa.RecordBatch, name: str, check: str
) -> None:
    """Each names column, check and what was found; without edits none is a rule of one's own."""
    found = violations(month(rows), USUAL)
    assert all(
        each.keys() == {"feature_name", "constraint_check_type", "description"} for each in found
    )
    assert (name, check) in {
        (each["feature_name"], each["constraint_check_type"]) for each in found
    }
    assert {each["constraint_check_type"] for each in found} <= CHECKS
    assert own_rules(found, USUAL, USUAL) == []


def test_columns_that_are_missing_or_extra_are_named() -> None:
    """A column that no month has, and one that no constraint names; nothing where it is switched off."""
    edited = {**USUAL, "features": [{"name": "age", "inferred_type": "Integral"}]}
    found = violations(month(customers(500)), edited)
    checks = [(each["feature_name"], each["constraint_check_type"]) for each in found]
    assert checks[0] == ("age", "missing_column_check")
    assert ("plan", "extra_column_check") in checks
    assert own_rules(found, edited, USUAL) == found
    off = {**edited, "monitoring_config": {"evaluate_constraints": "Disabled"}}
    assert violations(month(customers(500)), off) == []


def test_one_columns_own_threshold_counts_for_it_alone() -> None:
    """monitoringConfigOverrides: half of the values may be new here, none elsewhere."""
    features = [dict(each) for each in USUAL["features"]]
    plan = next(each for each in features if each["name"] == "plan")
    plan["monitoringConfigOverrides"] = {
        "domain_content_threshold": 0.4,
        "distribution_constraints": {"perform_comparison": "Disabled"},
    }
    rows = spoiled(plan=["silver"] * 250 + ["gold"] * 250)
    found = violations(month(rows), {**USUAL, "features": features})
    assert "plan" not in {each["feature_name"] for each in found}
