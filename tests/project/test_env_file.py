"""The .env file says which stack, where, and nothing that is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import ConfigError
from unchurn.project.env_file import read_env, write_env


def test_the_origins_keys_are_read_and_others_let_be(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# where\nS3_BUCKET_NAME=my-bucket\nexport REGION='eu-west-1'\n"
        'STACK_NAME="churn" # ours\nSECRET=$(rm -rf /)\n\n'
    )
    assert read_env(tmp_path) == {
        "S3_BUCKET_NAME": "my-bucket",
        "REGION": "eu-west-1",
        "STACK_NAME": "churn",
    }


def test_a_comment_may_follow_a_bare_value(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REGION=eu-west-1 # Ireland\nSTACK_NAME=\n")
    assert read_env(tmp_path) == {"REGION": "eu-west-1", "STACK_NAME": ""}


def test_the_first_folder_that_has_one_decides(tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    for folder, name in ((near, "near"), (far, "far")):
        folder.mkdir()
        (folder / ".env").write_text(f"STACK_NAME={name}\n")
    assert read_env(near, far)["STACK_NAME"] == "near"
    (near / ".env").unlink()
    assert read_env(near, far)["STACK_NAME"] == "far"
    assert read_env(tmp_path) == {}


def test_a_line_that_says_nothing_is_named_by_its_number(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REGION=eu-west-1\nnonsense\n")
    with pytest.raises(ConfigError, match=r"Line 2 of .*\.env is not KEY=value"):
        read_env(tmp_path)


def test_what_is_remembered_replaces_its_own_lines_alone(tmp_path: Path) -> None:
    """What is empty goes, so that churn.toml decides; comments and other keys stay."""
    before = "# mine\nSECRET=x=y\nexport REGION='eu-west-1'\nS3_BUCKET_NAME=old\n"
    (tmp_path / ".env").write_text(before)
    said = {"S3_BUCKET_NAME": "", "REGION": "us-east-1", "STACK_NAME": "churn"}
    write_env(tmp_path, said)
    assert read_env(tmp_path) == {"REGION": "us-east-1", "STACK_NAME": "churn"}
    assert (tmp_path / ".env").read_text().startswith("# mine\nSECRET=x=y\n")
    (tmp_path / ".env").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_env(tmp_path, said)
    assert (tmp_path / ".env").read_bytes() == b"\xff"
