"""What a value of a template is as text, as CloudFormation writes it: not as Python does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rehearsal.cfn.problems import RefusedError


def plain_text(value: Any, where: str = "") -> str:
    """Return `value` as text: ``true``, ``1000000``. Raises `RefusedError` for what is none.

    `where` is what the text is for, as CloudFormation would name it.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")  # never with an exponent
    if isinstance(value, dict | list) or value is None:
        raise RefusedError(f"Template error: {where or 'a value'} does not resolve to a string")
    return str(value)
