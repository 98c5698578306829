"""The one error with which CloudFormation refuses."""

from __future__ import annotations

from unchurn.errors import UnchurnError


class RefusedError(UnchurnError):
    """A template, a parameter or a change that cannot be deployed; answered as ValidationError."""
