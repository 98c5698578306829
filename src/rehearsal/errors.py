"""What can go wrong in a rehearsal, as a tree of its own.

    RehearsalError          anything a person can act on
    ├── SettingError        what the caller asks for is wrong, or something named does not exist
    ├── InputError          what a job, a query or a build was given cannot be used as it is
    └── ArchiveError        an archive is damaged, or unsafe to open

Services add their own below them (a job that failed, a template that is refused), which they answer
as AWS words them. Every message says what was seen, what was valid, and the next move.
"""

from __future__ import annotations

from collections.abc import Iterable


class RehearsalError(Exception):
    """A failure with a message for a person.

    Parameters
    ----------
    message : what was seen and why it cannot be used; one or more sentences.
    hint : the next move, as an instruction; shown on its own line.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class SettingError(RehearsalError):
    """A setting, a flag or a name given by the caller is wrong."""


class InputError(RehearsalError):
    """What a job, a query or a build was given cannot be used as it is."""


class ArchiveError(RehearsalError):
    """An archive is damaged or unsafe to open."""


def listing(values: Iterable[object], most: int = 8) -> str:
    """Quote values for a message, at most `most` of them: ``'a', 'b' and 3 more``."""
    shown = [repr(str(value)) for value in values]
    if len(shown) <= most:
        return ", ".join(shown)
    return f"{', '.join(shown[:most])} and {len(shown) - most} more"
