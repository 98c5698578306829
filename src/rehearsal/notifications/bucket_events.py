"""What happens to a bucket's objects, told to functions, queues and topics in S3's own record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from rehearsal.cloud import Cloud
from rehearsal.notifications.delivering import deliver
from rehearsal.notifications.resource_policies import Sender
from rehearsal.patches import Patch, around

_SUBJECT = "Amazon S3 Notification"
_NUMBERS = count(1)
"""Of two events of one key the later has the larger sequencer."""


def patches(cloud: Cloud) -> list[Patch]:
    """Return what delivers a bucket's events; EventBridge stays moto's, and ours behind it."""
    from moto.s3 import notifications
    from moto.s3.models import S3Backend

    def send_event(_: Any, account_id: str, event: str, bucket: Any, key: Any) -> None:
        if key is not None:
            _tell(cloud, str(getattr(event, "value", event)), bucket, key, key.name)
        kept = bucket.notification_configuration
        if key is not None and kept is not None and kept.event_bridge is not None:
            notifications._send_event_bridge_message(account_id, bucket, event, key)

    def set_delete_marker(original: Any, self: Any, bucket_name: str, key_name: str) -> Any:
        marker = original(self, bucket_name, key_name)
        made = notifications.S3NotificationEvent.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT
        _tell(cloud, made.value, self.get_bucket(bucket_name), marker, key_name)
        return marker

    return [
        around(notifications, "send_event", send_event),
        around(S3Backend, "_set_delete_marker", set_delete_marker),
    ]


def _tell(cloud: Cloud, event: str, bucket: Any, key: Any, name: str) -> None:
    """Tell every destination whose rule knows the event and the key."""
    kept = bucket.notification_configuration
    if kept is None:
        return
    sender = Sender("s3.amazonaws.com", bucket.arn, cloud.account)
    for rule in (*kept.cloud_function, *kept.queue, *kept.topic):
        if rule.matches(event, name):
            message = json.dumps({"Records": [_record(cloud, event, bucket, key, name, rule.id)]})
            deliver(cloud, str(rule.arn), sender, message, _SUBJECT)


def _record(
    cloud: Cloud, event: str, bucket: Any, key: Any, name: str, identity: str
) -> dict[str, Any]:
    """Return the event as S3 tells it; a key is told encoded as in a form, but for its slashes."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    told = {"key": quote_plus(name, safe="/"), "sequencer": f"{next(_NUMBERS):016X}"}
    if event.startswith("s3:ObjectCreated:"):
        told |= {"size": key.size}
    if not event.endswith(":Delete"):
        told |= {"eTag": getattr(key, "etag", '"d41d8cd98f00b204e9800998ecf8427e"').strip('"')}
    if bucket.is_versioned and getattr(key, "version_id", None):
        told |= {"versionId": str(key.version_id)}
    owner = {"principalId": cloud.account}
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": now.replace("+00:00", "Z"),
        "eventName": event.removeprefix("s3:"),
        "userIdentity": {"principalId": f"AWS:{cloud.account}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {
            "x-amz-request-id": uuid4().hex[:16].upper(),
            "x-amz-id-2": uuid4().hex,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": identity,
            "bucket": {"name": bucket.name, "ownerIdentity": owner, "arn": bucket.arn},
            "object": told,
        },
    }
