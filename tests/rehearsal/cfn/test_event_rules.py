"""A rule may be on a bus of one's own, with its targets, and goes from there."""

from __future__ import annotations

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
