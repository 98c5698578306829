"""Names that nobody gave are as long as the service takes; a given one is never cut in silence."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from small_stack import SmallStack
from test_exports import deployed, told

from rehearsal.cfn.names import MOST, generated_name

TRUST = {"Version": "2012-10-17", "Statement": []}


@given(
    st.integers(1, 128),
    st.integers(1, 255),
    st.sampled_from(["AWS::S3::Bucket", *sorted(MOST), "A"]),
)
def test_a_generated_name_fits_and_is_nobody_else_s(stack: int, logical: int, kind: str) -> None:
    one, other = (generated_name("s" * stack, "L" * logical, kind) for _ in range(2))
    assert len(one) <= MOST.get(kind, 255)
    assert one != other
    assert one.startswith("s") and "-L" in one


@pytest.mark.parametrize(
    ("kind", "ordered", "attribute"),
    [("AWS::SQS::Queue", "FifoQueue", "QueueName"), ("AWS::SNS::Topic", "FifoTopic", "TopicName")],
)
def test_what_keeps_order_and_is_not_named_has_a_name_that_says_so(
    stack: SmallStack, kind: str, ordered: str, attribute: str
) -> None:
    """CloudFormation ends such names as both services ask ("FifoQueue" and "FifoTopic" there)."""
    one = {"Type": kind, "Properties": {ordered: True}}
    name = {"Value": {"Fn::GetAtt": ["One", attribute]}}
    template = json.dumps({"Resources": {"One": one}, "Outputs": {"Name": name}})
    deployed(stack, "acme", template)
    (output,) = told(stack, "acme")["Outputs"]
    assert output["OutputValue"].endswith(".fifo")


@pytest.mark.parametrize(
    ("kind", "properties", "words"),
    [
        (
            "AWS::IAM::Role",
            {"RoleName": "r" * 65, "AssumeRolePolicyDocument": TRUST},
            "equal to 64",
        ),
        ("AWS::SQS::Queue", {"QueueName": "q" * 81}, "equal to 80"),
        ("AWS::S3::Bucket", {"BucketName": "Acme-Data"}, "uppercase characters"),
        ("AWS::S3::Bucket", {"BucketName": "b" * 64}, "equal to 63"),
        ("AWS::ECR::Repository", {"RepositoryName": "Acme"}, "uppercase characters"),
    ],
)
def test_a_given_name_that_the_service_refuses_is_refused(
    stack: SmallStack, kind: str, properties: dict[str, object], words: str
) -> None:
    template = json.dumps({"Resources": {"One": {"Type": kind, "Properties": properties}}})
    formation = stack.cloud.clients.client("cloudformation")
    formation.meta.events.register(
        "provide-client-params.cloudformation.CreateChangeSet",
        lambda params, **_: {**params, "Capabilities": ["CAPABILITY_NAMED_IAM"]},
        unique_id="capable",
    )
    with pytest.raises(ClientError, match=words):
        deployed(stack, "acme", template)


def test_a_name_that_is_known_late_is_refused_when_it_is_used(stack: SmallStack) -> None:
    late = {"Fn::Sub": "${Queue.QueueName}-" + "q" * 80}
    body = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": late}}
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "One": body}})
    assert deployed(stack, "acme", template) == "ROLLBACK_COMPLETE"
    assert "equal to 80" in told(stack, "acme")["StackStatusReason"]


def test_two_roles_of_long_names_do_not_meet(stack: SmallStack) -> None:
    body = {"Type": "AWS::SQS::Queue"}
    long = "L" * 200
    template = json.dumps({"Resources": {f"{long}A": body, f"{long}B": body}})
    assert deployed(stack, "s" * 128, template) == "CREATE_COMPLETE"
    assert len(stack.cloud.clients.client("sqs").list_queues()["QueueUrls"]) == 2
