"""The policies that AWS itself manages: moto has them all, and here each is there when it is named.

Moto can load them when its IAM begins; that takes seconds in each cloud, for what is mostly unused.
"""

from __future__ import annotations

from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around
from rehearsal.permissions.stored import aws_managed

_ASKED_BY_ARN = (
    "attach_group_policy",
    "attach_role_policy",
    "attach_user_policy",
    "get_policy",
    "get_policy_version",
)
_OF_AWS = ":iam::aws:policy/"


def patches(_: Cloud) -> list[Patch]:
    """Return what loads a managed policy of AWS when it is attached or read."""
    from moto.iam.models import IAMBackend

    def known(original: Any, self: Any, policy_arn: str, *args: Any) -> Any:
        if _OF_AWS in policy_arn and policy_arn not in self.managed_policies:
            _load(self, policy_arn)
        return original(self, policy_arn, *args)

    return [around(IAMBackend, name, known) for name in _ASKED_BY_ARN]


def _load(backend: Any, policy_arn: str) -> None:
    from moto.iam.models import AWSManagedPolicy

    name = policy_arn.rpartition("/")[2]
    described = aws_managed().get(name)
    if described is None:
        return  # moto says that there is none
    made = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, described)
    if made.arn == policy_arn:  # it stands below a path of its own
        backend.managed_policies[policy_arn] = made


def is_missing(policy_arn: str) -> bool:
    """Tell whether an address is of a policy of AWS's own that there is not, or not any more."""
    name = policy_arn.rpartition("/")[2]
    described = aws_managed().get(name)
    place = f"arn:aws{_OF_AWS[:-1]}{described['Path']}{name}" if described else ""
    return _OF_AWS in policy_arn and place != policy_arn
