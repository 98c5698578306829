"""What was found in somebody's project, and where: a statement about it, or a fault in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file, the file named relative to the project's folder; 0 means the whole file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Fact:
    """What a project says of itself: one of the names in `settings.py`, the value, and where.

    `of` narrows it down: the state machine, the function or the stack that it was said of.
    """

    name: str
    value: Any
    place: Place
    of: str = ""


@dataclass(frozen=True)
class Fault:
    """What is broken, insecure, misleading or fragile in a project, by a code of `remedies.py`."""

    code: str
    place: Place
    words: str
