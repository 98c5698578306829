"""By its name: what is hidden in a folder, and what holds nobody whatever is in it."""

from __future__ import annotations

import pytest

from unchurn.tables.hidden_files import is_hidden, is_mark


@pytest.mark.parametrize(
    "name", ["_SUCCESS", "_committed_17", "_started_17", ".part-0.csv.crc", ".DS_Store"]
)
def test_marks_of_deliveries_are_hidden_and_hold_nobody(name: str) -> None:
    assert is_hidden(name)
    assert is_mark(name)


@pytest.mark.parametrize("name", ["_do_not_call.csv", ".dnc.csv", "~$customers.xlsx"])
def test_a_hidden_file_may_hold_somebody(name: str) -> None:
    assert is_hidden(name)
    assert not is_mark(name)
    assert is_mark(name, size=0)


@pytest.mark.parametrize("name", ["customers.csv", "a_SUCCESS", "part-0.csv.crc", "~a.csv"])
def test_others_are_neither(name: str) -> None:
    assert not is_hidden(name)
    assert not is_mark(name, size=0)
