"""One customer's rows in a table, by the id as every list of customers says it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.cells import as_id


def of_customer(batch: pa.RecordBatch, column: str, customer: str) -> pa.RecordBatch:
    """Return the rows whose id is exactly `customer`, ``="007"`` being 007."""
    same = pc.equal(as_id(batch.column(column)), customer)
    return batch.filter(pc.fill_null(same, False))
