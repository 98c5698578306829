"""What scored a customer on a day, and why: by any version, from either registry, as told in docs/how-to."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, add_sections, copy_as_trained, run_unchurn
from loopback_aws import loopback_aws, make_table
from unchurn.artefacts.archive import pack
from unchurn.aws.clients import Clients
from unchurn.aws.lambdas import registration
from unchurn.aws.lambdas.registry_items import Table
from unchurn.cli.explain import explain_customer
from unchurn.project import Project
from unchurn.registry import open_registry

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "explain-a-score.md"
BUCKET, TABLE = "churn-past", "past-registry"
AWAY = f'[registry]\nkind = "dynamodb"\n[aws]\nregistry_table = "{TABLE}"\nregion = "us-east-1"\n'
Row = dict[str, str]


@dataclass(frozen=True)
class Past:
    """A project with two versions, and the list that each wrote."""

    project: Path
    lists: dict[int, list[Row]]


def scored(project: Path, table: Path, out: Path) -> list[Row]:
    assert run_unchurn("score", "--data", table, "--out", out, "--project", project).code == 0
    with out.open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def past(
    trained: tuple[Path, Ran], telecom: Path, tmp_path_factory: pytest.TempPathFactory
) -> Past:
    """The champion scored a month; then another took over and scored it again."""
    room, project = tmp_path_factory.mktemp("lists"), tmp_path_factory.mktemp("past")
    month = telecom / "this_month.csv"
    copy_as_trained(trained[0], project)
    first = scored(project, month, room / "first.csv")
    add_sections(
        project / "churn.toml",
        "[train]\nseed = 8\n[gate]\nchampion_tolerance = 1.0\nchampion_tolerance_share = 9",
    )
    assert run_unchurn("train", "--project", project).code == 0
    promoted = run_unchurn("registry", "promote", 2, "--project", project)
    assert promoted.code == 0, promoted.err
    return Past(project, {1: first, 2: scored(project, month, room / "second.csv")})


def test_the_two_lists_differ_and_say_who_wrote_them(past: Past) -> None:
    for version, rows in past.lists.items():
        assert {row["model_version"] for row in rows} == {str(version)}
    one, two = (rows[0]["probability"] for rows in past.lists.values())
    assert one != two


def test_the_kept_copy_of_a_run_is_the_list(past: Past) -> None:
    import pyarrow.parquet as pq

    for rows in past.lists.values():
        run = rows[0]["run_id"]
        kept = pq.read_table(past.project / f".unchurn/runs/{run}/scores/scores.parquet")
        assert [str(value) for value in kept["probability"].to_pylist()] == [
            row["probability"] for row in rows
        ]


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_gives_the_number_that_it_gave(past: Past, telecom: Path, version: int) -> None:
    project = Project.load(past.project)
    for row in past.lists[version][:3]:
        said = explained(project, row, telecom)
        assert str(said["rows"][0]["probability"]) == row["probability"]
        assert str(said["rows"][0]["decile"]) == row["decile"]


def explained(project: Project, row: Row, telecom: Path) -> dict[str, Any]:
    """Explain a customer by the version that the row of the list names."""
    version = int(row["model_version"])
    said = explain_customer(project, row["Phone"], version, str(telecom / "this_month.csv"))
    assert said["model_version"] == version
    return said


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws(BUCKET) as clients:
        yield clients


@pytest.fixture(scope="module")
def away(past: Past, aws: Clients, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same two versions in a DynamoDB registry, their models in the bucket alone."""
    folder = tmp_path_factory.mktemp("away")
    rows = Table(aws.client("dynamodb"), make_table(aws, TABLE))
    for record in open_registry(past.project / ".unchurn").records():
        run, packed = record.entry.run_id, folder / "model.tar.gz"
        pack(record.folder(past.project / ".unchurn"), packed)
        key = f"runs/{run}/model/model.tar.gz"
        aws.client("s3").upload_file(str(packed), BUCKET, key)
        place = {"model_name": run, "model_data_url": f"s3://{BUCKET}/{key}", "image": "i"}
        entry = {**vars(record.entry), "bundle": key}
        at = "2024-01-01T00:00:00.000+00:00"
        registration.register(rows, entry, True, "any", at, "ada", **place)
    (folder / "churn.toml").write_text((past.project / "churn.toml").read_text())
    add_sections(folder / "churn.toml", AWAY)
    return folder


@pytest.mark.parametrize("version", [1, 2])
def test_a_registry_on_aws_answers_the_same(
    past: Past, away: Path, telecom: Path, version: int
) -> None:
    """The old version too, which is champion no more."""
    project, row = Project.load(away), past.lists[version][0]
    assert str(explained(project, row, telecom)["rows"][0]["probability"]) == row["probability"]


def test_the_table_may_still_be_in_the_bucket(
    past: Past, away: Path, aws: Clients, telecom: Path
) -> None:
    key = "data/infer/this_month.csv"
    aws.client("s3").upload_file(str(telecom / "this_month.csv"), BUCKET, key)
    row = past.lists[1][0]
    said = explain_customer(Project.load(away), row["Phone"], 1, f"s3://{BUCKET}/data/infer/")
    assert str(said["rows"][0]["probability"]) == row["probability"]


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def test_the_pages_commands_tell_the_lists_number(past: Past, telecom: Path) -> None:
    row = past.lists[1][0]
    here: dict[str, object] = {"--customer": row["Phone"], "--data": telecom / "this_month.csv"}
    here["--project"] = past.project
    told = []
    for words in commands():
        given = [here.get(before, word) for before, word in zip(["", *words], words, strict=False)]
        ran = run_unchurn(*given[1:])
        assert ran.code == 0, ran.err
        told.append(ran.out)
    shown, explained_ = told
    assert f"run {open_registry(past.project / '.unchurn').get(1).entry.run_id}" in shown
    assert f"{float(row['probability']):.1%} likely to leave" in explained_
    assert "says version 1" in explained_
