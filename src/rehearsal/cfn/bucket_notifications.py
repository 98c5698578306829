"""S3: what a bucket of a template is to tell, as the API takes it."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Properties
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

_KINDS = {
    "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
    "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
}
"""Of a template → the API's name, and what names the destination in the one and in the other."""
_BRIDGE = "EventBridgeConfiguration"


def put_notification(s3: Any, name: str, given: Properties) -> None:
    """Have a bucket tell what a template says, and nothing else."""
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=_request(given))


def check_notification(_: Cloud, properties: Properties) -> None:
    """Refuse, while changes are planned, what is not known of a bucket's notifications."""
    given = properties.get("NotificationConfiguration")
    if isinstance(given, dict):
        _request(given)


def _request(given: Properties) -> Properties:
    _only(given, {_BRIDGE, *_KINDS}, "NotificationConfiguration")
    request: Properties = {
        _KINDS[kind][0]: [_rule(kind, each) for each in rules]
        for kind, rules in given.items()
        if kind in _KINDS
    }
    bridge = given.get(_BRIDGE)
    if bridge is not None and str(bridge.get("EventBridgeEnabled", True)).lower() == "true":
        request[_BRIDGE] = {}
    return request


def _rule(kind: str, given: Properties) -> Properties:
    _, named, called = _KINDS[kind]
    _only(given, {"Event", "Filter", named}, kind)
    rule: Properties = {called: given[named], "Events": [given["Event"]]}
    if "Filter" in given:
        _only(given["Filter"], {"S3Key"}, f"{kind}/Filter")
        rules = [
            {"Name": str(each["Name"]).lower(), "Value": each["Value"]}
            for each in given["Filter"]["S3Key"]["Rules"]
        ]
        rule["Filter"] = {"Key": {"FilterRules": rules}}
    return rule


def _only(given: Properties, known: set[str], where: str) -> None:
    if set(given) - known:
        raise RefusedError(
            f"The rehearsal does not know {listing(sorted(set(given) - known))} of a bucket's {where}."
        )
