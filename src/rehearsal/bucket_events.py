"""Whether a bucket tells EventBridge of its objects: moto keeps it, and leaves it out when asked."""

from __future__ import annotations

from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around

_END = "</NotificationConfiguration>"
_TOLD = f"<EventBridgeConfiguration/>{_END}"


def patches(_: Cloud) -> list[Patch]:
    """Return what has GetBucketNotificationConfiguration tell of EventBridge too."""
    from moto.s3.responses import S3Response

    def get_bucket_notification(original: Any, self: Any) -> Any:
        status, headers, body = original(self)
        kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if kept and kept.event_bridge is not None:
            # With nothing else to tell, the element has no end of its own.
            empty = body.endswith("/>")
            body = f"{body[:-2]}>{_TOLD}" if empty else body.replace(_END, _TOLD)
        return status, headers, body

    return [around(S3Response, "get_bucket_notification", get_bucket_notification)]
