"""Policies that IAM takes, and moto refuses: inline ones without a Version, and those of all of an account's IAM.

A policy without a Version is of the language's first, 2008-10-17; those of AWS::Serverless are.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around

_FIRST, _SECOND = "2008-10-17", "2012-10-17"


def patches(_: Cloud) -> list[Patch]:
    """Return what has them checked as if they named the second version, and kept as they are."""
    from moto.iam.models import IAMBackend
    from moto.iam.policy_validation import VALID_RESOURCE_PATH_STARTING_VALUES

    paths = VALID_RESOURCE_PATH_STARTING_VALUES["iam"]

    def putting(holder: str) -> Callable[..., Any]:
        def put(original: Any, self: Any, name: str, policy_name: str, policy_json: str) -> None:
            original(self, name, policy_name, _second(policy_json))
            getattr(self, f"get_{holder}")(name).put_policy(policy_name, policy_json)

        return put

    return [
        Patch(paths, "values", ["*", *paths["values"]]),
        *(
            around(IAMBackend, f"put_{holder}_policy", putting(holder))
            for holder in ("group", "role", "user")
        ),
    ]


def _second(policy: str) -> str:
    try:
        content = json.loads(policy)
    except ValueError:
        return policy  # moto says what is wrong with it
    if not isinstance(content, dict) or content.get("Version", _FIRST) != _FIRST:
        return policy
    return json.dumps(content | {"Version": _SECOND})


def objection(policy: str) -> str:
    """Return why IAM refuses the text of an inline policy; nothing where it takes it."""
    from moto.iam.exceptions import MalformedPolicyDocument
    from moto.iam.policy_validation import IAMPolicyDocumentValidator

    try:
        IAMPolicyDocumentValidator(_second(policy)).validate()
    except MalformedPolicyDocument as error:
        return str(error.message)
    return ""
