"""AssumeRole: whoever may, gets a session with that role's rights, narrowed by its own policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rehearsal.patches import Patch, around
from rehearsal.permissions.policies import read_policy

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes the keys of assumed roles good for this cloud, and for those roles alone."""
    from moto.s3.models import FakeBucket
    from moto.sts.models import STSBackend

    def assume(original: Any, *given: Any, **named: Any) -> Any:
        role = original(*given, **named)
        policy = read_policy("the session's policy", role.policy) if role.policy else None
        cloud.permissions.sessions.register(role, policy)
        return role

    return [
        around(STSBackend, "assume_role", assume),
        Patch(FakeBucket, "get_permission", _undecided),
    ]


def _undecided(*_: Any) -> Any:
    """Leave a bucket's policy to the gate; moto decides without looking at conditions."""
    from moto.iam.access_control import PermissionResult

    return PermissionResult.NEUTRAL
