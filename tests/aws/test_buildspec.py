"""What a build does agrees with the command line, with the pipeline's template and with the roles."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from unchurn.aws.given_roles import DEPLOY, PARAMETERS
from unchurn.aws.stacks import FOLDER
from unchurn.aws.templates import parse
from unchurn.cli.app import app

REPOSITORY = Path(__file__).parents[2]
SPEC: dict[str, Any] = yaml.safe_load((REPOSITORY / "buildspec.yml").read_text("utf-8"))
DELIVERY = parse((FOLDER / "delivery.yaml").read_text("utf-8"))["Resources"]
OF_THE_ENVIRONMENT = {*PARAMETERS.values(), DEPLOY}
"""Variables that the verbs read for themselves."""
OF_CODEBUILD = {"CODEBUILD_BUILD_SUCCEEDING"}


def commands(*phases: str) -> list[str]:
    """Return the commands of phases, of all of them where none is named."""
    return [each for name in phases or SPEC["phases"] for each in SPEC["phases"][name]["commands"]]


def verbs() -> Iterator[tuple[str, Any, set[str]]]:
    """Yield (name, command, flags used) of each call of unchurn."""
    for line in commands():
        if not line.startswith("unchurn "):
            continue
        words = shlex.split(line.split(" > ")[0])
        command: Any = get_command(app)
        named = []
        for word in words[1:]:
            if not getattr(command, "commands", None):
                break
            command = command.commands[word]
            named.append(word)
        yield " ".join(named), command, {word for word in words if word.startswith("--")}


def variables() -> dict[str, Any]:
    """Return what the template tells the build, by name."""
    given = DELIVERY["DeliveryBuild"]["Properties"]["Environment"]["EnvironmentVariables"]
    return {each["Name"]: each["Value"] for each in given}


def actions(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every action of the pipeline, whatever it depends on."""
    if isinstance(node, dict):
        if "ActionTypeId" in node:
            yield node
        for inside in node.values():
            yield from actions(inside)
    elif isinstance(node, list):
        for inside in node:
            yield from actions(inside)


def named(provider: str) -> list[dict[str, Any]]:
    """Return the actions of a provider."""
    return [
        each
        for each in actions(DELIVERY["Pipeline"])
        if each["ActionTypeId"]["Provider"] == provider
    ]


def test_codebuild_takes_it_as_it_is() -> None:
    assert (SPEC["version"], SPEC["env"]["shell"]) == (0.2, "bash")
    assert list(SPEC["phases"]) == ["install", "pre_build", "build", "post_build"]
    assert DELIVERY["DeliveryBuild"]["Properties"]["Source"]["BuildSpec"] == "buildspec.yml"


def test_every_verb_and_flag_exists_and_takes_what_it_is_given() -> None:
    found = list(verbs())
    assert [name for name, _, _ in found] == ["aws deploy", "aws train", "aws endpoint parameters"]
    for name, command, used in found:
        known = {flag for item in command.params for flag in item.opts}
        assert used <= known, name


def test_every_variable_that_a_command_uses_is_told_by_the_template() -> None:
    used = set(re.findall(r"\$\{?([A-Za-z_]\w+)", " ".join(commands()))) - {"code"}
    assert used - OF_CODEBUILD <= set(variables())
    assert set(SPEC["env"]["variables"]) <= set(variables()), "the template's value wins"


def test_every_variable_that_the_template_tells_is_used() -> None:
    used = set(re.findall(r"\$\{?([A-Za-z_]\w+)", " ".join(commands())))
    assert set(variables()) == (used - OF_CODEBUILD - {"code"}) | OF_THE_ENVIRONMENT


def test_each_role_is_told_by_the_name_under_which_it_is_read() -> None:
    told = variables()
    assert {told[key]["Ref"]: key for key in PARAMETERS.values()} == PARAMETERS
    assert told[DEPLOY] == {"Fn::GetAtt": ["DeliveryDeployRole", "Arn"]}


def test_what_the_deploying_stage_reads_is_what_source_and_build_hand_over() -> None:
    (deploy,) = named("CloudFormation")
    configuration = deploy["Configuration"]
    _, cloned, plain = configuration["TemplatePath"]["Fn::If"]
    source, template = plain.split("::")
    build, parameters = configuration["TemplateConfiguration"].split("::")
    assert (REPOSITORY / template).is_file()
    assert parameters in SPEC["artifacts"]["files"]
    assert any(line.endswith(f"> {parameters}") for line in commands("post_build"))
    assert cloned == f"{build}::{template}"
    assert template in SPEC["artifacts"]["files"]
    given = [[each["Name"] for each in way] for way in deploy["InputArtifacts"]["Fn::If"][1:]]
    assert given == [[build], [source, build]]
    (built,) = named("CodeBuild")
    assert built["OutputArtifacts"] == [{"Name": build}]
    assert built["InputArtifacts"] == [{"Name": source}]
    for provider in ("S3", "CodeCommit", "CodeStarSourceConnection"):
        (found,) = named(provider)
        assert found["OutputArtifacts"] == [{"Name": source}]


def test_every_file_that_is_handed_over_is_the_commits_or_written_by_a_command() -> None:
    for name in SPEC["artifacts"]["files"]:
        assert (REPOSITORY / name).is_file() or any(f"> {name}" in line for line in commands())


def test_after_a_build_that_failed_nothing_is_handed_over() -> None:
    assert commands("post_build")[0] == 'test "$CODEBUILD_BUILD_SUCCEEDING" = 1'


def test_a_refusal_shows_the_gates_words_and_keeps_its_exit_code() -> None:
    (train,) = (line for line in commands("build") if line.startswith("unchurn aws train"))
    assert train.endswith('> run.json || (code=$?; cat run.json; exit "$code")')


def test_what_is_installed_and_tested_is_there() -> None:
    text = " ".join(commands("install", "pre_build"))
    constraints, extra = re.search(r"-c (\S+) \"\.\[(\w+)\]\"", text).groups()  # type: ignore[union-attr]
    assert (REPOSITORY / constraints).is_file()
    assert re.search(rf"^{extra} = \[$", (REPOSITORY / "pyproject.toml").read_text("utf-8"), re.M)
    target = text.rpartition("make ")[2]
    assert re.search(rf"^{target}:", (REPOSITORY / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.parametrize("word", ["http", "index-url", "arn:", "amazonaws"])
def test_it_names_no_host_and_no_account(word: str) -> None:
    assert word not in (REPOSITORY / "buildspec.yml").read_text("utf-8")
