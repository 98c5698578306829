"""The rules of a template hold, or nothing is planned."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from small_stack import TEMPLATE, SmallStack

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.rules import check_rules
from rehearsal.cfn.template import read_template

RULES = """
Rules:
  Sizes:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - {Assert: %s, AssertDescription: "prod is large"}
"""
PLAIN = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"
GIVEN = {"Stage": "prod", "Size": "small", "Many": ["a", "b"], "Count": "2", "AWS::Region": "eu"}


def checked(assertion: str, stage: str = "prod") -> None:
    """Hold the parameters to one rule."""
    check_rules(read_template(RULES % assertion + PLAIN), GIVEN | {"Stage": stage})


@pytest.mark.parametrize(
    "assertion",
    [
        "!Equals [!Ref Size, small]",
        "!Equals [!Ref Count, 2]",
        "!Equals [!Ref AWS::Region, eu]",
        '{"Fn::Contains": [[small, medium], !Ref Size]}',
        '{"Fn::Contains": [!Ref Many, a]}',
        '{"Fn::EachMemberEquals": [[a, a], a]}',
        '{"Fn::EachMemberIn": [!Ref Many, [a, b, c]]}',
        "!Not [!Equals [!Ref Size, large]]",
        "!And [!Equals [a, a], !Equals [b, b]]",
        "!Or [!Equals [a, b], !Equals [b, b]]",
    ],
)
def test_an_assertion_that_holds_lets_a_template_pass(assertion: str) -> None:
    checked(assertion)


@pytest.mark.parametrize(
    "assertion",
    [
        "!Equals [!Ref Size, large]",
        '{"Fn::Contains": [[large], !Ref Size]}',
        '{"Fn::EachMemberEquals": [!Ref Many, a]}',
        '{"Fn::EachMemberIn": [!Ref Many, [a, c]]}',
        "!Not [!Equals [!Ref Size, small]]",
        "!And [!Equals [a, a], !Equals [a, b]]",
        "!Or [!Equals [a, b], !Equals [b, a]]",
    ],
)
def test_one_that_does_not_is_told_by_its_description(assertion: str) -> None:
    with pytest.raises(RefusedError, match=r"^Template error: prod is large$"):
        checked(assertion)
    checked(assertion, stage="test")


@pytest.mark.parametrize(
    ("assertion", "words"),
    [
        ("!If [a, b, c]", "uses Fn::If"),
        ('{"Fn::ValueOf": [Vpc, Tags.Name]}', "uses Fn::ValueOf"),
        ("!Equals [!Ref Topic, x]", "refers to 'Topic', which is no parameter"),
        ("!Equals [a]", "has not the arguments"),
    ],
)
def test_what_a_rule_may_not_say_is_refused(assertion: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        checked(assertion)


def test_a_rule_without_assertions_is_refused() -> None:
    with pytest.raises(RefusedError, match="Rule Sizes needs Assertions"):
        check_rules(read_template("Rules: {Sizes: {}}\n" + PLAIN), GIVEN)


def test_a_change_set_against_the_rules_is_not_made(stack: SmallStack) -> None:
    rules = RULES.replace("!Equals [!Ref Stage, prod]", '!Equals [!Ref Extra, "yes"]')
    template = TEMPLATE + rules % '!Equals [!Ref Days, "30"]'
    with pytest.raises(ClientError, match=r"\(ValidationError\).*prod is large"):
        stack.deploy("CREATE", template, Extra="yes")
    formation = stack.cloud.clients.client("cloudformation")
    assert formation.list_stacks()["StackSummaries"] == []
    assert stack.deploy("CREATE", template, Extra="yes", Days="30") == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="prod is large"):
        stack.deploy("UPDATE", template, Extra="yes", Days="60")
