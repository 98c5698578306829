"""A run that passed becomes a version once, however often the function is tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from registry_stage import BUCKET, Stage, an_entry, emptied, staged

from unchurn.errors import RegistryError


@pytest.fixture(scope="module")
def aws() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(aws: Stage) -> Iterator[Stage]:
    with emptied(aws, f"t-{uuid4()}") as stage:
        yield stage


def test_a_passed_run_becomes_a_version_whose_bundle_is_the_model(stage: Stage) -> None:
    stage.record("run-1")
    made = stage.register("run-1")
    assert made["version"] == 1
    assert made["promoted"]
    assert made["words"] == "Version 1 is champion: the first model that passed its gate."
    entry = stage.registry.get(1).entry
    assert entry.bundle == "runs/run-1/model/job-1/output/model.tar.gz"
    assert (entry.bundle_sha256, entry.metrics) == ("a" * 64, {"auc": 0.1 + 0.2})
    assert stage.registry.model_url(1) == f"s3://{BUCKET}/{entry.bundle}"


def test_the_model_card_says_which_version_it_became(stage: Stage) -> None:
    """In the run's folder; a run whose record offers none is registered without."""
    stage.record("run-1", card={"model_overview": {"model_version": 0, "model_name": "m"}})
    stage.record("run-2", against=None)
    made = [stage.register(run) for run in ("run-1", "run-2")]
    s3 = stage.clients.client("s3")
    body = s3.get_object(Bucket=BUCKET, Key="runs/run-1/version/model_card.json")["Body"].read()
    assert json.loads(body)["model_overview"] == {
        "model_version": made[0]["version"], "model_name": "m",
    }  # fmt: skip
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="runs/run-2/version/")["KeyCount"] == 0


def test_the_row_holds_what_the_endpoint_needs(stage: Stage) -> None:
    stage.record("run-1")
    stage.register("run-1")
    key = {"run_id": {"S": "run-1"}}
    row = stage.clients.client("dynamodb").get_item(TableName=stage.table, Key=key)["Item"]
    assert row["kind"] == {"S": "version"}
    assert row["version"] == {"N": "1"}
    assert (row["model_name"], row["image"]) == ({"S": "s-model-run-1"}, {"S": "image:1"})


def test_a_retried_function_gives_the_same_version(stage: Stage) -> None:
    for run in ("run-1", "run-2"):
        stage.record(run, against=None)
    first = [stage.register(run) for run in ("run-1", "run-2")]
    again = [stage.register(run) for run in ("run-1", "run-2")]
    assert [(each["version"], each["promoted"]) for each in first] == [(1, True), (2, False)]
    assert [(each["version"], each["promoted"]) for each in again] == [(1, True), (2, False)]
    assert "was registered before" in again[1]["words"]
    assert len(stage.registry.audit()) == 2


@pytest.mark.parametrize("other", ["bundle_sha256", "data_sha256"])
def test_nothing_new_gets_its_version_back(stage: Stage, other: str) -> None:
    """The same model, or one of the same data and code that tuning made otherwise, and settings."""
    stage.record("run-1")
    stage.register("run-1")
    changed = {other: "f" * 64}
    entry = replace(an_entry("run-1"), run_id="run-2", bundle="runs/run-2/model", **changed)
    stage.record("run-2", entry=entry)
    made = stage.register("run-2")
    assert (made["version"], made["promoted"], made["unchanged"]) == (1, False, True)
    assert made["words"].startswith("Nothing has changed: ")
    assert "version 1, the champion" in made["words"]
    assert (len(stage.registry.records()), len(stage.registry.audit())) == (1, 1)
    assert stage.registry.model_name(1) == "s-model-run-1"


@pytest.mark.parametrize("other", ["config_sha256", "code_sha256", "image"])
def test_what_an_endpoint_would_serve_otherwise_is_another_version(
    stage: Stage, other: str
) -> None:
    """Its model carries the costs and its image the server: they reach it as a version."""
    stage.record("run-1")
    stage.register("run-1")
    changed = {} if other == "image" else {other: "f" * 64}
    entry = replace(an_entry("run-1"), run_id="run-2", bundle="runs/run-2/model", **changed)
    stage.record("run-2", entry=entry)
    made = stage.register("run-2", image="image:2" if other == "image" else "image:1")
    assert (made["version"], made["promoted"], made["unchanged"]) == (2, True, False)


def test_the_champion_it_was_judged_against_must_still_be_champion(stage: Stage) -> None:
    for number, against in enumerate([None, 1, 1], 1):
        stage.record(f"run-{number}", against=against)
    made = [stage.register(f"run-{number}")["promoted"] for number in (1, 2, 3)]
    assert made == [True, True, False]
    assert (stage.registry.alias("champion"), stage.registry.alias("challenger")) == (2, 3)


@pytest.mark.slow
def test_functions_at_once_register_each_run_once(stage: Stage) -> None:
    runs = [f"run-{number % 4}" for number in range(8)]
    for run in runs:
        stage.record(run)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(stage.register, runs))
    versions = {run: each["version"] for run, each in zip(runs, made, strict=True)}
    assert sorted(versions.values()) == [1, 2, 3, 4]
    assert [versions[run] for run in runs] == [each["version"] for each in made]
    assert len(stage.registry.records()) == 4


@pytest.mark.parametrize("verdict", ["refused", "cannot tell", ""])
def test_a_record_that_did_not_pass_is_refused(stage: Stage, verdict: str) -> None:
    """Even one that offers an entry."""
    stage.record("run-1", verdict=verdict)
    with pytest.raises(Exception, match="did not pass its gate") as caught:
        stage.register("run-1")
    assert type(caught.value).__name__ == "RegistryRefused"
    assert stage.registry.records() == ()


def test_a_record_without_an_entry_is_refused(stage: Stage) -> None:
    stage.record("run-1", entry=None)
    with pytest.raises(Exception, match="did not pass its gate"):
        stage.register("run-1")


def test_other_files_of_the_same_run_are_refused(stage: Stage) -> None:
    stage.record("run-1", "a")
    stage.register("run-1")
    stage.record("run-1", "b")
    with pytest.raises(Exception, match="registered already as version 1, with another bundle"):
        stage.register("run-1")
    assert stage.registry.get(1).entry.bundle_sha256 == "a" * 64


def test_a_record_of_another_run_is_damaged(stage: Stage) -> None:
    stage.record("run-2")
    stage.put("runs/run-1/record/record.json", stage.get("runs/run-2/record/record.json"))
    with pytest.raises(Exception, match="is of run 'run-2'") as caught:
        stage.register("run-1")
    assert type(caught.value).__name__ == "Damaged"


@pytest.mark.parametrize("body", ["{", "[]", '{"verdict": "passed", "entry": {"run_id": "run-1"}}'])
def test_a_damaged_record_is_named(stage: Stage, body: str) -> None:
    stage.put("runs/run-1/record/record.json", body)
    with pytest.raises(Exception, match="record") as caught:
        stage.register("run-1")
    assert type(caught.value).__name__ == "Damaged"


def test_a_missing_record_is_named(stage: Stage) -> None:
    with pytest.raises(Exception, match=r"runs/run-1/record/record\.json") as caught:
        stage.register("run-1")
    assert type(caught.value).__name__ == "NotThere"


def test_a_model_elsewhere_is_refused(stage: Stage) -> None:
    stage.record("run-1")
    event = {"run_id": "run-1", "model_name": "m", "image": "i", "training_job": "j"}
    for url in ("s3://other/model.tar.gz", f"https://{BUCKET}/model", f"s3://{BUCKET}/"):
        with pytest.raises(Exception, match="must be an object of the stack's bucket"):
            stage.call("update_registry", model_data_url=url, **event)


def test_a_reserved_run_id_is_refused(stage: Stage) -> None:
    stage.record("#counter")
    with pytest.raises(Exception, match="is reserved"):
        stage.register("#counter")
    with pytest.raises(RegistryError, match="is reserved"):
        stage.registry.register(an_entry("#x"), promote=True)


def test_one_line_of_json_is_logged(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.record("run-1")
    stage.register("run-1")
    line = json.loads(capsys.readouterr().out)
    assert (line["outcome"], line["run_id"], line["version"]) == ("done", "run-1", 1)
    assert line["request"] == "request-1"
