"""C010001 beside C10001: the same digits at other widths are said, in one table and against training's."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.tables.id_writing import Written
from unchurn.tables.odd_ids import OddIds, is_odd

NUMBERS = range(10_001, 30_000, 61)
SHORT = [f"C{n}" for n in NUMBERS]
PADDED = [f"C{n:06}" for n in NUMBERS]
CUST = [f"CUST-{n:05}" for n in range(1, 9000, 41)]


def written(ids: list[str]) -> Written | None:
    odd = OddIds("cid")
    odd.look(pa.array(ids))
    return Written.of(odd.forms)


def said(trained: list[str] | None, *batches: list[str]) -> dict[str, tuple[int, str]]:
    """Say what is found in ids beside those of training."""
    odd = OddIds("cid", trained=written(trained) if trained else None)
    for ids in batches:
        odd.look(pa.array(ids, pa.string()))
    return {each.code: (each.count, each.words) for each in odd.findings()}


def test_zeros_that_a_list_lacks_or_has_are_said() -> None:
    """A list of C10001 meets no C010001 of training's, nor the reverse."""
    count, words = said(PADDED, SHORT)["unpadded-ids"]
    assert (count, "'C10001' may be 'C010001'" in words) == (len(SHORT), True)
    count, words = said(SHORT, PADDED)["zero-ids"]
    assert (count, "begin their digits with a zero" in words) == (len(PADDED), True)
    assert said(CUST, ["CUST-17"])["unpadded-ids"][0] == 1
    assert said(PADDED, PADDED[:9], ["C77"])["unpadded-ids"][0] == 1


def test_two_widths_in_one_table_are_said() -> None:
    """One customer under two names, and two systems' customers together."""
    assert said(None, [*SHORT, *PADDED])["alike-ids"][0] == len(PADDED)
    count, words = said(None, PADDED[:60], SHORT[60:])["width-ids"]
    assert (count, "such as 'C010001'" in words) == (60, True)
    numbers = [f"{n:06}" if n % 3 else str(n) for n in NUMBERS]
    assert "width-ids" in said(None, numbers)


@pytest.mark.parametrize(
    "ids",
    [
        *(SHORT, PADDED, CUST, [f"A{n}" for n in range(1, 2000)]),
        [f"A{n:03}" for n in range(1, 2000)],
        [f"{'AAB'[n % 3]}{n:0{4 + (n % 3) // 2}}" for n in range(1, 900)],
        [f"{n:x}f" for n in range(4096, 9000, 7)],
        [f"{n:03}" for n in range(1, 2000)],
    ],
)
def test_ids_of_one_system_say_nothing(ids: list[str]) -> None:
    """Numbers that grow, zeros up to one width, several beginnings, hexadecimal ones."""
    assert said(None, ids) == {}
    assert said(ids[::2], ids[1::2]) == {}
    assert said(ids[::2], ids[:7]) == {}


def test_models_of_before_compare_no_digits_behind_letters() -> None:
    """What they remember does not say how these were written."""
    assert Written(codes=500).of_runs is None


@given(
    st.sampled_from([SHORT, PADDED, CUST]),
    st.from_regex(r"\A(C|CUST-|c)?0{0,4}[1-9][0-9]{0,6}\Z"),
)
def test_the_short_way_knows_what_a_list_says(trained: list[str], id: str) -> None:
    """One id alone is odd to the server's short way exactly where a list says something of it."""
    assert (said(trained, [id]) != {}) == is_odd(id, "cid", written(trained))
