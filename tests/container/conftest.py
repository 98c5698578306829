"""One local training and scoring, and the same customers through the door: shared by the tests."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from door_runs import Doors, Local, prepared, target_job, written

from command_line import QUICK, run_unchurn, write_project
from job_trees import Job, archive, serving, transform

EXTRA = (
    QUICK.replace("trials = 0", "trials = 1")
    + """
[decision]
clv = 400
contact_cost = 2
incentive_cost = 20
[score]
reasons = "0.3"
reasons_limit = 5
[campaign]
capacity = 40
holdout_from = 10
exclude = ["do_not_call.csv"]
keep = ["State"]
"""
)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory, telecom: Path) -> Local:
    folder = write_project(tmp_path_factory.mktemp("local"), telecom / "customers.csv", EXTRA)
    trained = run_unchurn("train", "--project", folder, "--json")
    assert trained.code == 0, trained.err
    this_month = telecom / "this_month.csv"
    scored = run_unchurn("score", "--project", folder, "--data", this_month, "--json", cwd=folder)
    assert scored.code == 0, scored.err
    rows = this_month.read_text().splitlines()
    (folder / "do_not_call.csv").write_text("\n".join(rows[:9]) + "\n")
    runs = folder / ".unchurn" / "runs"
    training, scoring = (runs / ran.document["run_id"] for ran in (trained, scored))
    return Local(folder, training, scoring, this_month)


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory, local: Local) -> Doors:
    root = tmp_path_factory.mktemp("doors")
    project = local.project / "churn.toml"
    prepare = prepared(root / "prepare", local)
    train = Job(root / "train").channel("project", project)
    train.channel("prepared", prepare.made("prepared"))
    train.hyperparameters(task="train", _tuning_objective_metric="validation:x", **local.params)
    train.succeed("train")
    model = archive(train.base / "model", root / "artifacts" / "model.tar.gz")
    evaluate = Job(root / "evaluate").give("project", project).give("model", model)
    evaluate.give("prepared", prepare.made("prepared"))
    evaluate.give("champion", written(root / "none" / "champion.json", {}))
    evaluate.succeed("step", "evaluate", "--run-id", "run-1")
    champion = archive(local.training / "model", root / "champion" / "model.tar.gz").parent
    entry = json.loads((evaluate.made("record") / "record.json").read_text())["entry"]
    record = {"version": 1, "run_id": local.training.name, "bundle": entry["bundle_sha256"]}
    written(champion / "champion.json", record)
    intake = Job(root / "intake").give("project", project).give("champion", champion)
    intake.give("customers", local.customers).succeed("step", "intake", "--run-id", "score-1")
    serve = Job(root / "serve")
    serve.lay("model", local.training / "model")
    environment = {
        "UNCHURN_RUN_ID": "score-1",
        "UNCHURN_MODEL_VERSION": "1",
        "UNCHURN_MODEL_RUN_ID": local.training.name,
        "UNCHURN_SETTINGS": told(project),
    }
    with serving(serve, **environment) as port:
        transformed = transform(port, intake.made("lines"), root / "transformed")
    collect = Job(root / "collect").give("project", project).give("champion", champion)
    collect.give("batch", intake.made("batch")).give("transformed", transformed)
    collect.succeed("step", "collect", "--run-id", "score-1")
    made = intake.made("batch"), collect.made("scores")
    excluded = local.project / "do_not_call.csv"
    target = target_job(root / "target", local, champion, made, excluded)
    target.succeed("step", "target", "--run-id", "score-1")
    return Doors(prepare, train, evaluate, intake, collect, target, champion, transformed)


def told(churn: Path) -> str:
    """Say what the champion function says to a transform job."""
    said = tomllib.loads(churn.read_text())
    return json.dumps({name: said.get(name, {}) for name in ("decision", "score")})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every job of both machines takes its time: what needs them all is left to the whole suite."""
    for item in items:
        if Path(__file__).parent in item.path.parents and "doors" in getattr(
            item, "fixturenames", ()
        ):
            item.add_marker(pytest.mark.slow)
