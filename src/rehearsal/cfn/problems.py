"""The errors with which CloudFormation refuses, and many of them gathered into one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from rehearsal.errors import RehearsalError


class RefusedError(RehearsalError):
    """A template, a parameter or a change that cannot be deployed; answered as `code`."""

    code = "ValidationError"
    reasons: tuple[str, ...] = ()
    """Each by itself, where there are several."""


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


class ExistsError(RefusedError):
    """A stack to be created whose name is taken."""

    code = "AlreadyExistsException"


class CapabilityError(RefusedError):
    """A template needs a capability that the request does not give."""

    code = "InsufficientCapabilitiesException"


@dataclass
class Reasons:
    """Why a template is refused: all of it at once, so that whoever mends it mends it once."""

    found: dict[str, None] = field(default_factory=dict)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what the block refuses, and go on."""
        try:
            yield
        except (RefusedError, ClientError) as error:
            several = error.reasons if isinstance(error, RefusedError) else ()
            self.found |= dict.fromkeys(several or (str(error),))

    def refuse(self) -> None:
        """Raise `RefusedError` with every reason noted; nothing happens where there is none."""
        if not self.found:
            return
        several = tuple(self.found)
        lines = "\n".join(f"- {reason}" for reason in several)
        text = f"The template is refused for {len(several)} reasons:\n{lines}"
        error = RefusedError(several[0] if len(several) == 1 else text)
        error.reasons = several
        raise error
