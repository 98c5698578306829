"""An export is one stack's alone, and stays as long as others import it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_stack import SmallStack

EXPORTING = """
Parameters: {{Colour: {{Type: String, Default: blue}}}}
Resources: {{{topic}: {{Type: "AWS::SNS::Topic"}}}}
Outputs:
  Kept: {{Value: kept, Export: {{Name: kept}}}}
  {outputs}
"""
COLOUR = "Colour: {Value: !Ref Colour, Export: {Name: colour}}"
IMPORTING = """
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Sub ["is ${C}", {C: !ImportValue colour}]}
"""


def deployed(
    stack: SmallStack, name: str, template: str, kind: str = "CREATE", **given: str
) -> str:
    """Deploy a stack of this name; return its status."""
    formation = stack.cloud.clients.client("cloudformation")
    made = formation.create_change_set(
        StackName=name,
        ChangeSetName="c",
        ChangeSetType=kind,
        TemplateBody=template,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
    )
    formation.execute_change_set(ChangeSetName=made["Id"])
    return str(told(stack, name)["StackStatus"])


def told(stack: SmallStack, name: str) -> dict[str, Any]:
    """Return what CloudFormation says of a stack."""
    formation = stack.cloud.clients.client("cloudformation")
    plain: dict[str, Any] = formation.describe_stacks(StackName=name)["Stacks"][0]
    return plain


def exporting(outputs: str = COLOUR, topic: str = "Topic") -> str:
    """Return the template with these outputs beside the one that is always there."""
    return EXPORTING.format(outputs=outputs, topic=topic)


@pytest.fixture
def pair(stack: SmallStack) -> SmallStack:
    """A stack that exports a colour, and one that imports it."""
    assert deployed(stack, "giver", exporting()) == "CREATE_COMPLETE"
    assert deployed(stack, "taker", IMPORTING) == "CREATE_COMPLETE"
    return stack


def test_an_exporting_stack_in_use_is_not_deleted_and_says_why(pair: SmallStack) -> None:
    formation = pair.cloud.clients.client("cloudformation")
    formation.delete_stack(StackName="giver")
    found = told(pair, "giver")
    assert found["StackStatus"] == "CREATE_COMPLETE"
    assert found["StackStatusReason"] == (
        "Export colour cannot be deleted as it is in use by taker"
    )
    assert len(pair.cloud.clients.client("sns").list_topics()["Topics"]) == 2
    formation.delete_stack(StackName="taker")
    formation.delete_stack(StackName="giver")
    assert formation.list_exports()["Exports"] == []


@pytest.mark.parametrize(
    ("outputs", "colour", "words"),
    [
        ("Other: {Value: x}", "blue", "Export colour cannot be deleted as it is in use by taker"),
        (COLOUR, "red", "Export colour cannot be updated as it is in use by taker"),
    ],
)
def test_an_update_of_what_others_import_is_rolled_back(
    pair: SmallStack, outputs: str, colour: str, words: str
) -> None:
    template = exporting(outputs, topic="Other")
    assert deployed(pair, "giver", template, "UPDATE", Colour=colour) == "UPDATE_ROLLBACK_COMPLETE"
    assert told(pair, "giver")["StackStatusReason"] == words
    formation = pair.cloud.clients.client("cloudformation")
    exports = {each["Name"]: each["Value"] for each in formation.list_exports()["Exports"]}
    assert exports == {"kept": "kept", "colour": "blue"}


def test_what_nobody_imports_may_change(pair: SmallStack) -> None:
    template = exporting().replace("Value: kept", "Value: moved")
    assert deployed(pair, "giver", template, "UPDATE") == "UPDATE_COMPLETE"
    alone = IMPORTING.replace("!ImportValue colour", "grey")
    assert deployed(pair, "taker", alone, "UPDATE") == "UPDATE_COMPLETE"
    assert deployed(pair, "giver", template, "UPDATE", Colour="red") == "UPDATE_COMPLETE"


def test_a_second_export_of_the_name_fails_its_stack(pair: SmallStack) -> None:
    assert deployed(pair, "other", exporting()) == "ROLLBACK_COMPLETE"
    why = told(pair, "other")["StackStatusReason"]
    assert why.startswith("Export with name kept is already exported by stack giver.")
    assert len(pair.cloud.clients.client("sns").list_topics()["Topics"]) == 2


def test_one_template_exports_a_name_once(stack: SmallStack) -> None:
    twice = exporting(COLOUR + "\n  Again: {Value: x, Export: {Name: colour}}")
    assert deployed(stack, "giver", twice) == "ROLLBACK_COMPLETE"


def test_who_imports_is_told(pair: SmallStack) -> None:
    formation = pair.cloud.clients.client("cloudformation")
    assert formation.list_imports(ExportName="colour")["Imports"] == ["taker"]
    with pytest.raises(ClientError, match="'kept' is not imported by any stack"):
        formation.list_imports(ExportName="kept")
