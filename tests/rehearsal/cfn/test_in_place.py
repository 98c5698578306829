"""Which updates replace a resource and which do not: as CloudFormation's own schemas say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cfnlint
import pytest
from small_stack import SmallStack
from test_exports import deployed

from rehearsal.cfn.in_place import REMADE, UNDONE, is_replaced, left_undone, replacing
from rehearsal.cfn.inert_types import inert_types
from rehearsal.cfn.types import resource_types

SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
MORE = {
    "AWS::DynamoDB::Table": {"KeySchema", "LocalSecondaryIndexes"},
    "AWS::Events::Rule": {"EventBusName"},
    "AWS::SNS::Subscription": {"Region"},
    # A schedule's group is part of its address: UpdateSchedule finds it in no other.
    "AWS::Scheduler::Schedule": {"GroupName"},
}
"""What replaces a resource though its schema does not say so, or only under conditions."""

ANEW = {
    *("AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle"),
    "AWS::Lambda::Permission",
}
"""Types of which every change makes another, on AWS too, though a schema may not say so."""


def schema(kind: str) -> dict[str, Any]:
    """Return CloudFormation's schema of a type."""
    index = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
    text = (SCHEMAS / "resources" / f"{index[kind]}.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("kind", sorted(set(resource_types()) - set(inert_types())))
def test_a_type_is_replaced_by_what_its_schema_says(kind: str) -> None:
    ours, told = resource_types()[kind], schema(kind)
    only = {each.removeprefix("/properties/") for each in told.get("createOnlyProperties", [])}
    known = ours.properties or set(told["properties"])
    expected = {each for each in only if each.partition("/")[0] in known}
    read = {each.removeprefix("/properties/") for each in told.get("readOnlyProperties", [])}
    changeable = known - read - {each.partition("/")[0] for each in expected}
    assert kind not in REMADE or ours.update is None
    if ours.update is None:
        assert kind in ANEW or bool(changeable) == (kind in REMADE)
        return
    replaced = replacing(ours)
    whole = {each for each in expected if each.partition("/")[0] in replaced}
    assert expected - whole <= replaced
    beside = {"DatabaseInput/Name"} if kind == "AWS::Glue::Database" else set()
    assert replaced - only <= MORE.get(kind, set()) | beside


def test_a_part_of_a_property_can_replace() -> None:
    kind = resource_types()["AWS::Glue::Table"]
    old = {"DatabaseName": "d", "TableInput": {"Name": "a", "Retention": 1}}
    assert not is_replaced(kind, old, {**old, "TableInput": {"Name": "a", "Retention": 2}})
    assert is_replaced(kind, old, {**old, "TableInput": {"Name": "b", "Retention": 1}})


def test_every_type_that_leaves_something_undone_is_one_of_ours() -> None:
    for kind, names in UNDONE.items():
        known = resource_types()[kind].properties
        assert known is None or names <= known, kind


def test_what_is_left_undone_is_told() -> None:
    told = left_undone("AWS::IAM::Role", {"Tags": [1], "Description": "a"}, {"Tags": [2]})
    assert list(told) == [
        "AWS::IAM::Role: a change of Tags in place is not carried out",
        "AWS::IAM::Role: Description, no longer given, stays as it was",
    ]
    assert not list(left_undone("AWS::Glue::Job", {"Timeout": 1}, {"Timeout": 2}))


ROLE = "arn:aws:iam::123456789012:role/acme"
COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://acme-code/etl.py"}
PROJECT = {
    "Name": "pp",
    "ServiceRole": ROLE,
    "Source": {"Type": "S3", "Location": "acme-code/source.zip"},
    "Artifacts": {"Type": "NO_ARTIFACTS"},
    "Environment": {"Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "i"},
}
Read = Callable[[Any], Any]
IN_PLACE: list[tuple[str, dict[str, Any], dict[str, Any], str, Read]] = [
    (
        "AWS::Glue::Job",
        {"Name": "j", "Role": ROLE, "Command": COMMAND, "GlueVersion": "4.0"},
        {"GlueVersion": "5.0"},
        "glue",
        lambda glue: glue.get_job(JobName="j")["Job"]["GlueVersion"],
    ),
    (
        "AWS::Glue::Crawler",
        {"Name": "c", "Role": ROLE, "DatabaseName": "d", "Targets": {"S3Targets": []}},
        {"DatabaseName": "e"},
        "glue",
        lambda glue: glue.get_crawler(Name="c")["Crawler"]["DatabaseName"],
    ),
    (
        "AWS::Athena::WorkGroup",
        {"Name": "w", "Description": "a"},
        {"Description": "b"},
        "athena",
        lambda athena: athena.get_work_group(WorkGroup="w")["WorkGroup"]["Description"],
    ),
    (
        "AWS::CodeBuild::Project",
        PROJECT,
        {"TimeoutInMinutes": 7},
        "codebuild",
        lambda builds: builds.batch_get_projects(names=["pp"])["projects"][0]["timeoutInMinutes"],
    ),
    (
        "AWS::SNS::Topic",
        {"TopicName": "t", "Subscription": [{"Protocol": "email", "Endpoint": "a@x.org"}]},
        {"Subscription": [{"Protocol": "email", "Endpoint": "b@x.org"}]},
        "sns",
        lambda sns: [
            {"Protocol": each["Protocol"], "Endpoint": each["Endpoint"]}
            for each in sns.list_subscriptions()["Subscriptions"]
        ],
    ),
    (
        "AWS::Logs::LogGroup",
        {"LogGroupName": "/l", "RetentionInDays": 7},
        {"RetentionInDays": 30},
        "logs",
        lambda logs: logs.describe_log_groups()["logGroups"][0]["retentionInDays"],
    ),
    (
        "AWS::SQS::Queue",
        {"QueueName": "q", "DelaySeconds": 1},
        {"DelaySeconds": 2},
        "sqs",
        lambda sqs: int(
            sqs.get_queue_attributes(
                QueueUrl=sqs.get_queue_url(QueueName="q")["QueueUrl"], AttributeNames=["All"]
            )["Attributes"]["DelaySeconds"]
        ),
    ),
    (
        "AWS::SageMaker::ModelPackageGroup",
        {"ModelPackageGroupName": "g", "Tags": [{"Key": "a", "Value": "1"}]},
        {"Tags": [{"Key": "b", "Value": "2"}]},
        "sagemaker",
        lambda sagemaker: sagemaker.list_tags(
            ResourceArn="arn:aws:sagemaker:us-east-1:123456789012:model-package-group/g"
        )["Tags"],
    ),
    (
        "AWS::ECR::Repository",
        {"RepositoryName": "rr", "ImageTagMutability": "MUTABLE"},
        {"ImageTagMutability": "IMMUTABLE"},
        "ecr",
        lambda ecr: ecr.describe_repositories()["repositories"][0]["imageTagMutability"],
    ),
]
"""A type, its properties, what changes in place, and how to read that back."""


@pytest.mark.parametrize(
    ("kind", "before", "change", "service", "read"), IN_PLACE, ids=[each[0] for each in IN_PLACE]
)
def test_a_change_in_place_is_carried_out_on_the_one_that_is_there(
    stack: SmallStack,
    kind: str,
    before: dict[str, Any],
    change: dict[str, Any],
    service: str,
    read: Read,
) -> None:
    def template(properties: dict[str, Any]) -> str:
        return json.dumps({"Resources": {"One": {"Type": kind, "Properties": properties}}})

    formation = stack.cloud.clients.client("cloudformation")
    assert deployed(stack, "acme", template(before)) == "CREATE_COMPLETE"
    first = formation.describe_stack_resources(StackName="acme")["StackResources"]
    assert deployed(stack, "acme", template(before | change), "UPDATE") == "UPDATE_COMPLETE"
    second = formation.describe_stack_resources(StackName="acme")["StackResources"]
    assert first[0]["PhysicalResourceId"] == second[0]["PhysicalResourceId"]
    assert read(stack.cloud.clients.client(service)) == next(iter(change.values()))
    told = formation.describe_stack_events(StackName="acme")["StackEvents"]
    words = {each["ResourceStatus"] for each in told if each["LogicalResourceId"] == "One"}
    assert words == {
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE",
    }
