"""register: only what passed becomes a version, once, with a model card that fits the schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from unchurn.artefacts import Evaluation, Model, RunLineage, Verdict, Version, sha256_of
from unchurn.errors import ArtefactError, RegistryError
from unchurn.registry import Registry, check_files, open_registry
from unchurn.steps.register import register

METRIC = {"value": 0.8, "low": 0.7, "high": 0.9}
LINEAGE = RunLineage("run-1", "d" * 64, "c" * 64, "e" * 64, {"xgboost": "3.2.0"})
PASSED = {"verdict": "passed", "promote": True, "words": "Better than nothing.", "rules": []}
OURS: dict[str, Any] = {
    "project": {"target": "Churn?", "positive": "True.", "id": None, "features": ["a", "b"]},
    "rows": {"train": 800, "train_churned": 120, "test": 200, "test_churned": 30},
    "metrics": {"roc_auc": METRIC, "lift_top_decile": {"value": None, "low": None, "high": None}},
    "out_of_fold": {"roc_auc": 0.81, "log_loss": 0.3, "ece": None},
    "baselines": {"always_no": {"log_loss": 0.42, "roc_auc": None}, "champion": None},
    "custom": {},
    "threshold": 0.5,
    "confusion": {"tp": 20, "fp": 5, "tn": 165, "fn": 10},
    "slices": [{"column": "Plan"}, {"column": "Area"}, {"column": "Plan"}],
    "findings": [
        {"severity": "note", "words": "Three columns are constant."},
        {"severity": "blocked", "words": "The reason for leaving gives the label away."},
    ],
}
MODEL: dict[str, Any] = {
    "members": [{"name": "shallow", "weight": 1.0, "params": {"max_depth": "3", "note": ""}}],
    "versions": {"xgboost": "3.2.0"},
}


def a_model(root: Path, run: str = "run-1", booster: bytes = b"trees") -> Model:
    folder = root / "runs" / run / "model"
    for name in ("boosters", "evaluated"):
        (folder / name).mkdir(parents=True)
        (folder / name / "m0.ubj").write_bytes(booster)
    (folder / "out_of_fold.parquet").write_bytes(b"rows")
    made = Model(
        folder / "boosters", folder / "evaluated", MODEL, {}, {}, {}, {},
        folder / "out_of_fold.parquet",
    )  # fmt: skip
    made.save(folder)
    return Model.load(folder)


def an_evaluation(root: Path, run: str = "run-1", **changes: object) -> Evaluation:
    folder = root / "runs" / run / "evaluation"
    folder.mkdir(parents=True)
    names = ("shap.csv", "feature_importance.png", "report.html")
    for name in names:
        (folder / name).write_bytes(b"x")
    made = Evaluation({"unchurn": {**OURS, **changes}}, *(folder / name for name in names))
    made.save(folder)
    return Evaluation.load(folder)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return open_registry(tmp_path)


Do = Callable[..., Version]


@pytest.fixture
def do(tmp_path: Path, registry: Registry) -> Do:
    def one(run: str = "run-1", verdict: dict[str, Any] = PASSED, **changes: object) -> Version:
        model = a_model(tmp_path, run, run.encode())
        evaluation = an_evaluation(tmp_path, run, **changes)
        lineage = replace(LINEAGE, run_id=run)
        return register(model, evaluation, Verdict(verdict), registry, lineage)

    return one


def test_the_signature_can_be_wired() -> None:
    """The runner resolves every parameter by its type."""
    hints = get_type_hints(register)
    assert list(hints.values()) == [Model, Evaluation, Verdict, Registry, RunLineage, Version]


def test_a_passed_model_becomes_a_version(tmp_path: Path, registry: Registry, do: Do) -> None:
    """The first is champion, its bundle is found by the registry, and every hash is kept."""
    made = do()
    bundle = sha256_of(tmp_path / "runs/run-1/model/manifest.json")
    assert made.version == {"version": 1, "promoted": True, "bundle": bundle, "verdict": "passed"}
    record = registry.get(1)
    assert check_files(tmp_path, record) == tmp_path / "runs/run-1/model"
    entry = record.entry
    assert (entry.data_sha256, entry.config_sha256, entry.code_sha256) == (
        "d" * 64, "c" * 64, "e" * 64,
    )  # fmt: skip
    assert (entry.environment, entry.metrics) == ({"xgboost": "3.2.0"}, OURS["metrics"])
    evaluated = sha256_of(tmp_path / "runs/run-1/evaluation/manifest.json")
    assert (entry.verdict, entry.lineage["evaluation_sha256"]) == (PASSED, evaluated)


@pytest.mark.parametrize(
    ("refit", "said"),
    [
        (False, "Fitted to 800 rows, 120 of them of customers who left."),
        (
            True,
            "Fitted to 1000 rows, 150 of them of customers who left; judged by a fit to the 800",
        ),
    ],
)
def test_the_card_says_what_the_shipped_model_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, do: Do, refit: bool, said: str
) -> None:
    """Where it is refitted, that is every row, those it was judged on included."""
    monkeypatch.setitem(MODEL, "refit", refit)
    assert said in do().card["training_details"]["training_observations"]


@pytest.mark.parametrize("verdict", ["refused", "cannot tell"])
def test_what_did_not_pass_is_not_registered(
    tmp_path: Path, registry: Registry, do: Do, verdict: str
) -> None:
    """No version, no card, and not even a registry file."""
    made = do(verdict={**PASSED, "verdict": verdict, "promote": False})
    assert (made.version["version"], made.version["promoted"]) == (None, False)
    assert (made.version["verdict"], made.card) == (verdict, {})
    assert not (tmp_path / "registry.db").exists()


def test_registering_again_gives_the_same_version(tmp_path: Path, registry: Registry) -> None:
    """A kill between registering and publishing is mended by running the step again."""
    model, evaluation = a_model(tmp_path), an_evaluation(tmp_path)
    once, again = (
        register(model, evaluation, Verdict(PASSED), registry, LINEAGE) for _ in range(2)
    )
    assert once == again
    assert len(registry.records()) == 1


def test_the_same_model_of_another_run_is_the_version_it_was(
    tmp_path: Path, registry: Registry
) -> None:
    """A model judged again, by other costs, makes no version and moves no alias."""
    for run, verdict in (("run-1", PASSED), ("run-2", {**PASSED, "promote": True})):
        model, evaluation = a_model(tmp_path, run), an_evaluation(tmp_path, run)
        lineage = replace(LINEAGE, run_id=run, config_sha256=run[-1] * 64)
        made = register(model, evaluation, Verdict(verdict), registry, lineage)
    assert (made.version["version"], made.version["promoted"]) == (1, False)
    assert (len(registry.records()), len(registry.audit())) == (1, 1)


def test_the_same_run_with_other_files_is_refused(tmp_path: Path, registry: Registry) -> None:
    """A run whose model changed under its id is an error, and the version stays as it was."""
    model, evaluation = a_model(tmp_path), an_evaluation(tmp_path)
    register(model, evaluation, Verdict(PASSED), registry, LINEAGE)
    other = a_model(tmp_path / "elsewhere", booster=b"other trees")
    with pytest.raises(RegistryError, match="registered already as version 1"):
        register(other, evaluation, Verdict(PASSED), registry, LINEAGE)


def test_the_gate_says_whether_it_takes_over(registry: Registry, do: Do) -> None:
    """A model that passed without leave to take over becomes challenger."""
    do("run-1")
    baselines = {"champion": {"version": 1, "metrics": {"log_loss": 0.31}}}
    second = do("run-2", {**PASSED, "promote": False}, baselines=baselines)
    assert (second.version["version"], second.version["promoted"]) == (2, False)
    third = do("run-3", baselines=baselines)
    assert (third.version["version"], third.version["promoted"]) == (3, True)
    assert (registry.alias("champion"), registry.alias("challenger")) == (3, 2)


def test_a_model_judged_before_there_was_a_champion_does_not_depose_it(
    registry: Registry, do: Do
) -> None:
    """Two trainings at once, both judged against nothing: the slower one is challenger."""
    do("run-1")
    late = do("run-2")
    assert late.version["promoted"] is False
    assert registry.alias("champion") == 1


def test_an_unpublished_model_is_refused(tmp_path: Path, registry: Registry) -> None:
    """Without a manifest there is no identity, and so no version."""
    model, evaluation = a_model(tmp_path), an_evaluation(tmp_path)
    (tmp_path / "runs/run-1/model/manifest.json").unlink()
    with pytest.raises(ArtefactError, match="not a published artefact"):
        register(model, evaluation, Verdict(PASSED), registry, LINEAGE)
    assert registry.records() == ()


def test_the_version_can_be_published(tmp_path: Path, do: Do) -> None:
    """The artefact is plain data that survives being saved and loaded."""
    made = do()
    made.save(tmp_path / "version")
    assert Version.load(tmp_path / "version") == made


# The parts of SageMaker's "SageMakerModelCardSchema" (draft 7) that a card can break: the keys
# of each object (it may hold no others), the longest text and the longest list.
CARD = {
    "model_overview": {"model_description", "model_owner", "model_creator", "problem_type",
                       "algorithm_type", "model_id", "model_artifact", "model_name",
                       "model_version", "inference_environment"},
    "intended_uses": {"purpose_of_model", "intended_uses", "risk_rating",
                      "factors_affecting_model_efficiency", "explanations_for_risk_rating"},
    "business_details": {"business_problem", "business_stakeholders", "line_of_business"},
    "training_details": {"objective_function", "training_observations", "training_job_details"},
    "additional_information": {"ethical_considerations", "caveats_and_recommendations",
                               "custom_details"},
}  # fmt: skip


def assert_fits_the_schema(card: dict[str, Any]) -> None:
    assert set(card) <= {*CARD, "evaluation_details"}
    for section, keys in CARD.items():
        assert set(card.get(section, {})) <= keys
    assert all(len(each) <= 1024 for each in texts(card["model_overview"]))
    assert all(len(each) <= 2048 for each in texts(card["intended_uses"]))
    assert card["model_overview"]["model_version"] >= 1
    assert card["intended_uses"]["risk_rating"] in {"High", "Medium", "Low", "Unknown"}
    assert_training_fits(card["training_details"])
    for detail in card["evaluation_details"]:
        assert 1 <= len(detail["name"]) <= 63
        assert len(detail["evaluation_observation"]) <= 2096
        assert all(isinstance(value, str) for value in detail["metadata"].values())
        for group in detail["metric_groups"]:
            assert_group_fits(group)
    assert all(len(each) <= 2048 for each in texts(card["additional_information"]))
    custom = card["additional_information"]["custom_details"]
    assert all(isinstance(value, str) and len(value) <= 1024 for value in custom.values())
    assert len(json.dumps(card)) <= 100_000


def assert_training_fits(training: dict[str, Any]) -> None:
    assert training["objective_function"]["function"]["function"] in {"Maximize", "Minimize"}
    assert len(training["training_observations"]) <= 1024
    job = training["training_job_details"]
    assert len(job["user_provided_training_metrics"]) <= 50
    assert len(job["user_provided_hyper_parameters"]) <= 100
    for each in job["user_provided_training_metrics"]:
        assert isinstance(each["value"], int | float)
    for each in job["user_provided_hyper_parameters"]:
        assert set(each) == {"name", "value"}
        assert all(isinstance(text, str) and 1 <= len(text) <= 255 for text in each.values())


def assert_group_fits(group: dict[str, Any]) -> None:
    assert 1 <= len(group["name"]) <= 63
    for each in group["metric_data"]:
        assert set(each) <= {"name", "type", "value", "notes", "x_axis_name", "y_axis_name"}
        assert each["type"] in {"number", "matrix"}
        if each["type"] == "number":
            assert isinstance(each["value"], int | float)


def texts(section: dict[str, Any]) -> list[str]:
    return [value for value in section.values() if isinstance(value, str)]


def test_the_model_card_follows_the_schema(do: Do) -> None:
    """Every key, type and limit of SageMaker's model card schema, with what the run knows."""
    card = do().card
    assert_fits_the_schema(card)
    assert card["model_overview"]["model_version"] == 1
    assert "Churn? = True." in card["model_overview"]["model_description"]
    groups = {g["name"]: g["metric_data"] for g in card["evaluation_details"][0]["metric_groups"]}
    assert [each["name"] for each in groups["Test rows"]] == ["roc_auc"]
    assert groups["Confusion matrix"][0]["value"] == [[165, 5], [10, 20]]
    assert "gives the label away" in card["additional_information"]["caveats_and_recommendations"]
    assert "constant" not in card["additional_information"]["caveats_and_recommendations"]
    assert "Area, Plan" in card["additional_information"]["ethical_considerations"]


def test_the_model_card_says_which_protected_traits_drive_scores(do: Do) -> None:
    """With the trait and what leaving it out costs, under ethical considerations."""
    told = {
        "columns": [{"column": "Age", "trait": "age", "share": 0.1}],
        "words": "Without: +0.01.",
    }
    card = do(protected=told).card
    assert_fits_the_schema(card)
    words = card["additional_information"]["ethical_considerations"]
    assert words.startswith("Protected traits drive scores: Age (age). Without: +0.01. ")


def test_the_model_card_names_nobody(do: Do) -> None:
    """No owner is invented, and neither run id nor clock gets into the artefact."""
    card = do().card
    assert "model_owner" not in card["model_overview"]
    assert "run-1" not in json.dumps(card)


def test_a_model_card_of_much_is_cut_to_the_limits(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of parameters, findings and long names still fit the schema."""
    params = {f"parameter_{n}": "9" * 400 for n in range(150)}
    monkeypatch.setitem(MODEL, "members", [{"name": "m" * 300, "weight": 1.0, "params": params}])
    finding = {"severity": "warning", "words": "w" * 300}
    project = {**OURS["project"], "target": "t" * 3000}
    metrics = {f"metric_{n}": 0.5 for n in range(80)}
    verdict = {**PASSED, "words": "v" * 5000}
    made = do("run-1", verdict, findings=[finding] * 20, project=project, out_of_fold=metrics)
    assert_fits_the_schema(made.card)
    assert made.card["additional_information"]["caveats_and_recommendations"].endswith("…")


def beside(version: int, gain: float, comparable: bool = True) -> dict[str, Any]:
    """A rival of the baselines, and how much lower the new model's log loss is."""
    found = {"version": version, "comparable": comparable, "why": "", "metrics": {}}
    return {**found, "log_loss_gain": {"value": gain, "low": gain, "high": gain}}


@pytest.mark.parametrize(
    ("champion", "anchor", "mark"),
    [
        (None, None, None),
        (beside(1, -0.0019), beside(1, -0.0019), 1),
        (beside(1, 0.001), beside(1, 0.001), None),
        (beside(3, 0.0001), beside(1, -0.0018), 1),
        (beside(3, 0.0019), beside(1, 0.0001), None),
        (beside(1, 0.0), beside(1, 0.0), 1),
        (beside(3, -0.001), beside(1, 0.0, comparable=False), 3),
        (beside(3, 0.0, comparable=False), beside(1, -0.001), None),
    ],
)
def test_a_version_remembers_the_last_that_won_outright(
    registry: Registry, do: Do, champion: Any, anchor: Any, mark: int | None
) -> None:
    """Itself where it beat both, or nothing could be compared; else the one it is held against.

    A gain of 0.0001 after small losses is no new mark: it must beat the old mark, too.
    """
    found = {**OURS["baselines"], "champion": champion, "anchor": anchor}
    made = do(baselines=found)
    assert registry.get(made.version["version"]).entry.lineage["anchor"] == mark
