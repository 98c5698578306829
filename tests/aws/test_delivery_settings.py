"""[delivery] and given roles become values of templates once they can be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from unchurn.aws.bundles import pack
from unchurn.aws.delivery import artefacts_of, delivery_settings
from unchurn.aws.deployment import make_deployment
from unchurn.aws.given_roles import DEPLOY, PARAMETERS, given_roles
from unchurn.aws.plan import make_plan
from unchurn.aws.templates import planned_templates
from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.places import Aws, Delivery

CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/1b2c"
GITHUB = Delivery(source="github", repository="acme/churn", connection=CONNECTION)
CODECOMMIT = Delivery(source="codecommit", repository="churn")
ROLE = "arn:aws:iam::123456789012:role/theirs"
each_role = pytest.mark.parametrize("key", PARAMETERS.values())


def project(folder: Path, text: str = "") -> Project:
    (folder / "churn.toml").write_text(text)
    return Project.load(folder)


@pytest.mark.parametrize("delivery", [Delivery(source="s3"), GITHUB, CODECOMMIT])
def test_a_source_that_is_described_is_taken(delivery: Delivery) -> None:
    values = delivery_settings(delivery)
    assert values["DeliverySource"] == delivery.source
    assert values["DeliveryRepository"] == delivery.repository
    assert (values["DeliveryApproval"], values["DeliveryScore"]) == ("false", "false")


def test_an_older_connection_is_taken_too() -> None:
    old = CONNECTION.replace("codeconnections", "codestar-connections")
    assert delivery_settings(replace(GITHUB, connection=old))["DeliveryConnection"] == old


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        (replace(GITHUB, repository=""), "repository is ''; it must be owner/name"),
        (replace(GITHUB, repository="churn"), "repository is 'churn'; it must be owner/name"),
        (replace(GITHUB, connection=""), "connection is ''; it must be the ARN of a connection"),
        (replace(GITHUB, connection="github"), "connection is 'github'"),
        (replace(GITHUB, branch=""), "branch is empty"),
        (replace(CODECOMMIT, repository=""), "the name of a CodeCommit repository"),
        (replace(CODECOMMIT, repository="acme/churn"), "repository is 'acme/churn'"),
        (Delivery(source="s3", folder="/churn"), "folder is '/churn'; it must be a folder inside"),
        (Delivery(source="s3", folder="../churn"), r"folder is '\.\./churn'"),
        (Delivery(source="s3", folder=""), "folder is ''"),
        (Delivery(source="s3", clone=True), "whose bundle has no history"),
    ],
)
def test_a_source_that_is_half_described_is_refused_with_the_next_move(
    delivery: Delivery, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        delivery_settings(delivery)
    assert caught.value.hint


def test_without_a_source_nothing_is_asked_and_nothing_delivered(tmp_path: Path) -> None:
    made = make_deployment(project(tmp_path, '[delivery]\nfolder = "/"\n'))
    assert made.values["DeliverySource"] == "none"
    assert not made.delivers


def test_a_source_delivers(tmp_path: Path) -> None:
    assert make_deployment(project(tmp_path, '[delivery]\nsource = "s3"\n')).delivers


@each_role
def test_the_environment_gives_a_role_before_churn_toml(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(tmp_path, f'[aws]\n{key} = "{ROLE}-of-the-file"\n')
    (parameter,) = (name for name, each in PARAMETERS.items() if each == key)
    assert make_deployment(made).values[parameter] == f"{ROLE}-of-the-file"
    monkeypatch.setenv(key, f" {ROLE}\n")
    assert make_deployment(made).values[parameter] == ROLE, "trimmed of white space"
    monkeypatch.setenv(key, "  ")
    assert make_deployment(made).values[parameter] == f"{ROLE}-of-the-file", "empty says nothing"


def test_a_role_that_nobody_gives_is_made() -> None:
    assert set(given_roles(Aws()).values()) == {""}


@each_role
@pytest.mark.parametrize("value", ["admin", "arn:aws:iam::1:role/x"])
def test_what_is_no_role_is_refused_and_told_where_it_came_from(
    key: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=f"The {key} of the deployment is {value!r}") as caught:
        given_roles(Aws(**{key: value}))  # type: ignore[arg-type]
    assert "churn.toml" in str(caught.value.hint)
    monkeypatch.setenv(key, value)
    with pytest.raises(ConfigError, match=repr(value)) as caught:
        given_roles(Aws())
    assert f"environment variable {key}" in str(caught.value.hint)


def test_cloudformation_acts_as_the_role_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make_deployment(project(tmp_path)).deploy_role == ""
    monkeypatch.setenv(DEPLOY, f"{ROLE} ")
    assert make_deployment(project(tmp_path)).deploy_role == ROLE
    monkeypatch.setenv(DEPLOY, "admin")
    with pytest.raises(ConfigError, match="deploy_role"):
        make_deployment(project(tmp_path))


@pytest.mark.parametrize(
    ("stack", "prefix"),
    [("acme", "acme-delivery/"), ("customer-retention", "customer-retention-d/")],
)
def test_artefacts_lie_under_as_much_of_the_name_as_codepipeline_keeps(
    stack: str, prefix: str
) -> None:
    assert artefacts_of(stack) == prefix


def test_the_plan_lists_the_pipeline_and_says_why_of_every_right(tmp_path: Path) -> None:
    deployment = make_deployment(project(tmp_path, '[delivery]\nsource = "s3"\n'))
    plan = make_plan(deployment, pack(), planned_templates(deployment.delivers))
    made = {each.kind: each.name for each in plan.resources if each.stack.endswith("-delivery")}
    assert made["AWS::CodePipeline::Pipeline"] == "unchurn-delivery"
    rights = [each for each in plan.permissions if each.role.startswith("Delivery")]
    assert {each.role for each in rights} == {
        *("DeliveryPipelineRole", "DeliveryBuildRole", "DeliveryDeployRole", "DeliveryStartRole")
    }
    assert all(each.why for each in rights)


def test_the_plan_without_a_source_lists_no_pipeline(tmp_path: Path) -> None:
    deployment = make_deployment(project(tmp_path))
    assert "delivery" not in {each.name for each in planned_templates(deployment.delivers)}
