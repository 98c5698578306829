"""What cfn-lint and checkov say of the templates: nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shipped_stacks import FILES, templates

from unchurn.aws.stacks import FOLDER

REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1")
CHECKOV = Path(os.environ.get("CHECKOV") or Path(sys.prefix) / "checkov/bin/checkov")
HOW = (
    f"checkov is not at {CHECKOV}. `make` puts it there; elsewhere, install "
    "constraints-checkov.txt into an environment of its own and set CHECKOV to its command."
)
pytestmark = pytest.mark.slow
Found = tuple[str, str, str]


def lint(*files: str) -> str:
    """Return what cfn-lint says of templates in every partition; a warning counts."""
    command = [sys.executable, "-c", "from cfnlint.runner import main; main()"]
    done = subprocess.run(
        [*command, "--regions", *REGIONS, "--", *files], capture_output=True, text=True, check=False
    )
    assert bool(done.returncode) == bool(done.stdout + done.stderr)
    return done.stdout + done.stderr


def scan(folder: Path) -> dict[str, Any]:
    """Return what checkov says of the templates of a folder; nothing is asked of the network."""
    assert CHECKOV.is_file(), HOW
    # from inside: a path that has forty letters and slashes, wherever this lies, is taken for a secret
    command = [str(CHECKOV), "--directory", ".", "--framework", "cloudformation"]
    done = subprocess.run(
        [*command, "--output", "json", "--skip-download"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_cfn_lint_finds_nothing_in_any_partition() -> None:
    assert lint(*FILES) == ""


def test_cfn_lint_would_find_something(tmp_path: Path) -> None:
    broken = (
        Path(FILES[0]).read_text("utf-8").replace("SSEAlgorithm: AES256", "SSEAlgorithm: ROT13")
    )
    (tmp_path / "storage.yaml").write_text(broken)
    assert "ROT13" in lint(str(tmp_path / "storage.yaml"))


def test_checkov_finds_nothing_but_what_is_excused_beside_the_resource() -> None:
    found = scan(FOLDER)
    assert found["summary"]["parsing_errors"] == 0
    assert told(found, "failed") == set()
    assert told(found, "skipped") == set(excuses())
    assert all(len(reason.split()) > 5 for reason in excuses().values())


def test_no_excuse_is_made_for_what_checkov_would_not_find(tmp_path: Path) -> None:
    for name, template in templates().items():
        bare = json.loads(json.dumps(template.body))
        for resource in bare["Resources"].values():
            resource.get("Metadata", {}).pop("checkov", None)
        (tmp_path / f"{name}.json").write_text(json.dumps(bare))
    assert told(scan(tmp_path), "failed") == set(excuses())


def told(found: dict[str, Any], outcome: str) -> set[Found]:
    """Return (template, resource, check) of each check of an outcome."""
    return {
        (Path(each["file_path"]).stem, each["resource"].rpartition(".")[2], each["check_id"])
        for each in found["results"][f"{outcome}_checks"]
    }


def excuses() -> dict[Found, str]:
    """Return the reason beside the resource for each check that is let be."""
    return {
        (name, logical, skipped["id"]): skipped["comment"]
        for name, template in templates().items()
        for logical, body in template.resources.items()
        for skipped in body.get("Metadata", {}).get("checkov", {}).get("skip", [])
    }
