"""What this stand-in does otherwise than Glue, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn


class NotRehearsedError(Exception):
    """Glue does this, and its stand-in does not: it is refused rather than done otherwise."""


def refuse(what: str) -> NoReturn:
    """Refuse something by its name."""
    raise NotRehearsedError(f"The rehearsal's stand-in for Glue has no {what}.")


def remark(sentence: str) -> None:
    """Tell the rehearsal's journal something that is done otherwise than in Glue."""
    place = os.environ.get("REHEARSAL_REMARKS")
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(f"{sentence}\n")


def choose(given: Any, valid: tuple[str, ...], what: str) -> str:
    """Return `given` where it is valid; refuse it by name where it is not."""
    if given not in valid:
        refuse(f"{what} {given!r}, only {', '.join(valid)}")
    return str(given)
