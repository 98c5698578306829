"""A rule may be on a bus of one's own, with its targets, and goes from there."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import deploy

TEMPLATE = """
Resources:
  Heard: {Type: "AWS::SQS::Queue"}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: asked
      EventBusName: own
      EventPattern: {source: [acme]}
      Targets: [{Id: heard, Arn: !GetAtt Heard.Arn}MORE]
"""


def test_a_rule_on_another_bus_is_made_changed_and_deleted(acme: Cloud) -> None:
    events = acme.clients.client("events")
    events.create_event_bus(Name="own")
    more = TEMPLATE.replace("MORE", ", {Id: more, Arn: !GetAtt Heard.Arn}")
    for template, number in ((more, 2), (TEMPLATE.replace("MORE", ""), 1)):
        made = deploy(acme.clients, "acme", template)
        assert made.succeeded, made.failures
        targets = events.list_targets_by_rule(Rule="asked", EventBusName="own")["Targets"]
        assert len(targets) == number
    acme.clients.client("cloudformation").delete_stack(StackName="acme")
    assert events.list_rules(EventBusName="own")["Rules"] == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("!Sub 'arn:aws:kinesis:${AWS::Region}:${AWS::AccountId}:stream/acme'", "'kinesis'"),
        ("arn:aws:batch:us-east-1:123456789012:job-queue/acme", "'batch'"),
        ("arn:aws:events:us-east-1:123456789012:api-destination/acme/1", "API destination"),
    ],
)
def test_a_target_that_nothing_is_brought_to_is_refused_by_name(
    acme: Cloud, address: str, why: str
) -> None:
    acme.clients.client("events").create_event_bus(Name="own")
    template = TEMPLATE.replace("MORE", f", {{Id: more, Arn: {address}}}")
    with pytest.raises(ClientError, match=why):
        deploy(acme.clients, "acme", template)
