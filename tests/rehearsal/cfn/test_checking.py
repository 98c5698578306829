"""What a template refers to is in it, and is made."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from small_stack import TEMPLATE, SmallStack

from rehearsal.cfn.checking import check_references
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import read_template

BLOCKS = """
Parameters: {P: {Type: String, Default: a}}
Conditions: {Small: !Equals [!Ref %s, a], Also: !Or [!Condition Small, !Condition %s]}
Resources:
  Topic: {Type: 'AWS::SNS::Topic', DependsOn: [%s], Condition: %s, Properties: {TopicName: %s}}
  Queue: {Type: 'AWS::SQS::Queue'}
Outputs: {O: {Value: %s, Condition: %s}}
"""
RIGHT = ("P", "Small", "Queue", "Small", "!Ref P", "!Ref Topic", "Small")


def checked(place: int, written: str) -> None:
    """Check the template with one of its places written otherwise."""
    parts = list(RIGHT)
    parts[place] = written
    check_references(read_template(BLOCKS % tuple(parts)))


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (0, "AWS::Region"),
        (4, '!Sub ["${A} ${P} ${Queue.Arn} ${AWS::Region} ${!No}", {A: !GetAtt Queue.Arn}]'),
        (4, "!If [Also, !Ref Queue, !Ref AWS::NoValue]"),
        (5, "!GetAtt Queue.Arn"),
    ],
)
def test_what_is_there_may_be_referred_to(place: int, written: str) -> None:
    checked(place, written)


@pytest.mark.parametrize(
    ("place", "written", "words"),
    [
        (0, "Queue", r"Unresolved dependencies \[Queue\]. Cannot reference resources in the Cond"),
        (1, "Absent", "Unresolved condition dependency Absent in the Conditions block"),
        (2, "Absent", r"Unresolved resource dependencies \[Absent\] in the Resources block"),
        (2, "P", r"Unresolved resource dependencies \[P\] in the Resources block"),
        (3, "Absent", "Unresolved condition dependency Absent in the Resources block"),
        (4, "!Ref Absent", r"Unresolved resource dependencies \[Absent\] in the Resources block"),
        (4, '!Sub "${Absent.Arn}"', r"\[Absent\] in the Resources block"),
        (4, "!If [Small, a, !GetAtt Absent.Arn]", r"\[Absent\] in the Resources block"),
        (4, "!If [Absent, a, b]", "Unresolved condition dependency Absent in the Resources block"),
        (5, "!Ref Absent", r"Unresolved resource dependencies \[Absent\] in the Outputs block"),
        (6, "Absent", "Unresolved condition dependency Absent in the Outputs block"),
    ],
)
def test_what_is_not_is_refused_by_name(place: int, written: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        checked(place, written)


UNMADE = r"Unresolved resource dependencies \[More\] in the {block} block of the template"


@pytest.mark.parametrize(
    ("changed", "to", "block"),
    [
        ("Topic: !Ref Alerts", "Topic: !Ref More", "Resources"),
        ("Topic: !Ref Alerts", "Topic: !GetAtt More.TopicArn", "Resources"),
        ("Topic: !Ref Alerts", 'Topic: !Sub "${More}"', "Resources"),
        ("Bucket: {Value: !Ref Data}", "Bucket: {Value: !Ref More}", "Outputs"),
    ],
)
def test_a_resource_that_its_condition_leaves_out_answers_nobody(
    stack: SmallStack, changed: str, to: str, block: str
) -> None:
    template = TEMPLATE.replace(changed, to)
    with pytest.raises(ClientError, match=UNMADE.format(block=block)):
        stack.deploy("CREATE", template)
    assert stack.deploy("CREATE", template, Extra="yes") == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match=UNMADE.format(block=block)):
        stack.deploy("UPDATE", template, Extra="")


def test_a_branch_that_is_not_taken_may_name_what_is_not_made(stack: SmallStack) -> None:
    named = "Topic: !If [HasExtra, !Ref More, !Ref Alerts]"
    template = TEMPLATE.replace("Topic: !Ref Alerts", named)
    template = template.replace(
        "Type: AWS::Lambda::Function", "Type: AWS::Lambda::Function\n    DependsOn: More"
    )
    assert stack.deploy("CREATE", template) == "CREATE_COMPLETE"


def test_an_output_without_a_value_is_refused(stack: SmallStack) -> None:
    none = "Bucket: {Value: !If [HasExtra, a, !Ref AWS::NoValue]}"
    with pytest.raises(ClientError, match="must evaluate to a String"):
        stack.deploy("CREATE", TEMPLATE.replace("Bucket: {Value: !Ref Data}", none))
