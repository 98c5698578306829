"""Stacks are created, changed in place, rolled back and deleted as CloudFormation does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from small_stack import STACK, TEMPLATE, SmallStack


def test_a_stack_is_created_with_outputs_exports_and_resources(stack: SmallStack) -> None:
    assert stack.deploy("CREATE") == "CREATE_COMPLETE"
    assert {action for action, _, _ in stack.changes} == {"Add"}
    outputs = {each["OutputKey"]: each for each in stack.described["Outputs"]}
    assert outputs["Bucket"]["OutputValue"] == "acme-123456789012-us-east-1"
    assert outputs["MachineArn"]["ExportName"] == "acme-machine"
    formation = stack.cloud.clients.client("cloudformation")
    resources = formation.describe_stack_resources(StackName=STACK)["StackResources"]
    assert {each["LogicalResourceId"] for each in resources} == {
        "Alerts", "Data", "Judge", "Log", "Machine", "Role", "Table",
    }  # fmt: skip
    assert formation.list_exports()["Exports"][0]["Name"] == "acme-machine"


def test_the_same_again_is_a_change_set_without_changes(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    assert "didn't contain changes" in stack.deploy("UPDATE")
    assert stack.described["StackStatus"] == "CREATE_COMPLETE"


def test_an_update_changes_only_what_changed_and_the_machine_keeps_its_history(
    stack: SmallStack,
) -> None:
    stack.deploy("CREATE")
    assert stack.run(verdict="no").cause == "first"
    assert stack.deploy("UPDATE", CodeKey="two.zip", Days="30") == "UPDATE_COMPLETE"
    assert stack.changes == [("Modify", "Log", "False"), ("Modify", "Judge", "False")]
    assert {each["OutputKey"]: each["OutputValue"] for each in stack.described["Outputs"]}[
        "Days"
    ] == "30 days"
    assert stack.run(verdict="no").cause == "second"
    machine = f"arn:aws:states:us-east-1:{stack.cloud.account}:stateMachine:acme-training"
    machines = stack.cloud.clients.client("stepfunctions")
    assert len(machines.list_executions(stateMachineArn=machine)["executions"]) == 2
    assert "didn't contain changes" in stack.deploy("UPDATE", CodeKey="two.zip", Days="30")


def test_a_parameter_inside_a_substitution_changes_what_uses_it(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    stack.deploy("UPDATE", StackName="other")
    replaced = {name for action, name, again in stack.changes if again == "True"}
    assert replaced == {"Alerts", "Data", "Judge", "Log", "Machine", "Table"}


def test_a_resource_of_a_condition_comes_and_goes(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    stack.deploy("UPDATE", Extra="yes")
    assert stack.changes == [("Add", "More", "")]
    stack.deploy("UPDATE")
    assert stack.changes == [("Remove", "More", "")]
    assert len(stack.cloud.clients.client("sns").list_topics()["Topics"]) == 1


def test_a_resource_never_becomes_one_of_another_type(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    before = stack.cloud.clients.client("sns").list_topics()["Topics"]
    queue = '{Type: "AWS::SQS::Queue"}'
    changed = "".join(
        f"  Alerts: {queue}\n" if line.startswith("  Alerts:") else line
        for line in TEMPLATE.splitlines(keepends=True)
    )
    refused = "Update of resource type is not permitted. .* following resources: \\[Alerts\\]"
    with pytest.raises(ClientError, match=refused):
        stack.deploy("UPDATE", changed)
    assert stack.described["StackStatus"] == "CREATE_COMPLETE"
    assert stack.cloud.clients.client("sns").list_topics()["Topics"] == before


def test_nor_does_one_of_a_nested_stack(stack: SmallStack) -> None:
    s3 = stack.cloud.clients.client("s3")
    for key, kind in (("a.yaml", "SNS::Topic"), ("b.yaml", "SQS::Queue")):
        body = f'Resources: {{Inner: {{Type: "AWS::{kind}"}}}}'
        s3.put_object(Bucket="acme-code", Key=key, Body=body.encode())
    at = """
Parameters: {StackName: {Type: String}}
Resources:
  Outer: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: "https://acme-code.s3.amazonaws.com/KEY"}}
"""
    assert stack.deploy("CREATE", at.replace("KEY", "a.yaml")) == "CREATE_COMPLETE"
    assert stack.deploy("UPDATE", at.replace("KEY", "b.yaml")) == "UPDATE_ROLLBACK_COMPLETE"
    assert any("following resources: [Inner]" in reason for reason in stack.reasons)


def test_a_failed_creation_is_rolled_back_with_its_reason(stack: SmallStack) -> None:
    assert stack.deploy("CREATE", CodeKey="nowhere.zip") == "ROLLBACK_COMPLETE"
    assert any(reason.startswith("Judge: ") for reason in stack.reasons)
    assert stack.cloud.clients.client("dynamodb").list_tables()["TableNames"] == []
    with pytest.raises(ClientError, match="ROLLBACK_COMPLETE state and can not be updated"):
        stack.deploy("UPDATE")


def test_a_failed_update_leaves_what_stood(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    assert stack.deploy("UPDATE", CodeKey="nowhere.zip", Days="30") == "UPDATE_ROLLBACK_COMPLETE"
    groups = stack.cloud.clients.client("logs").describe_log_groups(logGroupNamePrefix="/acme")
    assert groups["logGroups"][0]["retentionInDays"] == 7
    assert stack.run().status == "SUCCEEDED"


def test_what_is_to_be_kept_is_kept(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    formation = stack.cloud.clients.client("cloudformation")
    identity = stack.described["StackId"]
    formation.delete_stack(StackName=STACK)
    deleted = formation.describe_stacks(StackName=identity)["Stacks"][0]
    assert deleted["StackStatus"] == "DELETE_COMPLETE"
    buckets = stack.cloud.clients.client("s3").list_buckets()["Buckets"]
    assert "acme-123456789012-us-east-1" in {each["Name"] for each in buckets}
    assert stack.cloud.clients.client("dynamodb").list_tables()["TableNames"] == []
    with pytest.raises(ClientError, match="does not exist"):
        formation.describe_stacks(StackName=STACK)


def test_a_bucket_that_is_not_empty_cannot_be_deleted(stack: SmallStack) -> None:
    template = "Resources: {Data: {Type: 'AWS::S3::Bucket', Properties: {BucketName: acme-full}}}"
    formation = stack.cloud.clients.client("cloudformation")
    made = formation.create_change_set(
        StackName="full", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=template
    )
    formation.execute_change_set(ChangeSetName=made["Id"])
    stack.cloud.clients.client("s3").put_object(Bucket="acme-full", Key="x", Body=b"x")
    formation.delete_stack(StackName="full")
    found = formation.describe_stacks(StackName="full")["Stacks"][0]
    assert found["StackStatus"] == "DELETE_FAILED"
    assert "[Data]" in found["StackStatusReason"]


@pytest.mark.parametrize(
    ("changed", "to", "words"),
    [
        ("AWS::SNS::Topic", "AWS::GameLift::Fleet", "AWS::GameLift::Fleet"),
        ("BucketName:", "Colour: blue\n      BucketName:", "'Colour'"),
        ("!GetAtt Judge.Arn", "!GetAtt Judge.Colour", "Judge does not support attribute"),
        ("Bucket: !Ref Data", "Bucket: !Ref Nothing", "Nothing"),
    ],
)
def test_what_is_not_rehearsed_is_refused_by_name_before_anything_is_made(
    stack: SmallStack, changed: str, to: str, words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        stack.deploy("CREATE", TEMPLATE.replace(changed, to))
    assert stack.cloud.clients.client("dynamodb").list_tables()["TableNames"] == []


def test_a_circle_is_refused(stack: SmallStack) -> None:
    circle = TEMPLATE.replace(
        "Environment: {Variables: {TABLE: !Ref Table}}", "Description: !Ref Machine"
    )
    with pytest.raises(ClientError, match="Circular dependency"):
        stack.deploy("CREATE", circle)


def test_a_change_set_that_is_not_there_any_more_is_answered_as_aws_answers(
    stack: SmallStack,
) -> None:
    """Whoever was overtaken by another's change has to see that, to try again after them."""
    stack.deploy("CREATE")
    formation = stack.cloud.clients.client("cloudformation")

    first, overtaken = (
        stack.change_set("UPDATE", Days=days)["ChangeSetId"] for days in ("30", "60")
    )
    formation.execute_change_set(ChangeSetName=first)
    for operation in ("describe_change_set", "execute_change_set"):
        with pytest.raises(formation.exceptions.ChangeSetNotFoundException):
            getattr(formation, operation)(ChangeSetName=overtaken)
    with pytest.raises(formation.exceptions.InvalidChangeSetStatusException):
        formation.execute_change_set(ChangeSetName=first)


def test_of_changes_at_once_each_is_made_or_told_that_it_was_overtaken(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    formation = stack.cloud.clients.client("cloudformation")
    told: list[str] = []

    def change(caller: int) -> None:
        for days in ("1", "3", "5", "14")[caller:] * 2:
            try:
                made = stack.change_set("UPDATE", Days=days)["ChangeSetId"]
                formation.execute_change_set(ChangeSetName=made)
            except ClientError as error:
                told.append(error.response["Error"]["Code"])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(change, range(3)))
    assert set(told) <= {"ChangeSetNotFound", "InvalidChangeSetStatus", "ValidationError"}
    formation.get_waiter("stack_update_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 600}
    )


def test_a_template_too_large_to_be_given_is_refused(stack: SmallStack) -> None:
    with pytest.raises(ClientError, match="51200"):
        stack.deploy("CREATE", TEMPLATE + "# " + "x" * 51_200)
