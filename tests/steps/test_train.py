from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prepared_tables import Wanted, prepared, trained
from unchurn import project as config
from unchurn.artefacts import EARLY, LABEL, LATE, PHASE, WEIGHT, Model, Params, Prepared, dump_json
from unchurn.errors import ConfigError
from unchurn.modelling.fitting.configurations import chosen
from unchurn.modelling.fitting.plan import plan
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.scoring.ensemble import LiveModel


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def model(data: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return trained(data, tmp_path_factory.mktemp("model") / "m")


def live(model: Model, which: str = "boosters") -> LiveModel:
    return LiveModel.load(getattr(model, which), model.model, model.encoder, 1)


def test_probabilities_beat_the_base_rate_on_rows_never_seen(data: Prepared, model: Model) -> None:
    """The evaluated boosters predict test rows better than the share of churn does."""
    rows = Rows.read(data.test, live(model).encoder)
    found = live(model, "evaluated")
    p = found.probability(found.margin(rows.matrix))
    y = rows.labels
    loss = -np.mean(np.where(y > 0, np.log(p), np.log1p(-p)))
    rate = model.model["base_rate"]
    assert loss < -np.mean(np.where(y > 0, np.log(rate), np.log1p(-rate))) - 0.05


@pytest.mark.parametrize("which", ["boosters", "evaluated"])
def test_contributions_sum_to_the_margin(data: Prepared, model: Model, which: str) -> None:
    """Every row's exact TreeSHAP adds up to its uncalibrated margin in float64."""
    found = live(model, which)
    matrix = Rows.read(data.test, found.encoder).matrix
    parts = found.contributions(matrix)
    assert parts.shape == (len(matrix), len(found.encoder.columns) + 1)
    np.testing.assert_allclose(parts.sum(axis=1), found.margin(matrix), rtol=0, atol=1e-12)


def test_slices_of_training_are_kept_for_later_months(data: Prepared, model: Model) -> None:
    """Every row that a fold held out is in one slice of a column, or in none; a fifth of them is reached."""
    assert model.baseline is not None
    slices = model.baseline["slices"]
    assert slices
    for each in slices:
        assert len(each["names"]) > 1
        assert sum(each["rows"]) <= data.rows["train"]
        assert sum(each["reached"]) <= 0.2 * data.rows["train"] + 1e-6
        assert all(left <= rows for left, rows in zip(each["left"], each["rows"], strict=True))


def test_model_monitors_baseline_is_written_with_the_model(data: Prepared, model: Model) -> None:
    """Of every training row, by column; small."""
    told, held = model.statistics, model.constraints
    assert told["dataset"] == {"item_count": data.rows["train"]}
    assert model.baseline is not None
    names = sorted(model.baseline["columns"])
    assert [each["name"] for each in told["features"]] == names
    assert [each["name"] for each in held["features"]] == names
    assert len(dump_json(told)) + len(dump_json(held)) < 4_000 * len(names)


def test_an_empty_batch_scores_to_nothing(model: Model) -> None:
    """No rows in, no rows out."""
    found = live(model)
    none = np.empty((0, len(found.encoder.columns)), np.float32)
    assert found.margin(none).shape == (0,)
    assert found.contributions(none).shape == (0, len(found.encoder.columns) + 1)


def test_model_json_holds_what_scoring_needs(data: Prepared, model: Model) -> None:
    """Members, cut points, out-of-fold figures and every configuration tried are on record."""
    plain = model.model
    assert sum(each["weight"] for each in plain["members"]) == pytest.approx(1)
    assert [each["name"] for each in plain["configurations"]] == ["shallow", "light"]
    quantiles = plain["cut_points"]["quantiles"]
    assert len(quantiles) == 1001
    assert quantiles == sorted(quantiles)
    assert plain["out_of_fold"]["roc_auc"] > 0.6
    assert set(model.config) == {"data", "train", "split", "features"}
    assert set(model.config["data"]).isdisjoint({"train", "score"})
    table = pq.read_table(model.out_of_fold)
    assert table.num_rows == data.rows["train"]
    assert table.column_names == ["margin", "probability"]


def test_a_member_of_derived_columns_has_them_in_its_encoder(
    data: Prepared, tmp_path: Path
) -> None:
    """Beside a plain member: each reads its own columns, and reasons name the table's alone."""
    both = Params([each.to_plain() for each in chosen(["shallow", "light-derived"])])
    model = trained(data, tmp_path / "m", params=both)
    found = live(model)
    assert found.encoder.pairs
    matrix = Rows.read(data.test, found.encoder).matrix
    assert matrix.shape[1] == found.encoder.width > len(found.encoder.columns)
    parts = found.contributions(matrix)
    assert parts.shape == (len(matrix), len(found.encoder.columns) + 1)
    np.testing.assert_allclose(parts.sum(axis=1), found.margin(matrix), rtol=0, atol=1e-12)
    alone = np.array([found.margin(row[None])[0] for row in matrix])
    np.testing.assert_array_equal(alone, found.margin(matrix))


def test_where_nothing_can_be_derived_its_members_are_not_fitted(
    data: Prepared, tmp_path: Path
) -> None:
    """They would be twins of others; named alone, one is fitted on the table's own columns."""
    columns = [each for each in data.encoder["columns"] if each["name"] != "calls"]
    one_number = replace(data, encoder={**data.encoder, "columns": columns})
    for names, tried in ((["light", "light-derived"], ["light"]), (["light-derived"],) * 2):
        params = Params([each.to_plain() for each in chosen(names)])
        model = trained(one_number, tmp_path / "-".join(names), params=params)
        assert [each["name"] for each in model.model["configurations"]] == tried
        assert "pairs" not in model.encoder


def test_without_such_a_member_nothing_is_derived(data: Prepared, model: Model) -> None:
    """The encoder stays what prepare made of it: no cost where nobody reads them."""
    assert model.encoder == data.encoder
    assert "pairs" not in model.encoder


def test_the_same_inputs_give_the_same_bytes(data: Prepared, tmp_path: Path) -> None:
    """Two trainings publish folders with one and the same manifest."""
    for name in ("a", "b"):
        trained(data, tmp_path / name)
    assert (tmp_path / "a/manifest.json").read_bytes() == (
        tmp_path / "b/manifest.json"
    ).read_bytes()


def test_evaluated_boosters_never_see_a_test_row(data: Prepared, tmp_path: Path) -> None:
    """Turning every test label around changes the shipped boosters and not the evaluated ones."""
    table = pq.read_table(data.test)
    place = table.schema.get_field_index(LABEL)
    flipped = (1 - table[LABEL].to_numpy()).astype(np.int8)
    pq.write_table(table.set_column(place, LABEL, [flipped]), tmp_path / "test.parquet")
    other = Prepared(
        data.train, tmp_path / "test.parquet", data.schema, data.encoder, data.profile,
        data.rows, data.findings,
    )  # fmt: skip
    one, two = trained(data, tmp_path / "one"), trained(other, tmp_path / "two")
    name = one.model["members"][0]["file"]
    assert (one.evaluated / name).read_bytes() == (two.evaluated / name).read_bytes()
    assert (one.boosters / name).read_bytes() != (two.boosters / name).read_bytes()
    assert one.model == two.model


def test_rows_aside_join_what_is_shipped_alone(data: Prepared, tmp_path: Path) -> None:
    """What was evaluated, its weights and its figures are those of a training without them."""
    aside = replace(data, aside=data.test)
    one, two = trained(data, tmp_path / "one"), trained(aside, tmp_path / "two")
    name = one.model["members"][0]["file"]
    assert (one.evaluated / name).read_bytes() == (two.evaluated / name).read_bytes()
    assert (one.boosters / name).read_bytes() != (two.boosters / name).read_bytes()
    assert one.model == two.model
    alone = trained(aside, tmp_path / "alone", config.Train(refit=False))
    assert (alone.boosters / name).read_bytes() == (one.evaluated / name).read_bytes()


def test_without_refit_the_evaluated_boosters_ship(data: Prepared, tmp_path: Path) -> None:
    """refit = false ships the very files that were evaluated."""
    made = trained(data, tmp_path / "m", config.Train(refit=False))
    for each in made.model["members"]:
        name = each["file"]
        assert (made.boosters / name).read_bytes() == (made.evaluated / name).read_bytes()


def test_a_large_table_ships_the_fits_themselves(
    data: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fold is judged by boosters that never saw it, and they are what is evaluated and shipped."""
    step = importlib.import_module("unchurn.steps.train")
    monkeypatch.setattr(step, "plan", lambda *size: replace(plan(*size), folds=1))
    made = trained(data, tmp_path / "m")
    assert made.model["refit"] is False
    files = [each["file"] for each in made.model["members"]]
    assert files and all(
        (made.boosters / name).read_bytes() == (made.evaluated / name).read_bytes()
        for name in files
    )
    judged = pq.read_table(made.out_of_fold)
    rows = Rows.read(data.train, live(made).encoder)
    held = np.flatnonzero(rows.folds == rows.folds.min())
    np.testing.assert_array_equal(np.flatnonzero(judged["margin"].is_valid()), held)
    margins = live(made).margin(rows.matrix[held])
    np.testing.assert_allclose(margins, judged["margin"].drop_null(), atol=1e-5)


def test_members_limits_what_ships(data: Prepared, tmp_path: Path) -> None:
    """members = 1 ships one booster file, with all of the weight."""
    made = trained(data, tmp_path / "m", config.Train(members=1))
    assert len(list(made.boosters.iterdir())) == 1
    assert [each["weight"] for each in made.model["members"]] == [1.0]


@pytest.mark.parametrize("missing", ["native", "impute"])
@pytest.mark.parametrize("categories", ["native", "one-hot"])
def test_every_way_of_encoding_trains(tmp_path: Path, missing: str, categories: str) -> None:
    """Options of [features] go through training, scoring and explaining alike."""
    features = config.Features(missing=missing, categories=categories)
    data = prepared(tmp_path / "p", Wanted(rows=200), features)
    made = live(trained(data, tmp_path / "m"))
    matrix = Rows.read(data.test, made.encoder).matrix
    assert np.isfinite(made.contributions(matrix)).all()


def test_sixty_rows_are_enough_to_train(tmp_path: Path) -> None:
    """A tiny table gives a model that scores, however little it knows."""
    data = prepared(tmp_path / "p", Wanted(rows=60))
    made = trained(data, tmp_path / "m")
    found = live(made)
    p = found.probability(found.margin(Rows.read(data.test, found.encoder).matrix))
    assert ((p > 0) & (p < 1)).all()


def test_cuda_without_a_gpu_is_refused(data: Prepared, tmp_path: Path) -> None:
    """A device that is not there stops training before anything is fitted."""
    with pytest.raises(ConfigError, match="cuda"):
        trained(data, tmp_path / "m", config.Train(device="cuda"))


def test_folds_forward_in_time_and_weights_make_a_model(data: Prepared, tmp_path: Path) -> None:
    """The out-of-fold table has every training row, blank where no fold held it out."""
    table = pq.read_table(data.train)
    phases = np.where(np.arange(table.num_rows) % 3 == 0, LATE, EARLY).astype(np.int8)
    asked = table.append_column(PHASE, pa.array(phases))
    pq.write_table(
        asked.append_column(WEIGHT, pa.array(np.ones(len(phases), np.float32))),
        tmp_path / "train.parquet",
    )
    tested = pq.read_table(data.test)
    tested = tested.append_column(PHASE, pa.array(np.zeros(tested.num_rows, np.int8)))
    tested = tested.append_column(WEIGHT, pa.array(np.ones(tested.num_rows, np.float32)))
    pq.write_table(tested, tmp_path / "test.parquet")
    asking = replace(data, train=tmp_path / "train.parquet", test=tmp_path / "test.parquet")
    made = trained(asking, tmp_path / "model")
    found = pq.read_table(made.out_of_fold)["probability"].to_numpy()
    assert np.array_equal(np.isnan(found), phases != LATE)
    assert made.model["out_of_fold"]["roc_auc"] > 0.6
