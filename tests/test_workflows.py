"""What CI runs is there to be run, pinned, and may no more than it needs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[1]
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
TOOLS = {"pip", "hatchling"}
"""Modules run by `python -m` that no file of ours has to define."""
SUITE = ("make check", "make test", "make rehearse")


def _read(path: Path) -> dict[str, Any]:
    import yaml

    # BaseLoader keeps `on` a word.
    told: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return told


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in _read(path)["jobs"].values() for step in job["steps"]]


def _commands(path: Path) -> list[list[str]]:
    lines = [line for step in _steps(path) for line in step.get("run", "").splitlines()]
    return [shlex.split(line) for line in lines if line.strip()]


def _exists(words: list[str]) -> bool:
    """Whether a command names a target, a script or a tool that there is."""
    if words[0] == "make":
        makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
        targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
        return {word for word in words[1:] if "=" not in word} <= targets
    if words[0] == "python" and words[1] == "-m":
        return words[2] in TOOLS
    if words[0] == "python":
        return (REPOSITORY / words[1]).is_file()
    return words[:3] == ["gh", "release", "create"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_command_of_a_workflow_exists(path: Path) -> None:
    assert _commands(path)
    assert not [words for words in _commands(path) if not _exists(words)]


@pytest.mark.parametrize(
    "words", [["make", "nothing"], ["python", "scripts/none.py"], ["python", "-m", "no"], ["curl"]]
)
def test_a_command_that_is_not_there_would_be_noticed(words: list[str]) -> None:
    assert not _exists(words)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_release(path: Path) -> None:
    used = [step["uses"] for step in _steps(path) if "uses" in step]
    assert used
    assert not [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", each)]


def test_an_action_has_one_version_wherever_it_is_used() -> None:
    used = {step["uses"] for path in WORKFLOWS for step in _steps(path) if "uses" in step}
    assert len({each.split("@")[0] for each in used}) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_and_only_the_release_may_more(path: Path) -> None:
    told = _read(path)
    assert told["permissions"] == {"contents": "read"}
    more = {name: job["permissions"] for name, job in told["jobs"].items() if "permissions" in job}
    expected = {"release": {"contents": "write"}}
    assert more == (expected if path.stem == "release" else {})
    assert "pull_request_target" not in told["on"]
    assert all("timeout-minutes" in job for job in told["jobs"].values())
    outs = [step for step in _steps(path) if step.get("uses", "").startswith("actions/checkout")]
    assert all(step["with"]["persist-credentials"] == "false" for step in outs)


def test_no_text_of_an_event_becomes_part_of_a_command() -> None:
    """Names of branches and tags reach a shell as variables, never by substitution."""
    lines = [step.get("run", "") for path in WORKFLOWS for step in _steps(path)]
    inserted = {each.strip() for line in lines for each in re.findall(r"\${{(.*?)}}", line)}
    assert inserted <= {"steps.python.outputs.python-path"}


def test_checks_tests_and_rehearsal_run_on_every_push() -> None:
    pushed = [path for path in WORKFLOWS if "branches" in _read(path)["on"].get("push", {})]
    run = {" ".join(words[:2]) for path in pushed for words in _commands(path)}
    assert run == set(SUITE)


def test_a_release_is_made_of_what_was_used_before() -> None:
    jobs = _read(REPOSITORY / ".github" / "workflows" / "release.yml")["jobs"]
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("build", None),
        ("smoke-test", "build"),
        ("release", "smoke-test"),
    ]
