"""How much one request may hold; what holds more is refused before it costs more."""

from __future__ import annotations

from dataclasses import dataclass

from unchurn.errors import DataError
from unchurn.serve.refusals import RefusalError

MOST_BYTES = 6 * 1024 * 1024
"""Bytes of a body, as on a SageMaker endpoint."""
MOST_ROWS = 50_000
"""Customers of a live request."""
MOST_COLUMNS = 20_000
MOST_CELLS = 20_000_000
"""Cells of a table, those included that were not sent: a body may be shorter than its table."""
_LEAVE_OUT = "Leave out columns that the model does not read; GET /schema lists those it does."


@dataclass(frozen=True)
class Limits:
    """Of a server: `bytes` of a body, folded and unfolded; `rows`, None for all that fit."""

    bytes: int = MOST_BYTES
    rows: int | None = MOST_ROWS

    def check_rows(self, count: int) -> None:
        """Raise `RefusalError` for more customers than one request may have, `DataError` for none."""
        if self.rows is not None and count > self.rows:
            raise RefusalError(
                413,
                f"The body holds {count:,} customers; one request may have {self.rows:,}.",
                "Send them in several requests, or use `unchurn score`.",
            )
        if not count:
            raise DataError("The body holds no customer.", "Send at least one row.")


LIVE = Limits()
"""Those of a live server."""


def check_size(rows: int, columns: int) -> None:
    """Raise `RefusalError` for a table that is too wide, or too large for its width."""
    if columns > MOST_COLUMNS:
        raise RefusalError(
            413,
            f"The body has {columns:,} columns; one request may have {MOST_COLUMNS:,}.",
            _LEAVE_OUT,
        )
    if rows * columns > MOST_CELLS:
        raise RefusalError(
            413,
            f"{rows:,} customers of {columns:,} columns are {rows * columns:,} cells; one request "
            f"may have {MOST_CELLS:,}.",
            _LEAVE_OUT,
        )
