"""A fault happens where it is aimed, as often as it was asked for."""

from __future__ import annotations

import pytest

from rehearsal.errors import SettingError
from rehearsal.faults import Faults


def test_a_fault_happens_as_often_as_asked() -> None:
    faults = Faults()
    faults.add("Train", "throttled", 2)
    assert [faults.take("Train", "throttled") for _ in range(3)] == [True, True, False]


def test_a_fault_without_a_number_happens_always() -> None:
    faults = Faults()
    faults.add("Train", "fails")
    assert all(faults.take("Train", "fails") for _ in range(5))


def test_another_state_and_another_kind_are_spared() -> None:
    faults = Faults()
    faults.add("Train", "fails")
    assert not faults.take("Tune", "fails")
    assert not faults.take("Train", "throttled")


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(SettingError, match="data-missing"):
        Faults().add("Train", "explodes")  # type: ignore[arg-type]


def test_a_fault_of_one_run_spares_the_others() -> None:
    faults = Faults()
    faults.add("Train", "fails", run="one")
    assert not faults.take("Train", "fails", "two")
    assert not faults.take("Train", "fails")
    assert faults.take("Train", "fails", "one")
