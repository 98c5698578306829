"""The errors with which CloudFormation refuses."""

from __future__ import annotations

from rehearsal.errors import RehearsalError


class RefusedError(RehearsalError):
    """A template, a parameter or a change that cannot be deployed; answered as `code`."""

    code = "ValidationError"


class HalfMadeError(RefusedError):
    """A resource that could not be made, and is to be deleted as `physical_id` even so."""

    def __init__(self, message: str, physical_id: str) -> None:
        super().__init__(message)
        self.physical_id = physical_id


class StatusError(RefusedError):
    """A change set that cannot be executed as it stands."""

    code = "InvalidChangeSetStatusException"


class UnknownChangeSetError(RefusedError):
    """A change set that does not exist, or not any more: executing one throws the others away."""

    code = "ChangeSetNotFoundException"
