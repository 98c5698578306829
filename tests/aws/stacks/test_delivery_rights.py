"""A commit has the rights to be built, trained and deployed, and none to give itself others."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
from delivery_needs import (
    ADDRESSED,
    changeable,
    of_restoring,
    of_the_build,
    of_the_deployment,
    of_the_pipeline,
    passed,
)
from role_needs import WITHOUT_RESOURCE, plain
from shipped_stacks import ALL_ON, MOST, STACK, characters, resolved, resources, templates

from unchurn.aws.apply_stacks import GUARDED
from unchurn.aws.permissions import Permission, read_permissions
from unchurn.aws.stacks import ON_REQUEST, STACKS

TAKE_NO_RESOURCE = WITHOUT_RESOURCE | {
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "cloudformation:ValidateTemplate",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
}
NAMES_MADE_UP = ("endpoint*/*", "endpoint/*", "endpoint-config/*", "scalable-target/*")
"""Where CloudFormation or the service, not the template, chooses names."""
GITHUB = {
    "DeliverySource": "github",
    "DeliveryConnection": "arn:aws:codeconnections:eu-west-1:123456789012:connection/1",
    "DeliveryRepository": "acme/churn",
}
CODECOMMIT = {"DeliverySource": "codecommit", "DeliveryRepository": "churn"}
MAKING = {action for action, _, _ in ADDRESSED.values()}
Grant = tuple[str, str]


def permissions(role: str, **values: str) -> tuple[Permission, ...]:
    """Return what a role of the delivery may do."""
    found = read_permissions(resolved(**{**ALL_ON, **values})["delivery"])
    return tuple(each for each in found if each.role == role)


def allowed(role: str, **values: str) -> set[str]:
    """Return the actions of a role."""
    return {each.action for each in permissions(role, **values)}


def grants(role: str) -> set[Grant]:
    """Return (action, resource) of a role."""
    return {(each.action, plain(on)) for each in permissions(role) for on in each.resources}


def stacks_with(role: str, action: str) -> set[str]:
    """Return the templates on whose stacks a role has an action of CloudFormation."""
    patterns = [on.split("stack/")[1] for found, on in grants(role) if found == action]
    return {
        name
        for name in STACKS + ON_REQUEST
        if any(fnmatchcase(f"{STACK}-{name}/id", pattern) for pattern in patterns)
    }


def test_the_build_lacks_nothing_and_has_nothing_to_spare() -> None:
    found, needed = allowed("DeliveryBuildRole"), of_the_build()
    assert sorted(needed - found) == [], "lacks"
    assert sorted(found - needed) == [], "has to spare"


@pytest.mark.parametrize("source", [{}, GITHUB, CODECOMMIT], ids=["s3", "github", "codecommit"])
def test_the_pipeline_may_do_what_its_stages_do(source: dict[str, str]) -> None:
    values = {**ALL_ON, **source}
    assert allowed("DeliveryPipelineRole", **source) == of_the_pipeline(**values)


def test_stages_that_are_not_wanted_bring_no_rights() -> None:
    bare = {"DeliveryApproval": "false", "DeliveryScore": "false"}
    found = allowed("DeliveryPipelineRole", **bare)
    assert found == of_the_pipeline(**{**ALL_ON, **bare})
    assert not {each for each in found if each.startswith(("sns:", "states:"))}


def test_cloudformation_may_do_what_the_stacks_of_a_commit_make() -> None:
    found, needed = allowed("DeliveryDeployRole"), of_the_deployment()
    assert sorted(needed - found) == [], "lacks"
    assert sorted(found - needed) == [], "has to spare"


def test_restoring_the_champion_needs_what_it_has() -> None:
    assert allowed("RestoreChampionRole") == of_restoring()


def test_the_trigger_may_start_this_pipeline_and_nothing_else() -> None:
    (only,) = permissions("DeliveryStartRole")
    (pipeline,) = (p["Name"] for _, name, _, p in resources(**ALL_ON) if name == "Pipeline")
    assert only.action == "codepipeline:StartPipelineExecution"
    assert [plain(on) for on in only.resources] == [f"arn:*:codepipeline:*:*:{pipeline}"]
    assert permissions("DeliveryStartRole", **GITHUB) == ()


def test_no_role_of_a_commit_may_change_a_right() -> None:
    """Nothing in IAM but passing a role, and no policy of a resource."""
    for role in ("DeliveryBuildRole", "DeliveryDeployRole", "DeliveryPipelineRole"):
        found = allowed(role)
        assert {each for each in found if each.startswith(("iam:", "sts:"))} == {"iam:PassRole"}
        policies = {each for each in found if "Policy" in each or "Permission" in each}
        assert policies <= {
            "application-autoscaling:DeleteScalingPolicy",
            "application-autoscaling:PutScalingPolicy",
            "logs:DeleteRetentionPolicy",
            "logs:PutRetentionPolicy",
            "sns:GetDataProtectionPolicy",
        }


def test_what_holds_data_or_rights_is_compared_and_never_changed() -> None:
    free = set(STACKS + ON_REQUEST) - set(GUARDED)
    assert stacks_with("DeliveryBuildRole", "cloudformation:ExecuteChangeSet") == free
    assert stacks_with("DeliveryBuildRole", "cloudformation:DeleteStack") == free
    assert stacks_with("DeliveryBuildRole", "cloudformation:CreateChangeSet") == free | set(GUARDED)
    assert stacks_with("DeliveryPipelineRole", "cloudformation:UpdateStack") == {"deploy-model"}
    assert stacks_with("DeliveryPipelineRole", "cloudformation:CreateStack") == {"deploy-model"}


def test_every_role_and_every_policy_of_a_resource_is_in_a_guarded_stack() -> None:
    kinds = {(stack, kind) for stack, _, kind, _ in resources(**ALL_ON)}
    rights = {
        (s, k) for s, k in kinds if k.startswith("AWS::IAM") or k.endswith(("Policy", "Permission"))
    }
    scaling = ("deploy-model", "AWS::ApplicationAutoScaling::ScalingPolicy")
    assert {stack for stack, _ in rights - {scaling}} <= set(GUARDED)


@pytest.mark.parametrize("role", ["DeliveryBuildRole", "DeliveryPipelineRole"])
def test_the_deploying_role_is_the_only_one_to_pass_and_to_cloudformation_alone(role: str) -> None:
    (only,) = (each for each in permissions(role) if each.action == "iam:PassRole")
    assert only.resources == ("<DeliveryDeployRole.Arn>",)
    assert only.condition == "iam:PassedToService StringEquals cloudformation.amazonaws.com"


def test_each_service_may_be_passed_the_roles_that_it_acts_as_and_no_other() -> None:
    given = {
        (service, role)
        for each in permissions("DeliveryDeployRole")
        if each.action == "iam:PassRole"
        for service in each.condition.removeprefix("iam:PassedToService StringEquals ").split(", ")
        for role in each.resources
    }
    assert given == passed()


def test_every_resource_that_a_commit_may_change_is_within_reach() -> None:
    given = grants("DeliveryDeployRole")
    for logical, kind, properties in changeable():
        if kind in ADDRESSED:
            action, before, key = ADDRESSED[kind]
            arn = f"arn:*:{action.partition(':')[0]}:*:*:{before}{properties[key]}"
            patterns = [on for found, on in given if found == action]
            assert any(fnmatchcase(arn, pattern) for pattern in patterns), logical


def test_no_resource_that_only_an_administrator_changes_is_within_reach() -> None:
    given = [on for found, on in grants("DeliveryDeployRole") if found in MAKING]
    for stack, logical, kind, properties in resources(**ALL_ON):
        if stack in GUARDED and kind in ADDRESSED:
            _, before, key = ADDRESSED[kind]
            arn = f"arn:*:{ADDRESSED[kind][0].partition(':')[0]}:*:*:{before}{properties[key]}"
            assert not any(fnmatchcase(arn, pattern) for pattern in given), logical


def test_an_endpoint_of_somebody_else_is_not_changed() -> None:
    for each in permissions("DeliveryDeployRole"):
        changes = each.action.startswith(("sagemaker:Update", "sagemaker:Delete"))
        tags = each.action in ("sagemaker:AddTags", "application-autoscaling:TagResource")
        tagged = each.condition == f"aws:ResourceTag/StackName StringEquals {STACK}"
        new = "sagemaker:TaggingAction Null false" in each.condition
        assert (changes or tags) == (tagged or new), each.action
        assert not new or f"aws:RequestTag/StackName StringEquals {STACK}" in each.condition
    for logical, kind, properties in changeable():
        if kind.startswith("AWS::SageMaker::"):
            assert {"Key": "StackName", "Value": STACK} in properties["Tags"], logical


def test_no_resource_of_a_delivery_is_all_of_a_service_or_of_the_bucket() -> None:
    for each in read_permissions(resolved(**ALL_ON)["delivery"]):
        for on in each.resources:
            below = plain(on).partition("*:*:")[2] if on.startswith("arn:") else on
            if below.startswith("*"):
                assert each.action in TAKE_NO_RESOURCE, each
            elif below.endswith("*") and STACK not in below:
                assert below in NAMES_MADE_UP, each
            assert ":s3:" not in on or not below.endswith("<AccountId>-eu-west-1/*"), each


def test_artefacts_are_the_only_prefix_that_two_roles_write() -> None:
    written: dict[str, set[str]] = {
        role: {on.partition("/")[2] for action, on in grants(role) if action == "s3:PutObject"}
        for role in ("DeliveryPipelineRole", "DeliveryBuildRole", "DeliveryDeployRole")
    }
    assert written["DeliveryDeployRole"] == set()
    assert written["DeliveryPipelineRole"] == {
        f"{STACK}-delivery/Source/*",
        f"{STACK}-delivery/Build/*",
    }
    assert written["DeliveryBuildRole"] == {
        *(
            f"{STACK}-delivery/Build/*",
            "code/*",
            "data/train/*",
            "data/history/*",
            "data/exclude/*",
        ),
        *("project/churn.toml", "project/own_code.zip", "project/uplift.tar.gz"),
        "data/watches/constraints.json",
    }


@pytest.mark.parametrize(
    "name",
    ["DeliveryPipelineRole", "DeliveryBuildRole", "DeliveryDeployRole", "DeliveryDeployPolicy"],
)
def test_what_a_role_may_do_is_no_longer_than_iam_takes(name: str) -> None:
    kind = templates()["delivery"].resources[name]["Type"]
    assert characters("delivery", name, **ALL_ON | GITHUB) < MOST[kind]


def test_every_arn_of_a_delivery_names_the_account() -> None:
    for each in read_permissions(resolved(**ALL_ON)["delivery"]):
        for on in each.resources:
            named = on == "*" or not on.startswith("arn:") or ":s3:::" in on
            assert named or on.split(":")[4] in {"<AccountId>", "123456789012"}, each


def trust(role: str) -> dict[str, Any]:
    """Return the one statement by which a role is assumed."""
    body = resolved(**ALL_ON)["delivery"]
    document = body.resolve(templates()["delivery"].resources[role]["Properties"])
    (statement,) = document["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)


@pytest.mark.parametrize(
    ("role", "service", "source"),
    [
        ("DeliveryPipelineRole", "codepipeline", f"arn:*:codepipeline:*:*:{STACK}-delivery"),
        ("DeliveryBuildRole", "codebuild", f"arn:*:codebuild:*:*:project/{STACK}-delivery"),
        ("DeliveryStartRole", "events", f"arn:*:events:*:*:rule/{STACK}-delivery"),
        ("RestoreChampionRole", "lambda", None),
    ],
)
def test_a_role_trusts_one_service_for_one_thing(
    role: str, service: str, source: str | None
) -> None:
    found = trust(role)
    assert found["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert found["Condition"]["StringEquals"] == {"aws:SourceAccount": "<AccountId>"}
    if source:
        assert plain(found["Condition"]["ArnEquals"]["aws:SourceArn"]) == source


def test_the_deploying_role_trusts_cloudformation() -> None:
    assert trust("DeliveryDeployRole")["Principal"] == {"Service": "cloudformation.amazonaws.com"}
