"""No role of a deployment reaches what another one, whose name begins alike, has made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest
from delivery_needs import ADDRESSED
from role_needs import WITHOUT_RESOURCE, plain
from shipped_stacks import ALL_ON, EVERY, STACK, resolved, resources, templates

OTHERS = (f"{STACK}-x", f"{STACK}-delivery", f"{STACK}-training", f"{STACK}-champion",
          f"{STACK}-endpoint", f"{STACK}-image", f"{STACK}-deploy", f"{STACK}x")  # fmt: skip
LISTS = WITHOUT_RESOURCE | {
    *("sns:Unsubscribe", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes"),
    *("application-autoscaling:DescribeScalableTargets", "cloudformation:ValidateTemplate"),
    "application-autoscaling:DescribeScalingPolicies",
}
"""Actions that take no resource."""
JOBS = ("processing-job", "hyper-parameter-tuning-job", "transform-job", "training-job")
Context = Mapping[str, str]


def allows(statement: Mapping[str, Any], action: str, arn: str, context: Context) -> bool:
    """Evaluate one statement as IAM does: action, resource, and every condition."""
    several = {key: _several(statement.get(key, [])) for key in ("Action", "Resource")}
    return (
        statement["Effect"] == "Allow"
        and action in several["Action"]
        and any(fnmatchcase(arn, plain(str(on))) for on in several["Resource"])
        and all(
            _holds(operator, key, [str(each) for each in _several(wanted)], context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, key: str, wanted: list[str], context: Context) -> bool:
    if operator == "Null":
        return (key not in context) == (wanted == ["true"])
    if operator == "StringEqualsIfExists" and key not in context:
        return True
    found = context.get(key)
    if operator.startswith("StringEquals"):
        return found in wanted
    if operator in ("StringLike", "ArnLike", "ArnEquals"):
        return found is not None and any(fnmatchcase(found, each) for each in wanted)
    raise AssertionError(f"{operator} is not evaluated here")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(**values: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (role, statement) of every role of the deployment."""
    for stack, logical, kind, properties in resources(**{**ALL_ON, **values}):
        if kind == "AWS::IAM::Role" and stack in ("roles", "delivery"):
            for policy in properties["Policies"]:
                for each in policy["PolicyDocument"]["Statement"]:
                    yield logical, each
        elif kind == "AWS::IAM::ManagedPolicy":
            for each in properties["PolicyDocument"]["Statement"]:
                yield logical, each


def may(action: str, arn: str, context: Context | None = None) -> set[str]:
    """Name the roles that may do something."""
    return {role for role, each in statements() if allows(each, action, arn, context or {})}


def made_by(stack: str) -> Iterator[str]:
    """Yield the ARN of everything with a name of ours that a deployment makes, its stacks too."""
    for _, _, kind, properties in resources(**{**ALL_ON, "StackName": stack}):
        if kind in ADDRESSED:
            action, before, key = ADDRESSED[kind]
            before = before.replace(f"/{STACK}/", f"/{stack}/")
            arn = f"arn:*:{action.partition(':')[0]}:*:*:{before}{properties[key]}"
            yield from (arn, f"{arn}:*") if ":log-group:" in arn else (arn,)
    for name in EVERY:
        yield f"arn:*:cloudformation:*:*:stack/{stack}-{name}/0123"
    for folder in ("Source", "Build"):
        yield f"arn:*:s3:::{STACK}-<AccountId>-eu-west-1/{f'{stack}-delivery'[:20]}/{folder}/1"


def every_action() -> set[str]:
    return {action for _, each in statements() for action in _several(each["Action"])}


@pytest.mark.parametrize("other", OTHERS)
def test_nothing_of_another_deployment_is_within_reach(other: str) -> None:
    """Every action of every role against everything that the other one makes."""
    reached = {
        (arn, role, action)
        for arn in made_by(other)
        for role, each in statements()
        for action in _several(each["Action"])
        if action not in LISTS and allows(each, action, arn, {})
    }
    assert reached == set()


def test_its_own_things_are_within_reach() -> None:
    """The evaluation is no empty promise: what the deployment makes itself, its roles change."""
    within = {
        arn.removesuffix(":*")
        for arn in made_by(STACK)
        for _, each in statements()
        for action in _several(each["Action"])
        if action not in LISTS and allows(each, action, arn, {})
    }
    # what only an administrator makes, and nobody calls
    beyond = {arn for arn in made_by(STACK) if arn.removesuffix(":*") not in within}
    assert {arn.rpartition(":")[2] for arn in beyond} <= {
        f"alarm/{STACK}-delivery-stopped", f"{STACK}-delivery-stopped", f"rule/{STACK}-not-deployed",
        f"rule/{STACK}-delivery", f"{STACK}-restoreChampion",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["endpoint", "endpoint-config"])
def test_a_commit_tags_what_it_makes_and_nothing_that_is_there(kind: str) -> None:
    """A tag given later would make another's endpoint one of this deployment."""
    arn = f"arn:*:sagemaker:*:*:{kind}/anybodys"
    ours, theirs = {"aws:ResourceTag/StackName": STACK}, {"aws:ResourceTag/StackName": "other"}
    request = {"aws:RequestTag/StackName": STACK}
    making = {"sagemaker:TaggingAction": "CreateEndpoint"}
    for action in ("sagemaker:AddTags", "sagemaker:DeleteTags", "sagemaker:DeleteEndpoint"):
        assert may(action, arn, ours) == {"DeliveryDeployRole"}
        assert not may(action, arn, theirs)
        assert not may(action, arn, {**theirs, **request})
        assert not may(action, arn, request)
    assert may("sagemaker:AddTags", arn, {**request, **making}) == {"DeliveryDeployRole"}
    assert not may("sagemaker:AddTags", arn, making)
    assert not may("sagemaker:AddTags", arn, {**making, "aws:RequestTag/StackName": "other"})


@pytest.mark.parametrize("kind", [*JOBS, "model"])
def test_jobs_of_another_deployment_are_left_alone(kind: str) -> None:
    """Whatever they are called: they bear its tag, and none of ours is given to them."""
    name = f"arn:*:sagemaker:*:*:{kind}/{STACK}-x-run-1"
    theirs = {"aws:ResourceTag/StackName": f"{STACK}-x"}
    for action in sorted(each for each in every_action() if each.startswith("sagemaker:")):
        assert not may(action, name, theirs), action
        assert not may(action, name, {**theirs, "aws:RequestTag/StackName": STACK}), action
    made = "".join(part.capitalize() for part in kind.split("-")).replace(
        "HyperParameter", "HyperParameter"
    )
    create = "sagemaker:CreateModel" if kind == "model" else f"sagemaker:Create{made}"
    assert may(create, name, {"aws:RequestTag/StackName": STACK}) == {"WorkflowRole"}
    assert not may(create, name, {"aws:RequestTag/StackName": f"{STACK}-x"})


def test_the_artefacts_folder_is_as_much_of_the_name_as_codepipeline_keeps() -> None:
    assert "DeliveryArtefacts" in templates()["delivery"].parameters
    assert resolved()["delivery"].resolve({"Ref": "DeliveryArtefacts"}) == f"{STACK}-delivery"
