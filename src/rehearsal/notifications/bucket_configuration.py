"""What a bucket is to tell, and whom: taken as S3 takes it, told as S3 tells it.

moto looks neither at the destinations nor at their permissions, and leaves EventBridge out when asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.notifications.resource_policies import Sender, lets_in
from rehearsal.patches import Patch, around

_END = "</NotificationConfiguration>"
_TOLD = f"<EventBridgeConfiguration/>{_END}"
_KINDS = {"TopicConfiguration": "Topic", "QueueConfiguration": "Queue"} | {
    "CloudFunctionConfiguration": "CloudFunction"
}
"""Elements of the request → what in them names the destination."""
_UNCHECKED = "x-amz-skip-destination-validation"


def patches(cloud: Cloud) -> list[Patch]:
    """Return what judges PutBucketNotificationConfiguration, and has its counterpart tell all."""
    from moto.s3.responses import S3Response

    def parsed(original: Any, self: Any) -> Any:
        given = original(self)
        unchecked = str(self.headers.get(_UNCHECKED, "")).lower() == "true"
        _judge(cloud, self.bucket_name, given, unchecked)
        return given

    def get_bucket_notification(original: Any, self: Any) -> Any:
        status, headers, body = original(self)
        kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if kept and kept.event_bridge is not None:
            # With nothing else to tell, the element has no end of its own.
            empty = body.endswith("/>")
            body = f"{body[:-2]}>{_TOLD}" if empty else body.replace(_END, _TOLD)
        return status, headers, body

    return [
        around(S3Response, "_notification_config_from_body", parsed),
        around(S3Response, "get_bucket_notification", get_bucket_notification),
    ]


def _judge(cloud: Cloud, bucket: str, given: Mapping[str, Any], unchecked: bool) -> None:
    """Refuse what S3 refuses: rules that overlap, destinations that are not there or not open."""
    from moto.s3.exceptions import S3ClientError

    rules = [(each, each[name]) for kind, name in _KINDS.items() for each in given.get(kind, [])]
    for (one, _), (other, _) in combinations(rules, 2):
        if _shared(one["Event"], other["Event"]) and _overlapping(_filter(one), _filter(other)):
            raise S3ClientError(
                "InvalidArgument",
                "Configuration is ambiguously defined. Cannot have overlapping suffixes in two "
                "rules if the prefixes are overlapping for the same event type.",
            )
    sender = Sender("s3.amazonaws.com", f"arn:aws:s3:::{bucket}", cloud.account)
    every = [] if unchecked else [arn for _, arn in rules]
    closed = [arn for arn in every if arn.endswith(".fifo") or not lets_in(cloud, arn, sender)]
    if closed:
        raise S3ClientError(
            "InvalidArgument",
            "Unable to validate the following destination configurations "
            f"({', '.join(dict.fromkeys(closed))})",
        )


def _shared(one: list[str], other: list[str]) -> bool:
    return any(_within(a, b) or _within(b, a) for a in one for b in other)


def _within(event: str, wanted: str) -> bool:
    return event == wanted or (wanted.endswith("*") and event.startswith(wanted[:-1]))


def _filter(rule: Mapping[str, Any]) -> tuple[str, str]:
    rules = ((rule.get("Filter") or {}).get("S3Key") or {}).get("FilterRule") or []
    found = {str(each["Name"]).lower(): str(each["Value"]) for each in rules}
    return found.get("prefix", ""), found.get("suffix", "")


def _overlapping(one: tuple[str, str], other: tuple[str, str]) -> bool:
    prefixes = one[0].startswith(other[0]) or other[0].startswith(one[0])
    return prefixes and (one[1].endswith(other[1]) or other[1].endswith(one[1]))
