"""What is pushed is the repository as it lies there, and a push is followed to its end."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from small_delivery import BUCKET, BUILDSPEC, MADE, PIPELINE, SmallDelivery

from unchurn.aws.rehearse_open import clients_of
from unchurn.aws.rehearse_push import commit_of, packed, push
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project

FILES = {"buildspec.yml": BUILDSPEC, "made.yaml": MADE, "name.txt": "pushed"}


def write_project(root: Path, inside: str = "") -> Project:
    """Write a repository whose churn.toml lies in the folder `inside`."""
    folder = root / inside
    folder.mkdir(parents=True, exist_ok=True)
    place = f'folder = "{inside}"\n' if inside else ""
    (folder / "churn.toml").write_text(
        f'[churn]\ntarget = "churn"\n[delivery]\nsource = "s3"\n{place}'
    )
    for name in ("buildspec.yml", "src/code.py", ".env", "src/__pycache__/code.pyc"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(name)
    return Project.load(folder)


def names(commit: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(commit)) as archive:
        return set(archive.namelist())


def test_the_repository_is_packed_without_what_is_hidden_or_compiled(tmp_path: Path) -> None:
    project = write_project(tmp_path / "acme")
    assert names(commit_of(project)) == {"buildspec.yml", "churn.toml", "src/code.py"}


def test_its_root_follows_from_the_folder_of_the_project(tmp_path: Path) -> None:
    project = write_project(tmp_path / "acme", "projects/telco")
    assert names(commit_of(project)) == {
        *("buildspec.yml", "projects/telco/churn.toml", "src/code.py"),
    }


def test_what_git_ignores_is_left_out_but_for_the_project(tmp_path: Path) -> None:
    project = write_project(tmp_path / "acme", "telco")
    (tmp_path / "acme/.gitignore").write_text("telco\n*.log\n")
    (tmp_path / "acme/build.log").write_text("")
    subprocess.run(["git", "init", "-q", str(tmp_path / "acme")], check=True)
    assert names(commit_of(project)) == {"buildspec.yml", "telco/churn.toml", "src/code.py"}


def test_without_a_buildspec_there_is_nothing_to_push(tmp_path: Path) -> None:
    project = write_project(tmp_path / "acme")
    (tmp_path / "acme/buildspec.yml").unlink()
    with pytest.raises(ConfigError, match=r"acme has no buildspec\.yml"):
        commit_of(project)


def test_a_push_ends_with_its_actions_and_approves_by_itself(delivery: SmallDelivery) -> None:
    commit = packed({name: text.encode() for name, text in FILES.items()})
    delivery.deploy(kind="UPDATE", Approves="yes")
    done = push(clients_of(delivery.cloud), BUCKET, PIPELINE, commit, Silent())
    assert done.succeeded, done.why
    assert [each["stage"] for each in done.document()["actions"]] == [
        *("Source", "Build", "Approve", "Deploy"),
    ]


def test_a_push_that_fails_says_why(delivery: SmallDelivery) -> None:
    files = FILES | {"buildspec.yml": "version: 0.2\nphases: {build: {commands: [exit 5]}}"}
    commit = packed({name: text.encode() for name, text in files.items()})
    done = push(clients_of(delivery.cloud), BUCKET, PIPELINE, commit, Silent())
    assert (done.status, done.actions[-1]["stage"]) == ("Failed", "Build")
    assert "exit status 5" in done.why
