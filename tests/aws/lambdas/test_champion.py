"""The champion as a run begins: its bundle beside the run, or an empty marker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from registry_stage import Stage, an_entry, emptied, staged

from unchurn.aws.templates import read_template

TOML = '[decision]\nclv = 500\nthreshold = "f1"\n[score]\nreasons = "0.1"\n[train]\nseed = 3\n'
MODEL = "runs/run-1/model/job-1/output/model.tar.gz"


@pytest.fixture(scope="module")
def aws() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(aws: Stage) -> Iterator[Stage]:
    with emptied(aws, f"t-{uuid4()}") as stage:
        stage.put("runs/run-9/project/churn.toml", TOML)
        yield stage


@pytest.fixture
def with_champion(stage: Stage) -> Stage:
    stage.put(MODEL, b"a bundle")
    stage.record("run-1")
    stage.register("run-1")
    return stage


def test_without_a_champion_there_is_an_empty_marker(stage: Stage) -> None:
    found = stage.call("champion", run_id="run-9")
    settings = {"decision": {"clv": 500, "threshold": "f1"}, "score": {"reasons": "0.1"}}
    assert json.loads(found.pop("settings")) == {"columns": {}, **settings}
    told = {"columns": {}, **settings}
    environment = found.pop("environment")
    assert environment.pop("UNCHURN_MODEL_RUN_ID") == "run-9"
    assert json.loads(environment.pop("UNCHURN_SETTINGS_1")) == told and not environment
    nobody = {"version": None, "model_name": None, "model_run_id": None, "version_text": ""}
    assert found == {**nobody, "observes": False, "query": None}
    assert stage.get("runs/run-9/champion/champion.json") == b"{}"
    assert stage.keys("runs/run-9/champion/") == ["runs/run-9/champion/champion.json"]


def test_settings_that_an_editor_began_with_a_byte_order_mark_are_read(stage: Stage) -> None:
    stage.put("runs/run-9/project/churn.toml", b"\xef\xbb\xbf" + TOML.encode())
    found = json.loads(stage.call("champion", run_id="run-9")["settings"])
    assert found["decision"] == {"clv": 500, "threshold": "f1"}


def test_the_champion_is_named_and_its_model_copied(with_champion: Stage) -> None:
    found = with_champion.call("champion", run_id="run-9")
    assert (found["version"], found["version_text"]) == (1, "1")
    assert (found["model_name"], found["model_run_id"]) == ("s-model-run-1", "run-1")
    record = json.loads(with_champion.get("runs/run-9/champion/champion.json"))
    assert record == {"version": 1, "run_id": "run-1", "bundle": "a" * 64}
    assert with_champion.get("runs/run-9/champion/model.tar.gz") == b"a bundle"


def test_what_was_captured_in_the_hours_before_is_listed(stage: Stage) -> None:
    """Of every endpoint, in whole hours of UTC, but for the last, which is left to the next run."""
    kept = []
    for hour in ("28/23", "27/23", "28/22", "28/21", "28/20", "27/22"):
        for endpoint in ("e-1", "e-2"):
            kept.append(f"{endpoint}/AllTraffic/2027/02/{hour}/59-59-999-u.jsonl")
            stage.put(f"capture/{kept[-1]}", b"{}")
    asked = {"run_id": "run-9", "until": "2027-03-01T01:30:00+02:00", "hours": 2}
    assert stage.call("champion", **asked)["captured"] == 4
    first, *names = json.loads(stage.get("runs/run-9/captured/manifest.json"))
    assert first == {"prefix": "s3://churn-1/capture/"}
    assert names == sorted(each for each in kept if "/28/21/" in each or "/28/20/" in each)
    assert stage.call("champion", **asked | {"until": "2027-03-01"})["captured"] == 4
    assert stage.call("champion", **asked | {"until": "2027-01-01"})["captured"] == 0
    moments = ("soon", "20270301", "2027-03-01T05:00:00", "0001-01-01T00:00:00+05:00")
    untils = [{"until": each} for each in moments]
    for wrong in ({"hours": 0}, {"hours": "2"}, {"hours": True}, *untils):
        with pytest.raises(Exception, match=f"{next(iter(wrong))} is") as caught:
            stage.call("champion", **asked | wrong)
        assert type(caught.value).__name__ == "BadInput"


def test_what_is_listed_is_what_the_templates_keep(stage: Stage) -> None:
    """The folder is the variant's, and no hour is asked for that the bucket keeps no longer."""
    config = read_template("deploy-model").resources["EndpointConfig"]["Properties"]
    (variant,) = config["ProductionVariants"]
    kept = read_template("storage").resources["DataBucket"]["Properties"]["LifecycleConfiguration"]
    (days,) = (
        each["ExpirationInDays"] for each in kept["Rules"] if each.get("Prefix") == "capture/"
    )
    stage.put(f"capture/e/{variant['VariantName']}/2027/02/28/22/59-59-999-u.jsonl", b"{}")
    asked = {"run_id": "run-9", "until": "2027-03-01", "hours": 24 * days}
    assert stage.call("champion", **asked)["captured"] == 1
    with pytest.raises(Exception, match=f"from 1 to {24 * days}"):
        stage.call("champion", **asked | {"hours": 24 * days + 1})


def test_the_champion_after_a_promotion_is_the_new_one(with_champion: Stage) -> None:
    with_champion.put(MODEL.replace("run-1", "run-2"), b"another")
    with_champion.record("run-2", "b")
    with_champion.register("run-2")
    assert with_champion.call("champion", run_id="run-9")["version"] == 2
    assert with_champion.get("runs/run-9/champion/model.tar.gz") == b"another"


def test_settings_that_are_not_set_are_empty(stage: Stage) -> None:
    stage.put("runs/run-9/project/churn.toml", "")
    found = stage.call("champion", run_id="run-9")
    assert json.loads(found["settings"]) == {"columns": {}, "decision": {}, "score": {}}


def test_customers_are_a_historys_where_leaving_is_no_label(stage: Stage) -> None:
    for event, observes in (("label", False), ("inactivity", True), ("subscription-ends", True)):
        stage.put("runs/run-9/project/churn.toml", f'[churn]\nevent = "{event}"')
        assert stage.call("champion", run_id="run-9")["observes"] is observes


def test_athena_is_asked_where_data_is_an_address_of_it(stage: Stage) -> None:
    """Each into a folder of its run; a query may name its databases itself, and end in a comment."""
    toml = """
[data]
train = "athena://lake/customers"
score = "athena://?query=SELECT * FROM lake.now -- all"
"""
    stage.put("runs/run-9/project/churn.toml", toml)
    asked = {each: stage.call("champion", run_id="run-9", table=each)["query"]
             for each in ("train", "score")}  # fmt: skip
    place = "s3://churn-1/runs/run-9/queried/"
    assert asked["train"] == {
        "QueryString": f'UNLOAD (SELECT * FROM "lake"."customers"\n) TO \'{place}\' '
        "WITH (format = 'PARQUET')",
        "QueryExecutionContext": {"Database": "lake"},
        "location": place,
    }
    assert asked["score"]["location"] == "s3://churn-1/data/intermediate/run-9/queried/"
    assert "-- all\n) TO" in asked["score"]["QueryString"]
    assert asked["score"]["QueryExecutionContext"] == {}


def test_an_address_that_cannot_be_read_fails_the_run_that_needs_it_alone(stage: Stage) -> None:
    """Not one of the other table, of a history, or of what an endpoint was asked."""
    wrong = '[data]\nscore = "athena://lake"\n'
    stage.put("runs/run-9/project/churn.toml", wrong)
    with pytest.raises(Exception, match=r"score .* cannot be queried: 'athena://lake'") as caught:
        stage.call("champion", run_id="run-9", table="score")
    assert type(caught.value).__name__ == "Damaged"
    for event in ({"table": "train"}, {}):
        assert stage.call("champion", run_id="run-9", **event)["query"] is None
    stage.put("runs/run-9/project/churn.toml", wrong + '[churn]\nevent = "inactivity"')
    assert stage.call("champion", run_id="run-9", table="score")["query"] is None


def test_what_columns_are_called_is_passed_on_where_it_fits(stage: Stage) -> None:
    """Reasons use the run's own names; a variable of SageMaker's holds no thousands of them."""
    stage.put("runs/run-9/project/churn.toml", '[columns]\ndrop = ["a"]\nnames = { b = "B" }')
    found = json.loads(stage.call("champion", run_id="run-9")["settings"])
    assert found["columns"] == {"names": {"b": "B"}}
    some = ", ".join(f'c{n} = "called {n}"' for n in range(150))
    stage.put("runs/run-9/project/churn.toml", f"[columns]\nnames = {{ {some} }}")
    found = stage.call("champion", run_id="run-9")
    parts = {k: v for k, v in found["environment"].items() if k != "UNCHURN_MODEL_RUN_ID"}
    assert len(parts) > 2 and max(map(len, parts.values())) == 1024
    assert "".join(parts.values()) == found["settings"]
    many = ", ".join(f'c{n} = "called {n}"' for n in range(500))
    stage.put("runs/run-9/project/churn.toml", f"[columns]\nnames = {{ {many} }}")
    settings = stage.call("champion", run_id="run-9")["settings"]
    assert json.loads(settings)["columns"] == {} and len(settings) < 10_240


def test_a_model_that_is_gone_is_named_and_nothing_is_handed_over(with_champion: Stage) -> None:
    with_champion.clients.client("s3").delete_object(Bucket="churn-1", Key=MODEL)
    with pytest.raises(Exception, match=MODEL) as caught:
        with_champion.call("champion", run_id="run-9")
    assert type(caught.value).__name__ == "NotThere"
    assert with_champion.keys("runs/run-9/champion/") == []


def test_a_champion_without_a_model_in_the_bucket_is_named(stage: Stage) -> None:
    stage.registry.register(an_entry("laptop"), promote=True)
    with pytest.raises(Exception, match="Version 1 is champion, but the registry has no model"):
        stage.call("champion", run_id="run-9")


def test_a_project_that_is_missing_or_no_toml_is_named(stage: Stage) -> None:
    with pytest.raises(Exception, match=r"run-8/project/churn\.toml") as caught:
        stage.call("champion", run_id="run-8")
    assert type(caught.value).__name__ == "NotThere"
    for body in (b"[[[", b"\xff\xfe"):
        stage.put("runs/run-9/project/churn.toml", body)
        with pytest.raises(Exception, match="is not TOML") as caught:
            stage.call("champion", run_id="run-9")
        assert type(caught.value).__name__ == "Damaged"


def test_an_event_without_a_run_is_refused(stage: Stage) -> None:
    with pytest.raises(Exception, match="run_id is None") as caught:
        stage.call("champion")
    assert type(caught.value).__name__ == "BadInput"


def walked(stage: Stage, anchor: int) -> None:
    """Register a second champion, which says which version won outright last."""
    stage.put(MODEL.replace("run-1", "run-2"), b"another")
    entry = replace(an_entry("run-2", "b"), lineage={"anchor": anchor})
    stage.record("run-2", "b", entry=entry)
    stage.register("run-2")


def handed_over(stage: Stage) -> dict[str, Any]:
    stage.call("champion", run_id="run-9")
    found: dict[str, Any] = json.loads(stage.get("runs/run-9/champion/champion.json"))
    return found


def test_the_last_that_won_outright_is_handed_over_too(with_champion: Stage) -> None:
    """Beside the champion, with its own hash."""
    walked(with_champion, 1)
    record = handed_over(with_champion)
    assert record["version"] == 2
    assert record["anchor"] == {"version": 1, "run_id": "run-1", "bundle": "a" * 64}
    assert with_champion.get("runs/run-9/champion/model.tar.gz") == b"another"
    assert with_champion.get("runs/run-9/champion/anchor/model.tar.gz") == b"a bundle"


def test_a_mark_that_is_lost_is_said_and_stops_nothing(with_champion: Stage) -> None:
    """No such version, or a model that somebody deleted."""
    walked(with_champion, 7)
    told = {"version": 7, "why": "The registry has no model of version 7."}
    assert handed_over(with_champion)["anchor"] == told


def test_a_mark_whose_model_is_deleted_is_said(stage: Stage) -> None:
    """The champion is handed over all the same."""
    stage.record("run-1")
    stage.register("run-1")
    walked(stage, 1)
    record = handed_over(stage)
    assert record["version"] == 2
    assert "could not be copied" in record["anchor"]["why"]
