"""The one error with which CloudFormation refuses."""

from __future__ import annotations

from rehearsal.errors import RehearsalError


class RefusedError(RehearsalError):
    """A template, a parameter or a change that cannot be deployed; answered as ValidationError."""
