"""As whom CloudFormation makes things: the stack's service role, else whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.stacks import Request, Stacks
from rehearsal.cloud import Cloud
from rehearsal.permissions.refusals import DeniedError
from rehearsal.permissions.sessions import Session, as_session, calling

MAKING = {"create_stack", "update_stack", "execute_change_set", "delete_stack"}
"""The operations that change resources; what is only planned is looked at by the rehearsal itself."""


@dataclass
class ServiceRoles:
    """The role of each stack of `cloud`, by name: the last that was given stays."""

    cloud: Cloud
    stacks: Stacks
    known: dict[str, str] = field(default_factory=dict)

    def acting(
        self, name: str, operation: Callable[[Request], Request]
    ) -> Callable[[Request], Request]:
        """Return `operation` as it is done for a stack: resources made as the role that counts."""

        def done(request: Request) -> Request:
            stack = self._stack(request)
            if request.get("RoleARN"):
                self.known[stack] = str(request["RoleARN"])
            if name not in MAKING:
                return operation(request)
            with as_session(self._session(stack)):
                return operation(request)

        return done

    def _stack(self, request: Request) -> str:
        if "ChangeSetName" in request and "StackName" not in request:
            return self.stacks.found(request)[0].name
        name = str(request.get("StackName", ""))
        return name.split("/")[1] if name.startswith("arn:") else name

    def _session(self, stack: str) -> Session | None:
        role = self.known.get(stack)
        if role is None:
            return calling()
        try:
            return self.cloud.permissions.session(role, "cloudformation", "AWSCloudFormation")
        except DeniedError as error:
            raise RefusedError(f"Role {role} is invalid or cannot be assumed") from error
