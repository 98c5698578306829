"""Whether the policy of a function, a queue or a topic lets a service in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from rehearsal.cloud import Cloud


@dataclass(frozen=True)
class Sender:
    """A service that asks to be let in (``s3.amazonaws.com``), on behalf of the resource `arn`."""

    service: str
    arn: str
    account: str


def lets_in(cloud: Cloud, destination: str, sender: Sender) -> bool:
    """Tell whether `destination`, an ARN, exists and allows `sender` to bring it something."""
    from botocore.exceptions import ClientError

    service = destination.split(":")[2]
    try:
        policy = _POLICIES[service](cloud, destination)
    except (ClientError, KeyError):
        return False
    given = json.loads(policy or "{}").get("Statement") or []
    statements = given if isinstance(given, list) else [given]
    effects = {each["Effect"] for each in statements if _applies(each, _ACTIONS[service], sender)}
    return effects == {"Allow"}


def _of_function(cloud: Cloud, arn: str) -> str:
    """Return the policy of a function, or that of its version or alias alone, where one is named."""
    return str(cloud.clients.client("lambda").get_policy(FunctionName=arn)["Policy"])


def _of_queue(cloud: Cloud, arn: str) -> str:
    sqs = cloud.clients.client("sqs")
    url = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    return str(told.get("Attributes", {}).get("Policy", ""))


def _of_topic(cloud: Cloud, arn: str) -> str:
    told = cloud.clients.client("sns").get_topic_attributes(TopicArn=arn)
    return str(told["Attributes"].get("Policy", ""))


_POLICIES = {"lambda": _of_function, "sqs": _of_queue, "sns": _of_topic}
_ACTIONS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}


def _applies(statement: Mapping[str, Any], action: str, sender: Sender) -> bool:
    actions = [each.lower() for each in _listed(statement.get("Action"))]
    return (
        any(fnmatchcase(action.lower(), each) for each in actions)
        and _names(statement.get("Principal"), sender)
        and all(
            _met(operator, key, _listed(wanted), sender)
            for operator, tests in (statement.get("Condition") or {}).items()
            for key, wanted in tests.items()
        )
    )


def _names(principal: Any, sender: Sender) -> bool:
    if not isinstance(principal, dict):
        return principal in ("*", sender.service)
    return sender.service in _listed(principal.get("Service")) or "*" in _listed(
        principal.get("AWS")
    )


def _met(operator: str, key: str, wanted: list[str], sender: Sender) -> bool:
    """Tell whether a condition holds; one that is not known never does."""
    known = {"aws:sourcearn": sender.arn, "aws:sourceaccount": sender.account}
    value = known.get(key.lower())
    if value is None:
        return False
    plain = operator.removeprefix("ForAnyValue:").removesuffix("IfExists")
    if plain in ("StringLike", "ArnLike", "ArnEquals"):
        return any(fnmatchcase(value, each) for each in wanted)
    return plain == "StringEquals" and value in wanted


def _listed(given: Any) -> list[str]:
    if given is None:
        return []
    return [str(each) for each in given] if isinstance(given, list) else [str(given)]
