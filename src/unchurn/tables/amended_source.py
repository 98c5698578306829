"""A file of a table whose cells are changed on their way."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.tables.table import Reject, RowNumbers, Source


@dataclass(frozen=True)
class AmendedSource:
    """What a kind of it does not say otherwise is as `inner` has it."""

    inner: Source

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.inner.path

    @property
    def columns(self) -> tuple[str, ...]:
        """Header names, in file order."""
        return self.inner.columns

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """The Arrow type of each column as `batches` yields it."""
        return self.inner.types

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What had to be guessed or mended to read it."""
        return self.inner.findings

    @property
    def flexible(self) -> bool:
        """Whether rows may lack columns."""
        return self.inner.flexible

    def sha256(self) -> str:
        """Hash the file's bytes."""
        return self.inner.sha256()

    def narrowed(self, only: Sequence[str]) -> Source | None:
        """Return none, unless a kind of it says which columns of `inner` some of its own are made of."""
        return None

    def amended(self, cells: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch of the file as it is to be."""
        raise NotImplementedError

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, cells); return how many rows were seen."""
        stream = self.inner.batches(first, reject)
        while True:
            try:
                numbers, cells = next(stream)
            except StopIteration as end:
                return int(end.value)
            yield numbers, self.amended(cells)
