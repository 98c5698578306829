"""Stacks are removed as CloudFormation removes them: also half made, also those that resist."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_stack import SmallStack

from rehearsal.cfn.resource_type import Made, ResourceType
from rehearsal.cfn.types import resource_types

FULL = """
Resources:
  Key: {Type: "AWS::SNS::Topic"}
  Data: {Type: "AWS::S3::Bucket", DependsOn: Key, Properties: {BucketName: acme-full}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: !Ref Data, PolicyDocument: {Version: "2012-10-17", Statement: []}}
  Free: {Type: "AWS::SQS::Queue"}
"""


def created(stack: SmallStack, template: str, name: str = "full") -> str:
    """Create a stack; return its status."""
    formation = stack.cloud.clients.client("cloudformation")
    made = formation.create_change_set(
        StackName=name, ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=template
    )
    formation.execute_change_set(ChangeSetName=made["Id"])
    return status(stack, made["StackId"])


def status(stack: SmallStack, name: str = "full") -> str:
    """Return the status of a stack."""
    formation = stack.cloud.clients.client("cloudformation")
    return str(formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def events(stack: SmallStack, name: str = "full") -> list[tuple[str, str]]:
    """Return what happened to resources of a stack, oldest first."""
    formation = stack.cloud.clients.client("cloudformation")
    found = formation.describe_stack_events(StackName=name)["StackEvents"]
    return [(each["LogicalResourceId"], each["ResourceStatus"]) for each in reversed(found)]


def left(stack: SmallStack, name: str = "full") -> dict[str, str]:
    """Return the resources that a stack still has, by status."""
    formation = stack.cloud.clients.client("cloudformation")
    found = formation.describe_stack_resources(StackName=name)["StackResources"]
    return {each["LogicalResourceId"]: each["ResourceStatus"] for each in found}


@pytest.fixture
def full(stack: SmallStack) -> SmallStack:
    """A stack with a bucket that is not empty, deleted in vain."""
    assert created(stack, FULL) == "CREATE_COMPLETE"
    stack.cloud.clients.client("s3").put_object(Bucket="acme-full", Key="x", Body=b"x")
    stack.cloud.clients.client("cloudformation").delete_stack(StackName="full")
    return stack


def test_what_cannot_be_deleted_stays_with_what_it_needs(full: SmallStack) -> None:
    assert status(full) == "DELETE_FAILED"
    assert left(full) == {"Key": "CREATE_COMPLETE", "Data": "DELETE_FAILED"}
    told = events(full)
    assert ("Policy", "DELETE_COMPLETE") in told
    assert ("Free", "DELETE_COMPLETE") in told


def test_it_is_tried_again(full: SmallStack) -> None:
    formation = full.cloud.clients.client("cloudformation")
    identity = formation.describe_stacks(StackName="full")["Stacks"][0]["StackId"]
    full.cloud.clients.client("s3").delete_object(Bucket="acme-full", Key="x")
    formation.delete_stack(StackName="full")
    assert status(full, identity) == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    "how", [{"RetainResources": ["Data"]}, {"DeletionMode": "FORCE_DELETE_STACK"}]
)
def test_or_left_alone(full: SmallStack, how: dict[str, Any]) -> None:
    formation = full.cloud.clients.client("cloudformation")
    identity = formation.describe_stacks(StackName="full")["Stacks"][0]["StackId"]
    formation.delete_stack(StackName="full", **how)
    assert status(full, identity) == "DELETE_COMPLETE"
    assert full.cloud.clients.client("sns").list_topics()["Topics"] == []
    buckets = full.cloud.clients.client("s3").list_buckets()["Buckets"]
    assert "acme-full" in {each["Name"] for each in buckets}


def test_only_what_was_in_vain_may_be_left_alone(stack: SmallStack) -> None:
    created(stack, FULL)
    formation = stack.cloud.clients.client("cloudformation")
    with pytest.raises(ClientError, match="only when the stack is in the DELETE_FAILED state"):
        formation.delete_stack(StackName="full", RetainResources=["Data"])
    assert status(stack) == "CREATE_COMPLETE"


def test_a_protected_stack_stays(stack: SmallStack) -> None:
    created(stack, FULL)
    formation = stack.cloud.clients.client("cloudformation")
    formation.update_termination_protection(StackName="full", EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="while TerminationProtection is enabled"):
        formation.delete_stack(StackName="full")
    assert formation.describe_stacks(StackName="full")["Stacks"][0]["EnableTerminationProtection"]
    formation.update_termination_protection(StackName="full", EnableTerminationProtection=False)
    formation.delete_stack(StackName="full")
    with pytest.raises(ClientError, match="does not exist"):
        status(stack)


class Gate:
    """A type of resource that is made once it may, and deleted once it can."""

    def __init__(self) -> None:
        self.begun, self.free, self.resists = Event(), Event(), False

    def create(self, *_: Any) -> Made:
        """Say that it is made, and wait."""
        self.begun.set()
        assert self.free.wait(3600)
        return Made("gate")

    def delete(self, *_: Any) -> None:
        """Delete it, unless it resists."""
        if self.resists:
            raise RuntimeError("it resists")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """A gate among the types."""
    made = Gate()
    kind = ResourceType("AWS::Acme::Gate", made.create, made.delete)
    monkeypatch.setitem(vars(resource_types())["_known"], kind.name, kind)
    return made


HALF = """
Resources:
  First: {Type: "AWS::SNS::Topic"}
  Gate: {Type: "AWS::Acme::Gate", DependsOn: First}
  Last: {Type: "AWS::SQS::Queue", DependsOn: Gate%s}
"""


def test_a_stack_is_deleted_while_it_is_made(stack: SmallStack, gate: Gate) -> None:
    formation = stack.cloud.clients.client("cloudformation")
    making = Thread(target=created, args=(stack, HALF % ""))
    making.start()
    assert gate.begun.wait(3600)
    identity = formation.describe_stacks(StackName="full")["Stacks"][0]["StackId"]
    deleting = Thread(target=formation.delete_stack, kwargs={"StackName": identity})
    deleting.start()
    while status(stack, identity) == "CREATE_IN_PROGRESS":
        pass
    assert status(stack, identity) == "DELETE_IN_PROGRESS"
    formation.delete_stack(StackName=identity)  # a second wish changes nothing
    gate.free.set()
    deleting.join(60)
    making.join(60)
    assert status(stack, identity) == "DELETE_COMPLETE"
    told = events(stack, identity)
    assert [name for name, word in told if word == "DELETE_COMPLETE"] == ["Gate", "First", "full"]
    assert "Last" not in {name for name, _ in told}


def test_one_that_is_updated_is_not(stack: SmallStack, gate: Gate) -> None:
    assert created(stack, "Resources: {First: {Type: 'AWS::SNS::Topic'}}") == "CREATE_COMPLETE"
    formation = stack.cloud.clients.client("cloudformation")
    made = formation.create_change_set(StackName="full", ChangeSetName="c", TemplateBody=HALF % "")
    updating = Thread(target=formation.execute_change_set, kwargs={"ChangeSetName": made["Id"]})
    updating.start()
    assert gate.begun.wait(3600)
    with pytest.raises(ClientError, match="cannot be deleted while in status UPDATE_IN_PROGRESS"):
        formation.delete_stack(StackName="full")
    gate.free.set()
    updating.join(60)
    assert status(stack) == "UPDATE_COMPLETE"


def test_what_a_rollback_cannot_delete_is_not_forgotten(stack: SmallStack, gate: Gate) -> None:
    gate.free.set()
    gate.resists = True
    broken = ", Properties: {QueueName: 'not allowed!'}"
    assert created(stack, HALF % broken) == "ROLLBACK_FAILED"
    assert left(stack) == {"Gate": "DELETE_FAILED"}
    gate.resists = False
    formation = stack.cloud.clients.client("cloudformation")
    identity = formation.describe_stacks(StackName="full")["Stacks"][0]["StackId"]
    formation.delete_stack(StackName="full")
    assert status(stack, identity) == "DELETE_COMPLETE"
    assert events(stack, identity).count(("Gate", "DELETE_COMPLETE")) == 1


@pytest.mark.parametrize(
    ("policy", "stays"), [("Retain", True), ("RetainExceptOnCreate", False), ("Delete", False)]
)
def test_what_was_made_in_vain_is_kept_by_retain_alone(
    stack: SmallStack, policy: str, stays: bool
) -> None:
    template = f"""
Resources:
  First: {{Type: "AWS::SNS::Topic", DeletionPolicy: {policy}}}
  Last: {{Type: "AWS::SQS::Queue", DependsOn: First, Properties: {{QueueName: "not allowed!"}}}}
"""
    assert created(stack, template) == "ROLLBACK_COMPLETE"
    assert len(stack.cloud.clients.client("sns").list_topics()["Topics"]) == stays


POLICED = """
Parameters: {Name: {Type: String, Default: one}}
Resources:
  Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: !Ref Name}, %s}
"""


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        ("UpdateReplacePolicy: Retain", {"one", "two"}),
        ("UpdateReplacePolicy: Delete", {"two"}),
        ("DeletionPolicy: Retain", {"two"}),
    ],
)
def test_what_is_replaced_is_kept_by_the_policy_of_replacement(
    stack: SmallStack, policy: str, names: set[str]
) -> None:
    created(stack, POLICED % policy)
    updated(stack, POLICED % policy, Name="two")
    assert topics(stack) == names


def test_a_policy_that_alone_is_changed_holds_from_then_on(stack: SmallStack) -> None:
    created(stack, POLICED % "DeletionPolicy: Retain")
    assert updated(stack, POLICED % "DeletionPolicy: Delete") == [["DeletionPolicy"]]
    stack.cloud.clients.client("cloudformation").delete_stack(StackName="full")
    assert topics(stack) == set()


def updated(stack: SmallStack, template: str, **given: str) -> list[list[str]]:
    """Update the stack; return the scope of each change."""
    formation = stack.cloud.clients.client("cloudformation")
    parameters = [{"ParameterKey": name, "ParameterValue": given[name]} for name in given]
    made = formation.create_change_set(
        StackName="full", ChangeSetName="u", TemplateBody=template, Parameters=parameters
    )
    told = formation.describe_change_set(ChangeSetName=made["Id"])["Changes"]
    formation.execute_change_set(ChangeSetName=made["Id"])
    assert status(stack) == "UPDATE_COMPLETE"
    return [each["ResourceChange"]["Scope"] for each in told]


def topics(stack: SmallStack) -> set[str]:
    """Return the names of the topics there are."""
    found = stack.cloud.clients.client("sns").list_topics()["Topics"]
    return {each["TopicArn"].rpartition(":")[2] for each in found}
