"""Candidates: to whom offers are open."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from unchurn.modelling.targeting.candidates import NO_OFFER, Candidates, Scored
from unchurn.project import Offer


@pytest.mark.parametrize("value", ["İstanbul", "ΟΔΟΣ", "straße", "Basic", " basic "])
def test_a_value_that_is_spelled_as_in_the_table_is_that_of_the_table(value: str) -> None:
    """Whatever letters it has; of another value the offer is open to nobody."""
    places = np.arange(3)
    scored = Scored(pa.array(["a", "b", "c"]), places, places + 1, np.ones(3), np.ones(3))
    found = Candidates(scored, np.ones((3, 1)), np.zeros(3, np.int16))
    cells = {"Plan": pa.array([value, "other", None], pa.string())}
    offers = [Offer("call", 2.0, eligible={"Plan": (value,)})]
    made = found.eligible(offers, cells)
    assert made.values[:, 0].tolist() == [1.0, -np.inf, -np.inf]
    assert made.reasons == (NO_OFFER,) and made.why.tolist() == [0, 1, 1]
