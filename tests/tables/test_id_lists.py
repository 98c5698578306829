"""Lists of ids: read, found among customers, and what names nobody is said."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Excluded, Finding, IdList
from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables.id_lists import Exclusions, read_ids

ID = st.from_regex(r"(C|c-|AB_)?0{0,2}[0-9]{1,2}(\.0)?", fullmatch=True) | st.text(
    "aC0-_1.#", max_size=4
)


def written(tmp_path: Path, text: str) -> Path:
    """Write a list."""
    path = tmp_path / "do_not_call.csv"
    path.write_text(text)
    return path


def found_among(ids: pa.Array, excluded: Excluded) -> tuple[pa.Array, list[Finding]]:
    """Look for lists among ids, which come one by one."""
    lists = Exclusions(excluded)
    parts = [ids[place : place + 1] for place in range(len(ids))]
    for part in parts:
        lists.look(part)
    found = [lists.find(part, place)[0] for place, part in enumerate(parts)]
    return pa.array(found), lists.findings()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phone,Reason\n001,consent\n002,\n", {"001": "consent", "002": ""}),
        ("phone ,x\n001,9\n", {"001": ""}),
        ("number\n001\n 002 \n", {"001": "", "002": ""}),
        ("number,reason\n001,said no\n", {"001": "said no"}),
        ("055-0182\n055-0183\n", {"055-0182": "", "055-0183": ""}),
        ("15\n16\n", {"15": "", "16": ""}),
        ("kim@acme.com\n bo.li@shop.co.uk\n", {"kim@acme.com": "", "bo.li@shop.co.uk": ""}),
    ],
)
def test_a_list_is_read(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    """By the name of the ids, forgivingly, or as the only column; zeros and reasons are kept."""
    found = read_ids(written(tmp_path, text), "Phone", Data())
    assert (found.source, dict(found.reasons)) == ("do_not_call.csv", expected)


def test_the_column_of_ids_is_the_one_that_is_spelled_so(tmp_path: Path) -> None:
    """A like header beside it holds something else."""
    found = read_ids(written(tmp_path, "Account #,Account\n17,Smith Ltd\n"), "Account #", Data())
    assert dict(found.reasons) == {"17": ""}
    with pytest.raises(DataError, match="could be any of 'Account #', 'Account'"):
        read_ids(written(tmp_path, "Account #,Account\n17,Smith Ltd\n"), "account", Data())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,city\nkim,Oslo\n", "has no column 'Phone'"),
        ("", "cannot be used"),
        ("Phone\n", "names nobody"),
        ("15,x\n16,y\n", "Head the column of ids 'Phone'"),
        ("Phone,reason\n,consent\n", "names nobody"),
    ],
)
def test_a_list_without_ids_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """Nobody would be left out, and somebody thinks otherwise."""
    with pytest.raises(DataError, match=words):
        read_ids(written(tmp_path, text), "Phone", Data())


def test_ids_are_text_and_near_ones_are_said() -> None:
    """An id of a spreadsheet leaves out whom it means; strangers are counted; the first list counts."""
    ids = pa.array(["12345", "007", "A-1", None, "9", "7.50"])
    lists = (
        IdList("a.csv", {"12345.0": "", "A-1": "", "nobody": ""}),
        IdList("b.csv", {"A-1": "", "7": ""}),
        IdList("others", {"9": "", "gone": ""}, given=False),
    )
    found, notes = found_among(ids, Excluded("spring", lists))
    assert found.to_pylist() == [0, 1, 0, -1, 2, -1]
    assert [(each.code, each.count) for each in notes] == [
        ("respelt-ids", 1),
        ("unknown-ids", 1),
        ("respelt-ids", 1),
    ]


@pytest.mark.parametrize("sent", ["12,345", "#12345", "'12345'", "0012345", "12345.0", " 12345 "])
def test_what_programs_put_on_an_id_calls_nobody_who_said_no(sent: str) -> None:
    """As ids of one table are taken for one customer's, and never fewer of them."""
    lists = (IdList("a.csv", {sent: ""}),)
    found, (note,) = found_among(pa.array(["12345", "9"]), Excluded("spring", lists))
    assert (found.to_pylist(), note.code) == ([0, -1], "respelt-ids")


def test_zeros_behind_letters_count_for_nothing_whatever_other_ids_are() -> None:
    """Customers whose ids are all of one width are found by a list that a program has shortened."""
    lists = (IdList("a.csv", {"C12": "", "C9": ""}),)
    found, notes = found_among(pa.array(["C0012", "C0013"]), Excluded("spring", lists))
    assert found.to_pylist() == [0, -1]
    assert [(each.code, each.count) for each in notes] == [("respelt-ids", 1), ("unknown-ids", 1)]


@pytest.mark.parametrize("ids", [["ann", "bob", "cyd"], ["9f-c3", "c07-1b"]], ids=["names", "hex"])
def test_a_first_line_that_is_a_customer_calls_nobody(tmp_path: Path, ids: list[str]) -> None:
    """A list without a header loses no id, and says so; a header that is nobody's is not spoken of."""
    told = read_ids(written(tmp_path, "\n".join(ids)), "Phone", Data())
    found, (note,) = found_among(pa.array([*ids, "other"]), Excluded("spring", (told,)))
    assert (found.to_pylist(), note.code) == ([0] * len(ids) + [-1], "heading-id")
    told = read_ids(written(tmp_path, "\n".join(["number", *ids])), "Phone", Data())
    found, notes = found_among(pa.array([*ids, "other"]), Excluded("spring", (told,)))
    assert (found.to_pylist(), notes) == ([0] * len(ids) + [-1], [])


def test_ids_of_the_ledger_are_found_as_those_of_lists_and_not_named() -> None:
    """A table that a spreadsheet took the zeros off holds the same controls; who is gone is not spoken of."""
    controls = IdList("in a control group", {"0012345": "", "0099999": "", "8": ""}, given=False)
    found, (note,) = found_among(pa.array(["12345", "8"]), Excluded("spring", (controls,)))
    assert (found.to_pylist(), note.code, note.count) == ([0, 0], "respelt-ids", 1)
    assert note.words.startswith("1 id in a control group named nobody as written, but a customer")


def test_an_exact_id_means_nobody_else() -> None:
    """Where 007 is a customer, the list that says 007 does not mean 7."""
    found, notes = found_among(
        pa.array(["7", "007"]), Excluded("spring", (IdList("a.csv", {"007": ""}),))
    )
    assert found.to_pylist() == [-1, 0]
    assert not notes


@settings(max_examples=25, deadline=None)
@given(st.lists(ID, max_size=12), st.lists(st.lists(ID, max_size=4), min_size=1, max_size=2))
def test_how_customers_are_cut_into_batches_changes_nothing(
    ids: list[str], named: list[list[str]]
) -> None:
    """Of one batch or of many, the same customers are found, and the same is said of the lists."""
    lists = tuple(IdList(f"{n}.csv", dict.fromkeys(each, "")) for n, each in enumerate(named))
    excluded, customers = Excluded("spring", lists), pa.array(ids, pa.string())
    at_once = Exclusions(excluded)
    at_once.look(customers)
    found = at_once.find(customers, 0).tolist()
    one_by_one, notes = found_among(customers, excluded)
    assert (found, at_once.findings()) == (one_by_one.to_pylist(), notes)
