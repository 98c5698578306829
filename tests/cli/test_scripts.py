"""The origin's scripts: thin, and the same words in the same order."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ("standup.sh", "stand_up.sh", "delete_resources.sh")


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """An interpreter that only says what it was asked."""
    fake = tmp_path / "python"
    fake.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n')
    fake.chmod(0o755)
    return fake


def run(script: str, spoken: Path, *words: str) -> list[str]:
    done = subprocess.run(
        [ROOT / script, *words],
        env={**os.environ, "PYTHON": str(spoken), "PROJECT": "a project"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("script", ["standup.sh", "stand_up.sh"])
def test_stack_bucket_and_region_stand_in_the_origins_order(script: str, spoken: Path) -> None:
    words = run(script, spoken, "churn", "my-bucket", "eu-west-1")
    assert words[:6] == ["-m", "unchurn", "aws", "deploy", "--project", "a project"]
    assert words[6:8] == ["--load", "--remember"]
    assert words[8:] == ["--stack", "churn", "--bucket", "my-bucket", "--region", "eu-west-1"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("standup.sh", ["deploy", "--project", "a project", "--load", "--remember"]),
        ("delete_resources.sh", ["destroy", "--project", "a project"]),
    ],
)
def test_without_arguments_env_and_churn_toml_decide(
    script: str, said: list[str], spoken: Path
) -> None:
    assert run(script, spoken) == ["-m", "unchurn", "aws", *said]


def test_flags_reach_destroy_after_the_names(spoken: Path) -> None:
    words = run("delete_resources.sh", spoken, "churn", "--yes", "--delete-data")
    assert words[6:] == ["--stack", "churn", "--yes", "--delete-data"]
    words = run("delete_resources.sh", spoken, "churn", "my-bucket", "eu-west-1", "--yes")
    assert words[6:] == [
        *("--stack", "churn", "--bucket", "my-bucket", "--region", "eu-west-1", "--yes"),
    ]


@pytest.mark.parametrize("script", SCRIPTS)
def test_they_are_plain_sh_and_may_be_run(script: str) -> None:
    subprocess.run(["sh", "-n", ROOT / script], check=True)
    assert os.access(ROOT / script, os.X_OK)
