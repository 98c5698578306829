"""Logs of buckets: S3 takes any bucket as their target. None is written here, so that a target stays empty.

moto refuses a target whose policy does not let the service in, which is often set only afterwards; and it
writes an object for each request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.patches import Patch

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def patches(_: Cloud) -> list[Patch]:
    """Return what lets a bucket's logs have any target, and writes none."""
    from moto.s3.models import FakeBucket, S3Backend

    allowed = staticmethod(lambda **_: True)
    return [
        Patch(FakeBucket, "_log_permissions_enabled_policy", allowed),
        Patch(S3Backend, "log_incoming_request", lambda *_: None),
    ]
