"""Ids written as none of training's were are said, each with a count and an example; usual ones never."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.tables.id_writing import Written
from unchurn.tables.odd_ids import OddIds, is_odd

ZEROS = [f"{n:06}" for n in range(1, 9000, 41)]
NUMBERS = [str(n) for n in range(1, 9000, 41)]
CODES = [f"C{n}" for n in range(1, 9000, 41)]
CARDS = [str(4_000_000 + 13 * n) for n in range(200)]


def written(ids: list[str]) -> Written | None:
    """Say how ids are written, as a schema keeps it."""
    odd = OddIds("cid")
    odd.look(pa.array(ids))
    return Written.of(odd.forms)


def said(trained: list[str] | None, *batches: list[str]) -> dict[str, tuple[int, str, str]]:
    """Say what is found in ids beside those of training."""
    odd, row = OddIds("cid", trained=written(trained) if trained else None), 1
    for ids in batches:
        odd.look(pa.array(ids, pa.string()), pa.array(range(row, row + len(ids))))
        row += len(ids)
    return {each.code: (each.count, each.severity, each.words) for each in odd.findings()}


def test_zeros_that_were_lost_are_said() -> None:
    """By all ids or a few of them, and by one alone: with the id that was meant."""
    bare = [id.lstrip("0") for id in ZEROS]
    count, severity, words = said(ZEROS, bare)["unpadded-ids"]
    assert (count, severity) == (len(bare), "warning")
    assert "fewer digits than training's 6" in words
    assert "'1' may be '000001'" in words
    assert "Export the ids as text" in words
    assert said(ZEROS, ZEROS[:5], ["1001"])["unpadded-ids"][0] == 1
    assert "(row 6; '1001') has fewer" in said(ZEROS, ZEROS[:5], ["1001"])["unpadded-ids"][2]
    assert said(ZEROS, ["1001"])["unpadded-ids"][0] == 1


def test_a_few_without_their_zeros_are_said_in_one_table() -> None:
    """Where nearly all others have them: training's own, or a list whose model is an older one's."""
    assert said(None, [*ZEROS, "1001", "77"])["unpadded-ids"][0] == 2
    assert said(None, [*ZEROS, "12345678"]) == {}
    assert said(None, [f"{n:02}" for n in range(1, 300)]) == {}


def test_zeros_of_many_lengths_that_all_went_are_said() -> None:
    """Telephone numbers begin with zeros and are not equally long."""
    phones = [f"0{n}" for n in range(171_000, 9_000_000, 40_009)]
    assert said(phones, [each[1:] for each in phones])["unpadded-ids"][0] == len(phones)
    assert said(phones, phones[7:99]) == {}


def test_zeros_that_training_had_lost_are_said() -> None:
    """The list is whole, and its ids meet none of training's."""
    assert said(NUMBERS, ZEROS)["zero-ids"][0] == len(ZEROS)
    assert said(NUMBERS, [*NUMBERS, "0042"])["zero-ids"][0] == 1


def test_another_length_is_said_where_training_had_one() -> None:
    """A serial number grows by a digit; it does not shrink, or grow by two."""
    assert said(CARDS, [*CARDS, "123456"])["width-ids"][0] == 1
    assert said(CARDS, [*CARDS, "12345678"]) == {}
    assert said(CARDS, [*CARDS, "123456789"])["width-ids"][0] == 1
    assert said(NUMBERS, ["7", "70", "12345"]) == {}


def test_ids_of_another_kind_are_asked_about() -> None:
    """All of them: a warning; a few: a note, for there may be customers of another sort."""
    count, severity, words = said(NUMBERS, CODES)["other-ids"]
    assert (count, severity) == (len(CODES), "warning")
    assert "letters beside digits, training's with digits alone" in words
    assert said(CODES, NUMBERS)["other-ids"][0] == len(NUMBERS)
    assert said(NUMBERS, [*NUMBERS, "AB-12/7"])["other-ids"][1] == "note"
    assert said([*NUMBERS, *CODES], CODES) == {}
    assert said(NUMBERS, ["#77", "1001"])["marked-ids"][0] == 1
    assert said(NUMBERS, ["Ann", "Bob"])["other-ids"][0] == 2


@pytest.mark.parametrize("ids", [ZEROS, NUMBERS, CODES, CARDS, [f"{n}-AB" for n in range(99)]])
def test_ids_like_trainings_say_nothing(ids: list[str]) -> None:
    """Whichever half is trained on."""
    assert said(ids[::2], ids[1::2]) == {}
    assert said(None, ids) == {}


def test_other_letters_than_trainings_are_said() -> None:
    """A list of c42 joins to nothing that knows C42; what is small and capital already may be either."""
    small = [id.lower() for id in CODES]
    count, severity, words = said(CODES, small)["case-ids"]
    assert (count, severity) == (len(CODES), "warning")
    assert "have small letters, and training's capital ones alone" in words
    assert said(small, [*small[:9], "C1000"])["case-ids"][0] == 1
    assert said([*CODES, *small], small) == {}
    parted = [f"K-{id[1:]}" for id in CODES]
    assert list(said(parted, [id.lower() for id in parted])) == ["case-ids"]
    assert said(parted, parted) == {}
    assert said(CODES, CODES) == {}


def test_a_model_without_its_ids_compares_nothing() -> None:
    """Bundles of before say nothing, and too few ids tell nothing."""
    assert Written.of(None) is None
    assert Written.of(Written(digits=7).forms) is None
    assert said(NUMBERS[:7], CODES) == {}


@given(
    st.sampled_from([ZEROS, NUMBERS, CODES, CARDS]),
    st.from_regex(r"\A(0{0,4}[0-9]{1,9}|[A-Cc]?[0-9]{1,4}[-_#]?[0-9]?|[a-z]{1,5})\Z"),
)
def test_the_short_way_knows_what_a_list_says(trained: list[str], id: str) -> None:
    """One id alone is odd to the server's short way exactly where a list says something of it."""
    assert (said(trained, [id]) != {}) == is_odd(id, "cid", written(trained))
