"""Files of who left that land in the bucket: scorings on AWS are judged as those of this machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from command_line import Ran, copy_as_trained
from loopback_aws import loopback_aws, make_table
from unchurn.artefacts.archive import pack
from unchurn.aws import layout
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import make_deployment
from unchurn.aws.lambdas import registration
from unchurn.aws.lambdas.registry_items import Table
from unchurn.aws.outcomes import outcomes
from unchurn.errors import ConfigError
from unchurn.pipeline.monitoring import monitor
from unchurn.pipeline.realised import realised
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.registry import open_registry

pytestmark = pytest.mark.slow

BUCKET, DAY = "outcomes-bucket", "2020-01-01"
"""The window of a scoring of that day has long been over."""


TEMPLATE = {
    "Resources": {"Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}}},
    "Outputs": {
        "Bucket": {"Value": {"Ref": "Data"}},
        "InferenceStateMachineArn": {"Value": "arn:aws:states:us-east-1:123456789012:machine"},
    },
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws() as clients:
        formation = clients.client("cloudformation")
        formation.create_stack(StackName="unchurn-storage", TemplateBody=json.dumps(TEMPLATE))
        yield clients


def send(aws: Clients, path: Path, key: str) -> None:
    aws.client("s3").upload_file(str(path), BUCKET, key)


@contextmanager
def lying(aws: Clients, path: Path, *keys: str) -> Iterator[None]:
    """Keep a file in the bucket for the length of the block: others read all that lies there."""
    try:
        for key in keys:
            send(aws, path, key)
        yield
    finally:
        for key in keys:
            aws.client("s3").delete_object(Bucket=BUCKET, Key=key)


def lay(aws: Clients, folder: Path, prefix: str) -> None:
    for path in folder.iterdir():
        send(aws, path, f"{prefix}{path.name}")


@pytest.fixture(scope="module")
def projects(
    aws: Clients, trained: tuple[Path, Ran], telecom: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Project]:
    """A project that was watched here, and one without a run whose bucket holds all of that."""
    folder = tmp_path_factory.mktemp("stack")
    copy_as_trained(trained[0], folder / "here")
    here = Project.load(folder / "here")
    made = monitor(here, telecom / "this_month.csv", as_of=DAY).made.watch
    runs, scored = here.root / "runs", made["run_id"]
    entry = open_registry(here.root).get(1).entry
    pack(runs / entry.run_id / "model", folder / "model.tar.gz")
    send(aws, folder / "model.tar.gz", "runs/t/model.tar.gz")
    lay(aws, runs / entry.run_id / "evaluation", f"runs/{entry.run_id}/evaluation/")
    lay(aws, runs / scored / "scores", f"runs/{scored}/scores/")
    lay(aws, next(runs.glob("*/watch")), f"runs/{scored}/watch/")
    where = {"model_name": "m", "model_data_url": f"s3://{BUCKET}/runs/t/model.tar.gz"}
    table = Table(aws.client("dynamodb"), make_table(aws, "unchurn-registry"))
    plain = {**vars(entry)}
    registration.register(table, plain, True, "any", "2020-01-01T00:00:00+00:00", "ada", **where)
    (folder / "there").mkdir()
    shutil.copy(here.folder / "churn.toml", folder / "there")
    found = Project.load(folder / "there")
    return here, replace(found, registry=replace(found.registry, kind="dynamodb"))


def who_left(project: Project, path: Path) -> Path:
    """Write a file in which the riskier half of a scoring's customers left within its window."""
    scores = pq.read_table(next(project.root.glob("runs/*/scores/scores.parquet")))
    ids = scores.take(pc.sort_indices(scores["probability"]))[scores.column_names[0]].to_pylist()
    half = len(ids) // 2
    rows = [f"{each},{'2020-01-10' if place >= half else ''}" for place, each in enumerate(ids)]
    path.write_text("\n".join([f"{scores.column_names[0]},left_on", *rows]))
    return path


def test_scorings_there_are_judged_as_those_of_this_machine(
    aws: Clients, projects: tuple[Project, Project], tmp_path: Path
) -> None:
    """By the same file, to the same figures; the second time nothing is new."""
    here, there = projects
    left = who_left(here, tmp_path / "left.csv")
    send(aws, left, f"{layout.OUTCOMES}left.csv")
    send(aws, left, f"{layout.OUTCOMES}_SUCCESS")
    deployment = make_deployment(there)
    made = outcomes(aws, deployment, there, tmp_path / "out", "", Silent())
    (found,) = made.found["scorings"]
    ours = realised(here, str(left)).found["scorings"][0]
    assert (found["state"], found["model_version"]) == ("matured", 1), found["why"]
    assert found["judged"] == {**ours["judged"], "slices": []}, "of slices nothing: customers stay"
    assert found["judged"]["measures"], "promised by the evaluation that was brought along"
    assert (tmp_path / "out" / "outcomes.html").is_file()
    again = outcomes(aws, deployment, there, None, "", Silent())
    assert again.found["scorings"] == made.found["scorings"]
    assert "This file was taken in before." in again.found["notes"]
    assert not list(there.root.glob("runs/*/batch")), "customers stay where they are"


def test_a_file_that_cannot_be_used_is_passed_over_by_name(
    aws: Clients, projects: tuple[Project, Project], tmp_path: Path
) -> None:
    """The others are judged all the same."""
    here, there = projects
    fresh, key = replace(there, folder=tmp_path), f"{layout.OUTCOMES}no-run/odd.csv"
    send(aws, who_left(here, tmp_path / "left.csv"), f"{layout.OUTCOMES}left.csv")
    (tmp_path / "odd.csv").write_text("name,colour\nada,red\n")
    with lying(aws, tmp_path / "odd.csv", key):
        made = outcomes(aws, make_deployment(there), fresh, None, "", Silent())
    assert [each["state"] for each in made.found["scorings"]] == ["matured"]
    (passed,) = [each for each in made.found["notes"] if "is passed over" in each]
    assert passed.startswith(f"s3://{BUCKET}/{key} is passed over: ")


def test_a_scoring_without_a_watch_stays_there_and_is_named(
    aws: Clients, projects: tuple[Project, Project], tmp_path: Path
) -> None:
    """Nothing that was brought says which customers it is of; who left of it is passed over, too."""
    here, there = projects
    fresh = replace(there, folder=tmp_path)
    left = who_left(here, tmp_path / "left.csv")
    sent = ["runs/bare/scores/manifest.json", f"{layout.OUTCOMES}bare/left.csv"]
    send(aws, left, f"{layout.OUTCOMES}left.csv")
    with lying(aws, left, *sent):
        made = outcomes(aws, make_deployment(there), fresh, None, "", Silent())
    assert [each["state"] for each in made.found["scorings"]] == ["matured"]
    assert not (fresh.root / "runs" / "bare").exists()
    first, *others = made.found["notes"]
    assert first == (
        "1 scoring stays in the bucket and cannot be judged, for want of a watch: 'bare'. Score the same "
        "table again."
    )
    assert any("bare" in each for each in others)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_what_came_after_the_day_of_asking_is_not_known_yet(
    aws: Clients, projects: tuple[Project, Project], tmp_path: Path, zone: str
) -> None:
    """It is named with its day in the project's zone; today is a day of that zone, too."""
    here, there = projects
    fresh = replace(there, folder=tmp_path, churn=replace(there.churn, timezone=zone))
    send(aws, who_left(here, tmp_path / "left.csv"), f"{layout.OUTCOMES}left.csv")
    before = datetime.now(ZoneInfo(zone)).date()
    made = outcomes(aws, make_deployment(there), fresh, None, "2021-01-01", Silent())
    days = {before, datetime.now(ZoneInfo(zone)).date()}
    assert [each["state"] for each in made.found["scorings"]] == ["immature"]
    said = f"s3://{BUCKET}/{layout.OUTCOMES}left.csv is passed over: it came on "
    (passed,) = [each for each in made.found["notes"] if each.startswith(said)]
    assert passed.removeprefix(said).split(",")[0] in {str(day) for day in days}
    made = outcomes(aws, make_deployment(there), fresh, None, "", Silent())
    assert [each["state"] for each in made.found["scorings"]] == ["matured"]
    assert made.found["as_of"] in {str(day) for day in days}


def test_versions_of_another_registry_are_no_versions_of_the_stack(
    aws: Clients, projects: tuple[Project, Project]
) -> None:
    with pytest.raises(ConfigError, match="kind is 'sqlite'"):
        outcomes(aws, make_deployment(projects[0]), projects[0], None, "", Silent())
