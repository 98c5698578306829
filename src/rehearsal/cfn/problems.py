"""The errors with which CloudFormation refuses."""

from __future__ import annotations

from rehearsal.errors import RehearsalError


class RefusedError(RehearsalError):
    """A template, a parameter or a change that cannot be deployed; answered as `code`."""

    code = "ValidationError"


class StatusError(RefusedError):
    """A change set that cannot be executed as it stands."""

    code = "InvalidChangeSetStatusException"


class UnknownChangeSetError(RefusedError):
    """A change set that does not exist, or not any more: executing one throws the others away."""

    code = "ChangeSetNotFoundException"


class CapabilityError(RefusedError):
    """A template needs a capability that the request does not give."""

    code = "InsufficientCapabilitiesException"
