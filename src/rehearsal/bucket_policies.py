"""Bucket policies: moto enforces them without looking at their conditions; here they are met.

The loopback speaks plain HTTP and stands for TLS, so what is refused without TLS is allowed. A
statement with a condition that is not known here is not enforced, and the report says so.
"""

from __future__ import annotations

import json
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around

_SECURE = "aws:securetransport"


def patches(cloud: Cloud) -> list[Patch]:
    """Return what has a policy's statements apply only when their conditions hold."""
    from moto.s3.models import FakeBucket

    cloud.journal.remark("Requests to the bucket count as made over TLS.")

    def get_permission(original: Any, self: Any, action: str, resource: str) -> Any:
        from moto.iam.access_control import IAMPolicy, PermissionResult

        if self.policy is None:
            return original(self, action, resource)
        policy = json.loads(self.policy)
        given = policy["Statement"]
        statements = given if isinstance(given, list) else [given]
        applying = [each for each in statements if _applies(cloud, each)]
        if not applying:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps(policy | {"Statement": applying})).is_action_permitted(
            action, resource
        )

    return [around(FakeBucket, "get_permission", get_permission)]


def _applies(cloud: Cloud, statement: dict[str, Any]) -> bool:
    """Tell whether the conditions of a statement hold; one that is not known never does."""
    for operator, tests in (statement.get("Condition") or {}).items():
        for key, wanted in tests.items():
            if operator in {"Bool", "BoolIfExists"} and key.lower() == _SECURE:
                if str(wanted).lower() != "true":
                    return False
            else:
                cloud.journal.remark(
                    f"The condition {operator} of {key} in a bucket policy was not enforced."
                )
                return False
    return True
