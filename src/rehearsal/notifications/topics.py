"""What is subscribed to a topic: functions, invoked with the record that SNS makes, and queues.

Either has to let the topic in, by its own policy: see "Subscribing an Amazon SQS queue to an Amazon
SNS topic" and "Fanout to Lambda functions" in the guide of SNS.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.notifications.delivering import deliver, denied
from rehearsal.notifications.resource_policies import Sender, lets_in
from rehearsal.patches import Patch, around


def patches(cloud: Cloud) -> list[Patch]:
    """Return what brings a topic's messages to functions, and to queues that let them in.

    Other subscriptions stay moto's.
    """
    from moto.sns.models import Subscription

    def publish(original: Any, self: Any, message: str, message_id: str, **given: Any) -> None:
        matcher = self._filter_policy_matcher
        attributes = given.get("message_attributes")
        if matcher is not None and not matcher.matches(attributes, message):
            return
        sender = Sender("sns.amazonaws.com", self.topic.arn, cloud.account)
        if self.protocol != "lambda":
            if self.protocol == "sqs" and not lets_in(cloud, str(self.endpoint), sender):
                denied(cloud, str(self.endpoint), sender)
            else:
                original(self, message, message_id, **given)
            return
        if given.get("message_structure") == "json":
            message = self._parse_message_structure(message, self.protocol)
        record = _record(self, message, message_id, given.get("subject"), attributes)
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
