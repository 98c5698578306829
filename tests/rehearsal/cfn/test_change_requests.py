"""What a request may not ask for is refused in AWS's words."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_stack import STACK, TEMPLATE, SmallStack

PLAIN = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"


def asked(stack: SmallStack, **more: Any) -> None:
    """Ask for a change set of a plain template."""
    given = {"StackName": "acme", "ChangeSetName": "c", "ChangeSetType": "CREATE"}
    formation = stack.cloud.clients.client("cloudformation")
    formation.create_change_set(**{**given, "TemplateBody": PLAIN, **more})


@pytest.mark.parametrize("name", ["a", "A1-b", "a" * 128])
def test_a_name_that_aws_takes_is_taken(stack: SmallStack, name: str) -> None:
    asked(stack, StackName=name)
    formation = stack.cloud.clients.client("cloudformation")
    formation.execute_change_set(StackName=name, ChangeSetName="c")
    found = formation.describe_stacks(StackName=name)["Stacks"][0]
    assert found["StackStatus"] == "CREATE_COMPLETE", found


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"StackName": "1a"}, "'1a' at 'stackName' failed .* regular expression pattern"),
        ({"StackName": "a_b"}, "'a_b' at 'stackName'"),
        ({"StackName": "é"}, "at 'stackName'"),
        ({"StackName": "a" * 129}, "at 'stackName' .* length less than or equal to 128"),
        ({"ChangeSetName": "a b"}, "'a b' at 'changeSetName'"),
        ({"ChangeSetType": "IMPORT"}, "ResourcesToImport has to be given"),
        (
            {
                "ResourcesToImport": [
                    {
                        "ResourceType": "AWS::SNS::Topic",
                        "LogicalResourceId": "Topic",
                        "ResourceIdentifier": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t"},
                    }
                ]
            },
            "and for no other; this one is of type CREATE",
        ),
        ({"ChangeSetType": "MOVE"}, r"enum value set: \[IMPORT, UPDATE, CREATE\]"),
        ({"ImportExistingResources": True}, "does not know ImportExistingResources"),
        ({"ResourceTypes": ["AWS::S3::*"]}, "does not know ResourceTypes"),
    ],
)
def test_one_that_it_refuses_is_refused(
    stack: SmallStack, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError, match=rf"\(ValidationError\).*{words}"):
        asked(stack, **given)
    assert stack.cloud.clients.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_a_previous_value_is_also_that_of_a_default(stack: SmallStack) -> None:
    stack.deploy("CREATE")
    formation = stack.cloud.clients.client("cloudformation")
    given = {"StackName": STACK, "ChangeSetName": "c", "Capabilities": ["CAPABILITY_IAM"]}
    kept = [
        {"ParameterKey": name, "UsePreviousValue": True}
        for name in ("StackName", "CodeKey", "Days", "Extra")
    ]
    later = TEMPLATE.replace("Default: 7", "Default: 30")
    made = formation.create_change_set(**given, TemplateBody=later, Parameters=kept)
    told = formation.describe_change_set(ChangeSetName=made["Id"])
    values = {each["ParameterKey"]: each["ParameterValue"] for each in told["Parameters"]}
    assert (values["Days"], values["StackName"]) == ("7", "acme")
    more = [*kept, {"ParameterKey": "None", "UsePreviousValue": True}]
    with pytest.raises(ClientError, match="parameter key not in the previous template"):
        formation.create_change_set(**given, TemplateBody=later, Parameters=more)
