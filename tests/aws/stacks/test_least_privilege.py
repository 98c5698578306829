"""Every role has the actions that its code and its machines need, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
from role_needs import WITHOUT_RESOURCE, by_machines, by_queries, expected, plain
from shipped_stacks import ALL_ON, resolved, resources, templates

from unchurn.aws import machines
from unchurn.aws.machines.actions import PASSED_TO
from unchurn.aws.permissions import Permission, read_permissions

TRUSTED = {
    "WorkflowRole": {"states.amazonaws.com"},
    "SageMakerRole": {"sagemaker.amazonaws.com"},
    "GlueRole": {"glue.amazonaws.com"},
    "LambdaRole": {"lambda.amazonaws.com"},
    "RegistryLambdaRole": {"lambda.amazonaws.com"},
    "BuildRole": {"codebuild.amazonaws.com"},
    "SchedulerRole": {"scheduler.amazonaws.com", "events.amazonaws.com"},
}
VERSION = "AWS::StepFunctions::StateMachineVersion"
each_role = pytest.mark.parametrize("role", TRUSTED)
Grant = tuple[str, str]


@cache
def permissions() -> tuple[Permission, ...]:
    """Return what all roles may do, where the machines ask Athena."""
    return read_permissions(resolved(Queries="train")["roles"])


def allowed(role: str) -> set[str]:
    """Return the actions of a role."""
    return {each.action for each in permissions() if each.role == role}


def statements() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every statement of a policy in any template: (stack, logical id, statement)."""
    for stack, logical, _, properties in resources(**ALL_ON):
        yield from ((stack, logical, found) for found in _statements(properties))


def _statements(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "Effect" in node:
            yield node
        for inside in node.values():
            yield from _statements(inside)
    elif isinstance(node, list):
        for inside in node:
            yield from _statements(inside)


def listed(value: Any) -> list[str]:
    """Return one or several as several."""
    return list(value) if isinstance(value, list) else [value]


def test_every_role_is_accounted_for() -> None:
    made = {(stack, logical) for stack, logical, kind, _ in resources() if kind == "AWS::IAM::Role"}
    assert {logical for stack, logical in made if stack == "roles"} == set(TRUSTED)
    assert {stack for stack, _ in made} == {"roles", "delivery"}


@each_role
def test_a_role_lacks_nothing_and_has_nothing_to_spare(role: str) -> None:
    assert sorted(expected(role) - allowed(role)) == [], "lacks"
    assert sorted(allowed(role) - expected(role)) == [], "has to spare"


def test_the_workflow_reaches_every_resource_of_the_machines_and_no_other() -> None:
    grants = {
        (action, on)
        for action, several in by_machines().items()
        for on in several
        if action not in WITHOUT_RESOURCE
    } | set(by_queries())
    given: set[Grant] = {
        (each.action, plain(on))
        for each in permissions()
        if each.role == "WorkflowRole" and each.action not in WITHOUT_RESOURCE
        for on in each.resources
    }

    def covers(broad: Grant, narrow: Grant) -> bool:
        return broad[0] == narrow[0] and fnmatchcase(narrow[1], broad[1])

    assert [each for each in grants if not any(covers(broad, each) for broad in given)] == []
    assert [each for each in given if not any(covers(each, narrow) for narrow in grants)] == []


def test_nobody_asks_athena_where_no_query_is_named() -> None:
    """Nor reads customers as the machine, or what a policy of the user's allows; beside a query that is said as such."""
    plainly = read_permissions(resolved()["roles"])
    actions = {each.action for each in plainly if each.role == "WorkflowRole"}
    assert not [each for each in actions if each.startswith("athena:")]
    assert "s3:ListBucket" not in actions
    theirs = "arn:aws:iam::123456789012:policy/lake"
    assert read_permissions(resolved(QueryPolicy=theirs)["roles"]) == plainly
    found = read_permissions(resolved(QueryPolicy=theirs, Queries="train")["roles"])
    (more,) = set(found) - set(permissions())
    assert (more.role, more.why) == ("WorkflowRole", f"whatever {theirs} allows")


def test_sagemaker_reaches_every_prefix_of_the_jobs_and_no_other() -> None:
    reads, writes = set(), set()
    for name in machines.NAMES:
        text = machines.path(name).read_text("utf-8")
        outputs = re.split(r'"(?:S3Output|OutputDataConfig|TransformOutput)"', text)
        for number, part in enumerate(outputs):
            uris = re.findall(r"s3://\$\{Bucket\}/(runs|data/\w+)/", part[:400] if number else "")
            writes |= set(uris[:1])
        inputs = re.split(r'"(?:S3Input|S3DataSource)"', text)[1:]
        found = [re.findall(r"\"S3Uri(?:\.\$)?\": \"(.*)\"", part[:400])[:1] for part in inputs]
        for (uri,) in found:
            known = re.findall(r"s3://\$\{Bucket\}/(runs|data/\w+)/", uri)
            reads |= set(known or [{"$.table.location": "data/infer"}.get(uri, "runs")])
    assert writes == {"runs", "data/intermediate", "data/inference_result", "data/watches"}
    assert prefixes("s3:GetObject") == reads | {captured()}, "by the manifest of a run"
    assert prefixes("s3:PutObject") == writes | {captured()}


def captured() -> str:
    """Return the prefix under which the endpoint keeps what it is asked."""
    (config,) = (p for _, logical, _, p in resources(**ALL_ON) if logical == "EndpointConfig")
    return str(config["DataCaptureConfig"]["DestinationS3Uri"]).split("/")[3]


def test_sagemaker_sees_the_alarms_that_guard_the_endpoint_and_no_other() -> None:
    (endpoint,) = (p for _, logical, _, p in resources() if logical == "Endpoint")
    guards = endpoint["DeploymentConfig"]["AutoRollbackConfiguration"]["Alarms"]
    every = {p["AlarmName"] for _, _, kind, p in resources() if kind == "AWS::CloudWatch::Alarm"}
    seen = {
        plain(on).rpartition(":")[2]
        for each in permissions()
        if each.action == "cloudwatch:DescribeAlarms"
        for on in each.resources
    }
    assert seen <= every
    assert seen == {a["AlarmName"] for a in guards}


def prefixes(action: str) -> set[str]:
    """Return the prefixes of the bucket on which SageMaker's role has an action."""
    return {
        on.partition("/")[2].removesuffix("/*")
        for each in permissions()
        if each.role == "SageMakerRole" and each.action == action
        for on in each.resources
    }


def test_what_the_clock_starts_is_what_the_scheduler_may_start() -> None:
    made = list(resources(**ALL_ON))
    targets = [
        target
        for stack, _, _, properties in made
        if stack == "schedules"
        for target in [properties.get("Target"), *properties.get("Targets", [])]
        if isinstance(target, dict) and "Arn" in target
    ]
    may = {on for p in permissions() if p.role == "SchedulerRole" for on in p.resources}
    machine_names = {p["StateMachineName"] for _, _, _, p in made if "StateMachineName" in p}
    # IAM knows a version by the ARN of its machine.
    versions = {f"<{n}>": p["StateMachineArn"] for _, n, kind, p in made if kind == VERSION}
    assert {versions[target["Arn"]] for target in targets} == machine_names
    functions = [p.get("Environment", {}) for _, _, kind, p in made if kind.endswith("Function")]
    told = {each.get("Variables", {}).get("STATE_MACHINE_ARN") for each in functions}
    by_events = {"<EffectVersion>", "<CapturedVersion>"}
    assert told - {None} == set(versions) - by_events, "what functions start, too"
    assert {on.rpartition(":")[2] for on in may} == machine_names


def test_no_action_is_a_wildcard() -> None:
    for stack, logical, statement in statements():
        if statement["Effect"] == "Allow":
            assert not [a for a in listed(statement["Action"]) if "*" in a], (stack, logical)
            assert "NotAction" not in statement


def test_the_one_denial_is_of_connections_in_the_clear() -> None:
    denials = [s for _, _, s in statements() if s["Effect"] != "Allow"]
    assert [s["Condition"] for s in denials] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_only_what_takes_no_resource_is_allowed_on_every_resource() -> None:
    for each in permissions():
        if "*" in each.resources:
            assert each.action in WITHOUT_RESOURCE, each
        if each.action == "cloudwatch:PutMetricData":
            assert "cloudwatch:namespace" in each.condition


def test_no_resource_is_all_of_a_service_or_all_of_the_bucket() -> None:
    for each in permissions():
        for on in each.resources:
            below = plain(on).partition("*:*:")[2] if on.startswith("arn:") else on
            assert each.action in WITHOUT_RESOURCE or not below.startswith("*"), each
            assert ":s3:" not in on or not below.endswith("<AccountId>-eu-west-1/*"), each


def test_no_role_borrows_a_policy_of_aws() -> None:
    for template in templates().values():
        assert "FullAccess" not in template.text
        assert ":policy/" not in template.text


def test_the_one_role_that_is_passed_is_passed_to_sagemaker_alone() -> None:
    (only,) = (
        statement
        for stack, _, statement in statements()
        if "iam:PassRole" in listed(statement.get("Action", [])) and stack == "roles"
    )
    assert only["Action"] == "iam:PassRole"
    assert only["Resource"] == "<SageMakerRole.Arn>"
    assert only["Condition"] == {"StringEquals": {"iam:PassedToService": PASSED_TO}}
    assert plain(only["Resource"]) in by_machines()["iam:PassRole"]


def test_a_role_of_the_users_is_what_is_passed() -> None:
    theirs = "arn:aws:iam::123456789012:role/theirs"
    found = read_permissions(resolved(SagemakerExecutionRole=theirs)["roles"])
    assert [each.resources for each in found if each.action == "iam:PassRole"] == [(theirs,)]


@each_role
def test_a_role_trusts_its_service_for_this_account_alone(role: str) -> None:
    trust = next(p for _, logical, _, p in resources() if logical == role)[
        "AssumeRolePolicyDocument"
    ]
    assert {s["Principal"]["Service"] for s in trust["Statement"]} == TRUSTED[role]
    for statement in trust["Statement"]:
        assert statement["Action"] == "sts:AssumeRole"
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "<AccountId>"}


@each_role
def test_a_role_is_replaced_by_the_users(role: str) -> None:
    body = templates()["roles"].resources[role]
    condition = templates()["roles"].body["Conditions"][body["Condition"]]
    parameter = condition["Fn::Equals"][0]["Ref"]
    theirs = {parameter: "arn:aws:iam::123456789012:role/theirs"}
    found = resolved(**theirs)["roles"]
    assert role not in found.made()
    assert found.outputs()[f"{role}Arn"] == theirs[parameter]


def test_every_permission_says_why() -> None:
    assert all(len(each.why) > 5 for each in permissions())
    for template in templates().values():
        for logical, body in template.resources.items():
            sids = {s.get("Sid") for s in _statements(body.get("Properties", {}))}
            assert set(body.get("Metadata", {}).get("Why", {})) <= sids, logical
