"""What can go wrong, as a tree.

    UnchurnError            1   anything a person can act on
    ├── ConfigError         2   churn.toml or a flag is wrong, or something named does not exist
    │   └── OtherQuestionError 2 the project asks another question than its model answers
    ├── DataError           3   the table cannot be used as it is
    │   ├── CustomersError  3   what is told of customers, whom the message names, cannot be
    │   └── NobodyLeftError 3   there is nobody whom a campaign could contact
    ├── ThreadLimitError    3   the system allows too few threads
    ├── ArtefactError       1   a stored artefact is missing, damaged or unsafe
    ├── HostError           1   another host of a job is missing, or has failed
    ├── RegistryError       1   the registry refused or could not be read
    └── UntrustedError      5   a list that should not be trusted, refused because --strict asks

The number is the exit code of the command line. A refused model is not an error: it is a
verdict, and exits 4. Every message says what was seen, what was valid, and the next move.
"""

from __future__ import annotations

from collections.abc import Iterable


class UnchurnError(Exception):
    """A failure with a message for a person.

    Parameters
    ----------
    message : what was seen and why it cannot be used; one or more sentences.
    hint : the next move, as an instruction; shown on its own line.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigError(UnchurnError):
    """A setting, a flag or a name given by the user is wrong."""

    exit_code = 2


class OtherQuestionError(ConfigError):
    """The project asks another question by now than a model was trained to answer."""


class DataError(UnchurnError):
    """A table cannot be used as it is."""

    exit_code = 3


class CustomersError(DataError):
    """What is told of customers cannot be.

    The message names some of them; `unnamed` says the same without, for logs and mails.
    """

    def __init__(self, message: str, hint: str, unnamed: str) -> None:
        super().__init__(message, hint)
        self.unnamed = unnamed


class NobodyLeftError(DataError):
    """Of the customers of a table there is nobody whom a campaign could contact."""


class ThreadLimitError(UnchurnError):
    """The system allows too few threads to work with."""

    exit_code = 3


class HostError(UnchurnError):
    """Another host of a job is missing, or has failed."""


class ArtefactError(UnchurnError):
    """A stored artefact is missing, damaged or unsafe to open."""


class RegistryError(UnchurnError):
    """The registry refused a change or could not be read."""


class UntrustedError(UnchurnError):
    """What arrived differs so much from training that its scores should not be trusted."""

    exit_code = 5


def counted(count: int, one: str, many: str = "") -> str:
    """Count a thing in grammar: ``1 customer has``, ``1,200 customers have``; many is one + s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def cells_of(cells: int, name: str, one: str = "is", many: str = "are") -> str:
    """Count cells of a column, with the verb: ``1 cell of 'fee' is``, ``12 cells of 'fee' are``."""
    return counted(cells, f"cell of {name!r} {one}", f"cells of {name!r} {many}")


def listing(values: Iterable[object], most: int = 8) -> str:
    """Quote values for a message, at most `most` of them: ``'a', 'b' and 3 more``."""
    shown = [repr(str(value)) for value in values]
    if len(shown) <= most:
        return ", ".join(shown)
    return f"{', '.join(shown[:most])} and {len(shown) - most} more"
