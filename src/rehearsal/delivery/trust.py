"""Whether a role trusts CodePipeline: moto reads one form of a trust policy, and there are several."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from rehearsal.patches import Patch

SERVICE = "codepipeline.amazonaws.com"
_SEEN = json.dumps({"Statement": [{"Principal": {"Service": SERVICE}}]})
"""The one form that moto reads."""


def trusts(document: str, service: str) -> bool:
    """Tell whether a trust policy allows `service`, alone or in a list, to assume its role."""
    statements = json.loads(document)["Statement"]
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal")
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        services = [named] if isinstance(named, str) else named
        if statement.get("Effect") == "Allow" and service in services:
            return True
    return False


def patches() -> list[Patch]:
    """Return what has pipelines made for each role that trusts them."""
    from moto.codepipeline.models import CodePipelineBackend
    from moto.iam.models import iam_backends

    def iam_backend(self: Any) -> Any:
        real = iam_backends[self.account_id][self.partition]

        def get_role_by_arn(arn: str) -> Any:
            role = real.get_role_by_arn(arn)
            if not trusts(role.assume_role_policy_document, SERVICE):
                return role
            return SimpleNamespace(assume_role_policy_document=_SEEN)

        return SimpleNamespace(get_role_by_arn=get_role_by_arn)

    return [Patch(CodePipelineBackend, "iam_backend", property(iam_backend))]
