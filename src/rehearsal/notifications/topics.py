"""Functions subscribed to a topic: invoked, if they let it in, with the record that SNS makes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.notifications.delivering import deliver
from rehearsal.notifications.resource_policies import Sender
from rehearsal.patches import Patch, around


def patches(cloud: Cloud) -> list[Patch]:
    """Return what brings a topic's messages to functions; other subscriptions stay moto's."""
    from moto.sns.models import Subscription

    def publish(original: Any, self: Any, message: str, message_id: str, **given: Any) -> None:
        if self.protocol != "lambda":
            original(self, message, message_id, **given)
            return
        matcher = self._filter_policy_matcher
        attributes = given.get("message_attributes")
        if matcher is not None and not matcher.matches(attributes, message):
            return
        if given.get("message_structure") == "json":
            message = self._parse_message_structure(message, self.protocol)
        record = _record(self, message, message_id, given.get("subject"), attributes)
        sender = Sender("sns.amazonaws.com", self.topic.arn, cloud.account)
        deliver(cloud, str(self.endpoint), sender, json.dumps({"Records": [record]}))

    return [around(Subscription, "publish", publish)]


def _record(
    subscription: Any, message: str, identity: str, subject: str | None, attributes: Any
) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": {
            "Type": "Notification",
            "MessageId": identity,
            "TopicArn": subscription.topic.arn,
            "Subject": subject,
            "Message": message,
            "Timestamp": now,
            "SignatureVersion": "1",
            "Signature": "",
            "SigningCertUrl": "",
            "UnsubscribeUrl": "",
            "MessageAttributes": {
                name: {"Type": each["Type"], "Value": each["Value"]}
                for name, each in (attributes or {}).items()
            },
        },
    }
