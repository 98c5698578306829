"""The pipeline's template: its stages for each choice, what starts it, and what follows a failure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shipped_stacks import ALL_ON, STACK, resolved, resources

from unchurn.aws.delivery import SOURCE_KEY
from unchurn.aws.stacks import ON_REQUEST

CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/1"
S3 = {**ALL_ON, "DeliveryApproval": "false", "DeliveryScore": "false"}
GITHUB = {
    **S3,
    "DeliverySource": "github",
    "DeliveryRepository": "acme/churn",
    "DeliveryConnection": CONNECTION,
}
CODECOMMIT = {**S3, "DeliverySource": "codecommit", "DeliveryRepository": "churn"}
each_source = pytest.mark.parametrize("values", [S3, GITHUB, CODECOMMIT])


def made(values: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the properties of what the template makes, by logical id."""
    return {name: p for stack, name, _, p in resources(**values) if stack == "delivery"}


def stages(values: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the one action of each stage, by the stage's name."""
    found = made(values)["Pipeline"]["Stages"]
    assert all(len(each["Actions"]) == 1 for each in found)
    return {each["Name"]: each["Actions"][0] for each in found}


@each_source
def test_a_commit_is_built_and_deployed_whatever_it_comes_from(values: dict[str, str]) -> None:
    assert list(stages(values)) == ["Source", "Build", "Deploy"]


def test_somebody_approves_and_customers_are_scored_where_it_is_wanted() -> None:
    assert list(stages(ALL_ON)) == ["Source", "Build", "Approve", "Deploy", "Score"]
    assert stages(ALL_ON)["Approve"]["Configuration"]["NotificationArn"] == f"{STACK}-alerts"
    arn = stages(ALL_ON)["Score"]["Configuration"]["StateMachineArn"]
    assert arn.endswith(f":stateMachine:{STACK}-inference")


@pytest.mark.parametrize(
    ("values", "provider", "configuration"),
    [
        (S3, "S3", {"S3ObjectKey": SOURCE_KEY, "PollForSourceChanges": "false"}),
        (
            GITHUB,
            "CodeStarSourceConnection",
            {
                "ConnectionArn": CONNECTION,
                "FullRepositoryId": "acme/churn",
                "BranchName": "main",
                "DetectChanges": "true",
                "OutputArtifactFormat": "CODE_ZIP",
            },
        ),
        (
            CODECOMMIT,
            "CodeCommit",
            {
                "RepositoryName": "churn",
                "BranchName": "main",
                "PollForSourceChanges": "false",
                "OutputArtifactFormat": "CODE_ZIP",
            },
        ),
    ],
)
def test_each_source_is_asked_in_its_own_words(
    values: dict[str, str], provider: str, configuration: dict[str, str]
) -> None:
    source = stages(values)["Source"]
    assert source["ActionTypeId"]["Provider"] == provider
    assert {k: v for k, v in source["Configuration"].items() if k != "S3Bucket"} == configuration


@pytest.mark.parametrize(
    ("values", "right"),
    [(GITHUB, "codeconnections:UseConnection"), (CODECOMMIT, "codecommit:GitPull")],
)
def test_a_whole_clone_is_for_the_build_alone(values: dict[str, str], right: str) -> None:
    """The build may clone, and hands over the template, which no other stage could read."""
    cloned = {**values, "DeliveryClone": "true"}
    found = stages(cloned)
    assert found["Source"]["Configuration"]["OutputArtifactFormat"] == "CODEBUILD_CLONE_REF"
    assert [each["Name"] for each in found["Deploy"]["InputArtifacts"]] == ["Build"]
    assert found["Deploy"]["Configuration"]["TemplatePath"].startswith("Build::")
    for given, may in ((cloned, True), (values, False)):
        assert (right in json.dumps(made(given)["DeliveryBuildRole"])) is may


def test_the_bucket_and_codecommit_start_the_pipeline_by_a_rule_github_by_itself() -> None:
    bundle = made(S3)["Commit"]["EventPattern"]
    assert bundle["detail"]["object"] == {"key": [SOURCE_KEY]}
    branch = made(CODECOMMIT)["Commit"]["EventPattern"]
    assert branch["resources"] == ["arn:<Partition>:codecommit:eu-west-1:<AccountId>:churn"]
    assert branch["detail"]["referenceName"] == ["main"]
    assert "Commit" not in made(GITHUB)
    for values in (S3, CODECOMMIT):
        (target,) = made(values)["Commit"]["Targets"]
        assert target["Arn"].endswith(f":{made(values)['Pipeline']['Name']}")


def test_the_endpoint_is_deployed_as_the_role_of_commits_and_recovers_nothing_by_force() -> None:
    configuration = stages(S3)["Deploy"]["Configuration"]
    assert configuration["ActionMode"] == "CREATE_UPDATE"
    assert configuration["StackName"] == f"{STACK}-deploy-model"
    assert configuration["StackName"].removeprefix(f"{STACK}-") in ON_REQUEST
    assert configuration["RoleArn"] == "<DeliveryDeployRole.Arn>"
    assert "Capabilities" not in configuration, "an endpoint needs no right that is made for it"


def test_what_was_not_deployed_or_approved_brings_the_champion_back() -> None:
    found = made(ALL_ON)
    detail = found["NotDeployed"]["EventPattern"]["detail"]
    assert set(detail["stage"]) == {"Approve", "Deploy"} <= set(stages(ALL_ON))
    assert detail["pipeline"] == [found["Pipeline"]["Name"]]
    assert [each["Arn"] for each in found["NotDeployed"]["Targets"]] == [
        "<RestoreChampionFunction.Arn>"
    ]
    permission = found["LetRuleCall"]
    assert permission["FunctionName"] == found["RestoreChampionFunction"]["FunctionName"]
    assert permission["SourceArn"] == "<NotDeployed.Arn>"


def test_an_alarm_watches_the_build_and_the_function() -> None:
    alarm = made(S3)["DeliveryStopped"]
    watched = {
        each["MetricStat"]["Metric"]["MetricName"]: each["MetricStat"]["Metric"]["Dimensions"][0]
        for each in alarm["Metrics"]
        if "MetricStat" in each
    }
    assert watched["FailedBuilds"]["Value"] == made(S3)["DeliveryBuild"]["Name"]
    assert watched["Errors"]["Value"] == f"{STACK}-restoreChampion"


def test_without_a_source_only_the_roles_are_left() -> None:
    left = resolved(DeliverySource="none")["delivery"].made()
    assert {name for name, body in left.items() if body["Type"] == "AWS::IAM::Role"} == {
        *("DeliveryPipelineRole", "DeliveryBuildRole", "DeliveryDeployRole")
    }
    assert {body["Type"] for body in left.values()} == {
        *("AWS::IAM::Role", "AWS::IAM::ManagedPolicy")
    }


def test_the_template_fits_into_a_request() -> None:
    assert len(resolved()["delivery"].template.text.encode()) < 51_200
