"""Rows and results as bytes: read as they were written, and refused where they are not whole."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from prepared_tables import prepared
from unchurn.artefacts import EARLY, LATE
from unchurn.errors import ArtefactError
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.configurations import chosen
from unchurn.modelling.fitting.folds import Folds, HeldOut, Refit
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.fitting.travelling import (
    decoded,
    encoded,
    packed,
    packed_rows,
    unpacked,
    unpacked_rows,
)
from unchurn.project import Train

ODD = np.array([[0.1, -0.0], [np.nan, np.inf]])


def test_results_are_read_as_they_were_written() -> None:
    """To the last bit, signs of zero and not-a-numbers with them."""
    given = [(b"\x00booster", ODD, 7), (None, np.zeros(0), -1), ()]
    parts, pieces = encoded(given)
    found = decoded(json.loads(json.dumps(parts)), b"".join(pieces))
    assert encoded(found) == (parts, pieces)
    assert found[0][1].tobytes() == ODD.tobytes() and found[0][1].flags.writeable


@pytest.mark.parametrize("strange", ["text", 0.5, True, np.zeros(2, np.int64)])
def test_what_else_a_job_might_return_is_refused(strange: Any) -> None:
    with pytest.raises(TypeError, match="no result that hosts exchange"):
        encoded([(strange,)])


@pytest.mark.parametrize("cut", [slice(0, -1), slice(0, 3), slice(1, None), slice(0, 0)])
def test_a_file_that_is_not_whole_is_refused(cut: slice) -> None:
    content = b"".join(packed((ODD, b"end")))
    assert unpacked(content)[1] == b"end"
    with pytest.raises(ArtefactError, match="A file of a fit is damaged"):
        unpacked(content[cut])


@pytest.mark.parametrize("timed", [False, True])
def test_rows_travel_uncopied_and_fit_alike(tmp_path: Path, timed: bool) -> None:
    """With phases and weights or without: fits of what arrives are those of what was sent, to the byte."""
    data = prepared(tmp_path)
    encoder = Encoder.from_plain(data.encoder)
    rows = Rows.read(data.train, encoder)
    if timed:
        count = len(rows.labels)
        phases = np.where(np.arange(count) % 2, LATE, EARLY)
        weights = np.linspace(0.2, 1, count)
        rows = Rows(
            rows.matrix, rows.labels, rows.folds, phases.astype(np.int8), weights.astype(np.float32),
            rows.columns,
        )  # fmt: skip
    sent = packed_rows(rows)
    assert np.shares_memory(np.frombuffer(sent[1], np.uint8), rows.matrix)
    arrived = unpacked_rows(b"".join(sent))
    settings = Settings.of(encoder.feature_types, rows.labels, Train())
    configuration = chosen(["light"])[0]
    held = HeldOut(settings, 5, 30, configuration, 2)
    here = Folds.of(rows, settings, 5, 30).fit_kept(configuration, 2, 1)
    there = pickle.loads(pickle.dumps(held))(arrived, 1)
    assert (there[1].tobytes(), there[2]) == (here[1].tobytes(), here[2])
    again = Refit(settings, configuration, 12)
    assert pickle.loads(pickle.dumps(again))(arrived, 1) == again(rows, 1)
