"""Contenders: whoever can be chosen is kept, whatever the parts in which customers come."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.targeting.candidates import Candidates, Scored
from unchurn.modelling.targeting.contenders import Contenders
from unchurn.modelling.targeting.limits import Limits, parts
from unchurn.modelling.targeting.plan import Planned, plan

ROOMY = 10_000


def customers(rows: int, seed: int) -> Candidates:
    """Customers with two offers of few values, some of whom have several rows, or most."""
    draw = np.random.default_rng(seed)
    known = 2 * rows if seed % 2 else rows // 3
    ids = [f"c{each}" for each in draw.integers(0, max(1, known), rows)]
    places = np.arange(rows)
    scored = Scored(
        pa.array(ids, pa.string()), places, places + 1, draw.random(rows).round(1), np.ones(rows)
    )
    values = draw.normal(2, 4, (rows, 2)).round()
    values[draw.random((rows, 2)) < 0.1] = -np.inf
    return Candidates(scored, values, np.zeros(rows, np.int16), ("no id",)).worth_it()


def added(found: Candidates, limits: Limits, size: int, room: int) -> Contenders:
    """Let customers pass by, `size` at a time."""
    made = Contenders(limits, room)
    names = found.scored.ids.to_pylist()
    several = np.array([names.count(each) > 1 for each in names], dtype=np.bool_)
    for start in range(0, max(1, len(names)), size):
        rows = np.arange(start, min(start + size, len(names)))
        made.add(found.take(rows), several[rows])
    return made


def planned(made: Contenders, limits: Limits, share: float) -> tuple[Candidates, Planned]:
    """Plan a campaign among contenders."""
    left = made.settled()
    scored = left.scored
    told = scored.ids.to_pylist(), scored.probability, left.values, limits, "spring", share, 2
    return left, plan(*told)


@st.composite
def limits_of_few(draw: st.DrawFn) -> Limits:
    """Limits that bind, of one kind or several; now and then none."""
    contacts, budget = draw(st.none() | st.integers(1, 8)), draw(st.none() | st.integers(4, 30))
    capacities = draw(st.sampled_from([(None, None), (None, 3), (2, 4)]))
    return Limits(contacts, budget and parts(budget), (parts(1), parts(3)), capacities)


@settings(max_examples=60)
@given(st.integers(0, 1000), st.integers(0, 90), limits_of_few(), st.sampled_from([0.0, 0.3]))
def test_who_is_let_go_of_could_not_have_been_chosen(
    seed: int, rows: int, limits: Limits, share: float
) -> None:
    """Thinned out part by part, the same customers are contacted, left alone, and counted."""
    found = customers(rows, seed)
    whole, few = added(found, limits, ROOMY, ROOMY), added(found, limits, 7, 10)
    (everybody, first), (kept, then) = (planned(each, limits, share) for each in (whole, few))
    sides = [(everybody, first), (kept, then)]
    for what in ("contacted", "control"):
        mine, theirs = (some.scored.places[getattr(made, what)] for some, made in sides)
        assert mine.tolist() == theirs.tolist()
    assert (first.value, first.following) == (then.value, then.following)
    assert whole.left_out(first) == few.left_out(then)
    assert whole.customers == few.customers == rows


def test_few_are_kept_of_many() -> None:
    """Memory follows the limits, not the customers."""
    limits = Limits(5, None, (parts(1), parts(3)), (None, None))
    rows = 3000
    places = np.arange(rows)
    ids = pa.array([f"c{each}" for each in places])
    scored = Scored(ids, places, places, np.full(rows, 0.5), np.ones(rows))
    values = np.column_stack([places + 1.0, rows - places])
    found = Candidates(scored, values, np.zeros(rows, np.int16))
    made = added(found, limits, 100, 50)
    left = made.settled()
    assert len(left.why) < 250
    assert {0, rows - 1} <= set(left.scored.places.tolist())
    none = np.full(len(left.why), -1)
    nobody = Planned(none, none > 0, none.astype(np.int8), 0.0, 0.0, "sorted", None)
    (beyond,) = made.left_out(nobody)
    assert beyond["customers"] == rows
