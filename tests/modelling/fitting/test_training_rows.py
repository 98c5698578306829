from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from prepared_tables import prepared
from unchurn.artefacts import FOLD, LABEL
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.training_rows import Rows


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
