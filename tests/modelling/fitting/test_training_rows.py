from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from prepared_tables import prepared
from unchurn.artefacts import FOLD, LABEL
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.training_rows import Rows, everybody


def test_rows_are_read_in_order_and_joined(tmp_path: Path) -> None:
    """Matrix, labels and folds come in the file's order; joined, one follows the other."""
    data = prepared(tmp_path)
    encoder = Encoder.from_plain(data.encoder)
    table = pq.read_table(data.train)
    train, test = Rows.read(data.train, encoder), Rows.read(data.test, encoder)
    np.testing.assert_array_equal(train.matrix, encoder.transform(table))
    np.testing.assert_array_equal(train.labels, table[LABEL].to_numpy())
    np.testing.assert_array_equal(train.folds, table[FOLD].to_numpy())
    both = train.joined(test)
    assert len(both.labels) == len(train.labels) + len(test.labels)
    np.testing.assert_array_equal(both.matrix[-1], test.matrix[-1])


def test_everybody_weighs_anew_by_the_rows_there_are(tmp_path: Path) -> None:
    """A customer's row that joins halves, at power 1, what each of its two weighs; power 0 weighs none."""
    data = prepared(tmp_path)
    encoder = Encoder.from_plain(data.encoder)
    rows = Rows.read(data.train, encoder)
    again = tmp_path / "again.parquet"
    pq.write_table(pq.read_table(data.train).slice(0, 3), again)
    made = everybody(rows, encoder, [data.train, data.test, again], 1.0)
    count = len(rows.labels)
    assert made.weights is not None
    assert len(made.weights) == len(made.labels) == 400 + 3
    np.testing.assert_array_equal(made.weights[[0, 2, 3, count, 402]], [0.5, 0.5, 1, 1, 0.5])
    assert everybody(rows, encoder, [data.train, again], 0).weights is None
