"""Strange cells are the usual ones."""

from __future__ import annotations

import json

import numpy as np
import pytest

from unchurn.modelling.uplift.usual_cells import UsualCells

NAN = float("nan")


def test_blanks_and_codes_that_were_never_learned_from() -> None:
    """A blank where there was none, a code that was not seen; others stay, and so do rows given."""
    rows = np.array([[1, 1, NAN], [2, 1, 5], [4, 3, 5]], np.float32)
    usual = UsualCells.of(rows, ("q", "c", "q"))
    given = np.array([[NAN, 2, NAN], [9, NAN, 7], [1, 3, 5]], np.float32)
    before = given.copy()
    expected = np.array([[2, 1, NAN], [9, 1, 7], [1, 3, 5]], np.float32)
    np.testing.assert_array_equal(usual.put(given), expected)
    np.testing.assert_array_equal(given, before)
    read = UsualCells.from_plain(json.loads(json.dumps(usual.to_plain())))
    np.testing.assert_array_equal(read.put(given), expected)


def test_a_column_without_any_cell_stays_blank() -> None:
    """All blank: whatever arrives is read as it is, for there is nothing usual."""
    usual = UsualCells.of(np.full((2, 1), NAN, np.float32), ("q",))
    assert usual.put(np.array([[3.0]], np.float32))[0, 0] == pytest.approx(3)
    assert json.loads(json.dumps(usual.to_plain()))[0]["usual"] is None
