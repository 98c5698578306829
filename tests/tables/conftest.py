from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unchurn.project import Data
from unchurn.tables import open_table

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write bytes as a table and read it back: its rows and its rejects."""

    def reading(
        content: bytes, name: str = "t.csv", **data: Any
    ) -> tuple[list[dict[str, Any]], list[tuple[int, str, str]]]:
        (tmp_path / name).write_bytes(content)
        table = open_table(name, Data(**data), tmp_path)
        rejected: list[tuple[int, str, str]] = []
        batches = table.batches(lambda *row: rejected.append(row[:3]))
        return [row for batch in batches for row in batch.to_pylist()], rejected

    return reading
