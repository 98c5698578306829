"""A model of the effect, written, read and asked: what contact changes, and who is left in peace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import Column
from unchurn.errors import ArtefactError, DataError
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings, write
from unchurn.modelling.uplift.experiment import Experiment, sides
from unchurn.modelling.uplift.learner_choice import learn
from unchurn.modelling.uplift.live import LiveUplift, lacking_words, with_risk
from unchurn.project import Features

ROWS = 3000


@pytest.fixture(scope="module")
def customers() -> pa.Table:
    draw = np.random.default_rng(1)
    plan = draw.choice(["basic", "gold"], ROWS)
    return pa.table({"Plan": plan, "Usage": draw.normal(size=ROWS)})


@pytest.fixture(scope="module")
def live(customers: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> tuple[LiveUplift, Path]:
    """Contact keeps three in ten of the gold plan, and makes two in ten of the others leave."""
    columns = [Column("Plan", "category"), Column("Usage", "number")]
    encoder = Encoder.fit(customers, columns, Features())
    draw = np.random.default_rng(2)
    risk = draw.uniform(0.35, 0.45, ROWS)
    gold = np.array(customers["Plan"].to_pylist()) == "gold"
    arm = draw.random(ROWS) < 0.5
    stayed = draw.random(ROWS) >= risk - arm * np.where(gold, 0.3, -0.2)
    side = sides(str(row) for row in range(ROWS))
    matrix = with_risk(encoder, customers, risk)
    experiment = Experiment(matrix, arm, stayed, np.full(ROWS, 0.5), np.arange(ROWS), side)
    kinds = (*encoder.feature_types, "q")
    learned = learn(experiment, kinds, Settings(kinds, 0.5, 1, "cpu", 7), resamples=2)
    folder = tmp_path_factory.mktemp("boosters")
    for name, booster in learned.boosters.items():
        write(booster, folder / f"{name}.ubj")
    found: dict[str, Any] = {**learned.found, "usual": learned.usual.to_plain()}
    return LiveUplift.load(folder, found, encoder.to_plain()), folder


def test_effects_and_who_is_left_in_peace(
    live: tuple[LiveUplift, Path], customers: pa.Table
) -> None:
    """Batch by batch as at once; whom contact makes leave are those of the basic plan."""
    model, risk = live[0], np.full(ROWS, 0.4)
    share, disturbed = model.effects(customers.to_batches(max_chunksize=700), risk)
    at_once, alike = model.effect(customers, risk)
    np.testing.assert_array_equal(share, at_once)
    np.testing.assert_array_equal(disturbed, alike)
    gold = np.array(customers["Plan"].to_pylist()) == "gold"
    # what is uncertain is drawn towards the mean effect
    assert share[gold].mean() > 0.1 > -0.05 > share[~gold].mean()
    assert disturbed[~gold].mean() > 0.5
    assert not disturbed[gold].any()
    assert [len(each) for each in model.effects([], np.zeros(0))] == [0, 0]


def test_a_plan_that_was_never_learned_from_is_the_usual_one(live: tuple[LiveUplift, Path]) -> None:
    """A blank and an unknown plan are read as the commonest, not as the plan at one end."""
    rows = pa.table({"Plan": pa.array([None, "silver", "basic", "gold"]), "Usage": [0.0] * 4})
    blank, unknown, basic, gold = live[0].effect(rows, np.full(4, 0.4))[0].tolist()
    assert blank in (basic, gold)
    assert unknown in (basic, gold)


def test_columns_that_are_missing_are_named(live: tuple[LiveUplift, Path], tmp_path: Path) -> None:
    """Before anything is ranked, and where it is tried all the same; a lost booster, too."""
    model, _ = live
    assert lacking_words(model, ["Usage", "Plan", "more"]) == ""
    assert "'Plan'" in lacking_words(model, ["Usage"])
    with pytest.raises(DataError, match="'Plan'"):
        model.effect(pa.table({"Usage": [1.0]}), np.array([0.5]))
    with pytest.raises(ArtefactError, match="is missing"):
        LiveUplift.load(tmp_path, model.found, model.encoder.to_plain())
