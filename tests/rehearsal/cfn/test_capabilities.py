"""What a request must allow expressly, as CloudFormation asks for it."""

from __future__ import annotations

import pytest
from small_stack import TEMPLATE, SmallStack

from rehearsal.cfn.capabilities import check_capabilities
from rehearsal.cfn.problems import CapabilityError
from rehearsal.cfn.template import read_template

NAMED = TEMPLATE.replace(
    "AssumeRolePolicyDocument:", "RoleName: acme\n      AssumeRolePolicyDocument:"
)
CONDITIONAL = TEMPLATE.replace(
    "Type: AWS::IAM::Role", "Type: AWS::IAM::Role\n    Condition: HasExtra"
)
UNNAMED = NAMED.replace("RoleName: acme", "RoleName: !Ref AWS::NoValue")
PLAIN = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"
POLICY = "Resources: {P: {Type: 'AWS::IAM::Policy', Properties: {PolicyName: p}}}"


@pytest.mark.parametrize(
    ("template", "given", "macros", "needed"),
    [
        (PLAIN, [], [], ""),
        (TEMPLATE, [], [], "CAPABILITY_IAM"),
        (CONDITIONAL, [], [], "CAPABILITY_IAM"),
        (TEMPLATE, ["CAPABILITY_IAM"], [], ""),
        (TEMPLATE, ["CAPABILITY_NAMED_IAM"], [], ""),
        (UNNAMED, ["CAPABILITY_IAM"], [], ""),
        (NAMED, [], [], "CAPABILITY_NAMED_IAM"),
        (NAMED, ["CAPABILITY_IAM"], [], "CAPABILITY_NAMED_IAM"),
        (NAMED, ["CAPABILITY_NAMED_IAM"], [], ""),
        (POLICY, ["CAPABILITY_AUTO_EXPAND"], [], "CAPABILITY_IAM"),
        (PLAIN, [], ["AWS::Serverless-2016-10-31"], "CAPABILITY_AUTO_EXPAND"),
        (TEMPLATE, [], ["Mine"], "CAPABILITY_AUTO_EXPAND, CAPABILITY_IAM"),
        (PLAIN, ["CAPABILITY_AUTO_EXPAND"], ["Mine"], ""),
    ],
)
def test_what_is_needed_is_named(
    template: str, given: list[str], macros: list[str], needed: str
) -> None:
    if not needed:
        check_capabilities(read_template(template), given, macros)
        return
    with pytest.raises(CapabilityError, match=rf"^Requires capabilities : \[{needed}\]$"):
        check_capabilities(read_template(template), given, macros)


def test_a_named_role_is_not_made_by_a_capability_for_unnamed_ones(stack: SmallStack) -> None:
    formation = stack.cloud.clients.client("cloudformation")
    with pytest.raises(formation.exceptions.InsufficientCapabilitiesException):
        formation.create_change_set(
            StackName="acme",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=NAMED,
            Parameters=[{"ParameterKey": "StackName", "ParameterValue": "acme"}],
            Capabilities=["CAPABILITY_IAM"],
        )
    assert formation.list_stacks()["StackSummaries"] == []
