"""What a request can be refused for: a status, words, and the row and field at fault."""

from __future__ import annotations

from dataclasses import dataclass, field

from unchurn.errors import DataError, UnchurnError


class RefusalError(UnchurnError):
    """A request that cannot be answered as it is; `status` is HTTP's."""

    def __init__(self, status: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.status = status


@dataclass(frozen=True)
class Fault:
    """Why one customer cannot be scored. `row` counts as `words` do: lines or rows, from 1."""

    row: int
    field: str | None
    words: str
    hint: str = ""


class RowError(DataError):
    """A customer that cannot be scored, in a request that asks for all or none."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.words, fault.hint)
        self.fault = fault


@dataclass
class Faults:
    """Customers at fault: the first is raised, or where `lenient` each is kept, once."""

    lenient: bool = False
    found: dict[int, Fault] = field(default_factory=dict)

    def add(self, fault: Fault) -> None:
        """Take in one fault. Raises `RowError` unless faults are kept."""
        if not self.lenient:
            raise RowError(fault)
        self.found.setdefault(fault.row, fault)
