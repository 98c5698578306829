"""The demo's quarter: what each call changes is known, and follows from the month alone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from unchurn.demo.quarter import Quarter
from unchurn.demo.risk import probability
from unchurn.demo.telecom import this_month

TABLE = this_month(customers=3000, fresh=3000)
QUARTER = Quarter.of(TABLE)


def test_the_month_is_that_of_the_table() -> None:
    """One row a customer; the repeated row of the table is nobody else."""
    assert len(set(TABLE["Phone"].tolist())) == len(TABLE["Phone"]) == 2999


def test_left_alone_customers_leave_by_their_risk() -> None:
    """As last month, and the same whenever it is drawn."""
    assert abs(QUARTER.left_alone.mean() - probability(TABLE).mean()) < 0.015
    again = Quarter.of(TABLE)
    assert (again.called == QUARTER.called).all()
    assert (Quarter.of(TABLE, seed=8).left_alone != QUARTER.left_alone).any()


def test_calls_help_some_and_annoy_a_few() -> None:
    """Of those about to leave a third or so stay; of the others hardly anybody leaves of it."""
    leaving = QUARTER.left_alone
    phones = QUARTER.phones.tolist()
    told = QUARTER.effect(phones)
    assert 0.3 < told["kept"] / leaving.sum() < 0.5
    assert 0.005 < told["annoyed"] / (~leaving).sum() < 0.04
    change = QUARTER.called.mean() - leaving.mean()
    assert np.isclose(told["difference"], change)
    assert QUARTER.knows(phones)
    assert not QUARTER.knows(["nobody"])


def test_outcomes_are_those_of_what_was_done(tmp_path: Path) -> None:
    """Whoever is called leaves or stays as called, the others as left alone."""
    called = {phone: place % 2 == 0 for place, phone in enumerate(QUARTER.phones[:200].tolist())}
    QUARTER.write_outcomes(tmp_path / "outcomes.csv", called)
    with (tmp_path / "outcomes.csv").open(newline="") as stream:
        told = {row["Phone"]: row["churned"] == "yes" for row in csv.DictReader(stream)}
    assert told.keys() == called.keys()
    for place, (phone, was) in enumerate(called.items()):
        assert told[phone] == (QUARTER.called if was else QUARTER.left_alone)[place]
