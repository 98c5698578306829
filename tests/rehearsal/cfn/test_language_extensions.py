"""Loops of a template are written out, and the functions that go with them are known then alone."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from deployed import deleted, made

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import read_template
from rehearsal.cloud import Cloud

TRANSFORM = "Transform: AWS::LanguageExtensions\n"
LOOPS = """
Parameters:
  Names: {Type: CommaDelimitedList, Default: "raw-data,clean"}
  Keep: {Type: String, Default: Delete}
Mappings: {Sizes: {small: {Days: 1}}}
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue&{Name}:
        Type: AWS::SQS::Queue
        DeletionPolicy: !Ref Keep
        Properties:
          QueueName: !Sub "${AWS::StackName}-${Name}"
          DelaySeconds: !FindInMap [Sizes, large, Days, {DefaultValue: 7}]
          Fn::ForEach::Times:
            - Time
            - [VisibilityTimeout, MessageRetentionPeriod]
            - "${Time}": 120
  Told:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !Join [" ", [!Length [1, 2, 3], {"Fn::ToJsonString": {queue: !GetAtt Queueclean.Arn}}]]
Outputs:
  Fn::ForEach::Addresses:
    - Name
    - [clean]
    - "Address${Name}": {Value: !GetAtt [!Sub "Queue${Name}", Arn]}
"""


def test_loops_are_written_out_and_their_resources_deployed(acme: Cloud) -> None:
    stack = made(acme, TRANSFORM + LOOPS)
    assert set(stack.resources) == {"Queuerawdata", "Queueclean", "Told"}
    queue = stack.outputs["Addressclean"]
    assert queue.endswith(":acme-clean")
    told = acme.clients.client("sqs").get_queue_attributes(
        QueueUrl=stack.resources["Queuerawdata"], AttributeNames=["All"]
    )["Attributes"]
    assert (told["DelaySeconds"], told["VisibilityTimeout"]) == ("7", "120")
    assert told["MessageRetentionPeriod"] == "120"
    ssm = acme.clients.client("ssm")
    value = ssm.get_parameter(Name=stack.resources["Told"])["Parameter"]["Value"]
    count, _, text = value.partition(" ")
    assert (count, json.loads(text)) == ("3", {"queue": queue})
    stack = made(acme, TRANSFORM + LOOPS, Names="clean,late")
    assert set(stack.resources) == {"Queuelate", "Queueclean", "Told"}
    assert deleted(acme) == "DELETE_COMPLETE"


def test_without_the_transform_there_are_neither_loops_nor_their_functions(acme: Cloud) -> None:
    with pytest.raises(ClientError, match="Fn::ForEach::Queues"):
        made(acme, LOOPS)
    plain = "Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: !Length [1]}}}"
    with pytest.raises(ClientError, match="does not know the function Fn::Length"):
        made(acme, plain)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("!Ref Names\n", "clean\n", "the collection of Fn::ForEach::Queues is no list: 'clean'"),
        ("- !Ref Names\n    - Queue", "- Queue", "needs a name, a collection and an object"),
        ("!Ref Names\n", "!GetAtt Told.Value\n", "Told"),
        ("Queue&{Name}", "Queue", "duplicate key Queue in Fn::ForEach::Queues"),
    ],
)
def test_a_loop_that_cannot_be_written_out_is_refused(old: str, new: str, why: str) -> None:
    assert old in LOOPS
    with pytest.raises(RefusedError, match=why):
        read_template(TRANSFORM + LOOPS.replace(old, new, 1))
