"""Ids that name nobody, or no longer whom they named, are said; good ones never are."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.tables.odd_ids import OddIds, is_odd

CODES = [f"C{n:03}" for n in range(60)]


def said(*batches: list[str | None], scored: bool = True) -> dict[str, tuple[int, str]]:
    """Look at ids batch by batch."""
    odd, row = OddIds("cid", scored), 1
    for ids in batches:
        odd.look(pa.array(ids, pa.string()), pa.array(range(row, row + len(ids)), pa.int64()))
        row += len(ids)
    return {each.code: (each.count, each.words) for each in odd.findings()}


@pytest.mark.parametrize(
    ("id", "code"),
    [
        *((each, "absent-ids") for each in ("null", "NULL", "NaN", "#N/A", "-", "?", "(blank)")),
        *((each, "absent-ids") for each in ("n/a", " None ", "unknown", "#REF!", "\\N")),
        *((each, "cut-ids") for each in ("1.2345E+18", "1E+18", "1,23457E+12", "8.94e+18")),
        *((each, "total-ids") for each in ("Total", "Subtotal Region North", "Grand Total:")),
        *((each, "total-ids") for each in ("Average", "North Total", "Summe", "Page 3 of 9")),
        *((each, "hidden-ids") for each in ("\ufeffC1", "\x0cC1", "C\u200b1", "C1\x1a", "C1\x85")),
        *((each, "grouped-ids") for each in ("1,001", "12,345,678", "1'001", "1\u202f001")),
        *((each, "cut-ids") for each in ("9007199254740992.0", "1.001E9")),
        *((each, "rounded-ids") for each in ("1001230000000", "1234567890123450000")),
        *((each, "padded-ids") for each in ("C7 ", "\u00a0C8", "'C9")),
        *((each, "cut-ids") for each in ("C\ufffd17", "M\ufffdller")),
        ("1000017.0", "fraction-ids"),
    ],
)
def test_what_is_wrong_with_an_id_is_said(id: str, code: str) -> None:
    """With its row and as it was read, alone and among good ones; the short way knows it, too."""
    count, words = said(CODES, [*CODES, id])[code]
    assert (count, "row 121; " in words, is_odd(id)) == (1, True, True)
    assert id in words or not id.isprintable()
    assert list(said([id])) == [code]


@pytest.mark.parametrize(
    "id",
    [
        *("C1234", "7", "0007", "1E12", "5e10", "a@b.io", "Smith, Ann", "TOT-17", "Totally Ltd"),
        *("9f1c2e3a-1111-4222-8333-123456789abc", "C 17", "Müller", "10.50", "4111111111111110"),
    ],
)
def test_ordinary_ids_are_not_doubted(id: str) -> None:
    """Codes, numbers, names and addresses."""
    assert set(said([*CODES, id])) <= {"word-ids"}  # a note
    assert said([id]) == {}
    assert not is_odd(id)


def test_a_company_may_be_called_total() -> None:
    """Where ids are names, a word that sums up is one of them."""
    names = [f"{word} & Sons" for word in ("Abel", "Baker", "Clark") * 10]
    assert said([*names, "Total Wine", "Average Joe's"]) == {}


def test_several_are_counted_and_some_shown() -> None:
    """A subtotal in every part of a list: the first rows, each spelling once."""
    part = [*CODES[:9], "Subtotal North"]
    count, words = said(part, part, part, part)["total-ids"]
    assert count == 4
    assert words.startswith("4 cells of 'cid' (rows 10, 20, 30, …; 'Subtotal North') read like")
    assert "scored" in words
    assert "scored" not in said(part, scored=False)["total-ids"][1]


def test_words_among_codes_are_asked_about() -> None:
    """Lines of a summary below a list, guests: not where ids are words anyway."""
    count, words = said([*CODES, "Summary", "North", "South"])["word-ids"]
    assert count == 3
    assert "'Summary', 'North', 'South'" in words
    assert words.endswith("are they customers?")
    assert said([*CODES[:10], "North"]) == {}
    assert said(["Ann", "Bob", "Dan"] * 20) == {}


@pytest.mark.parametrize("header", ["cid", "CID", " C_id ", '"cid"'])
def test_a_header_among_the_rows_is_said(header: str) -> None:
    """However it is written there."""
    assert said([*CODES, header])["header-ids"][0] == 1


def test_days_among_codes_are_asked_about() -> None:
    """A spreadsheet makes days of codes; where all are months' codes, none is."""
    for day in ("2024-03-01", "Mar-01", "1-Mar"):
        assert said([*CODES, day])["dated-ids"][0] == 1
    assert said([f"MAR-{n}" for n in range(40)]) == {}
    assert said([f"2024-03-{n:02}" for n in range(1, 31)]) == {}


def test_blanks_around_an_id_are_noted() -> None:
    """They stay in the list, where nobody sees them."""
    assert said([*CODES, "C7 ", "\u00a0C8", "'C9"])["padded-ids"][0] == 3


@pytest.mark.parametrize("id", ["#C12", "//C12", "C12;", "(C12)", "1.001"])
def test_a_mark_that_few_ids_have_is_noted(id: str) -> None:
    """Where all have it, it is theirs."""
    assert said([*CODES, id])["marked-ids"][0] == 1
    assert said([f"{id}{n}" for n in range(40)]) == {}


def test_marks_that_many_ids_have_are_noted_beside_codes() -> None:
    """Half of a list with them, half without; names may end in a point."""
    assert said([*CODES, *[f"#{each}" for each in CODES]])["marked-ids"][0] == 60
    assert (
        said(
            [f"{n // 1000}.{n % 1000:03}" for n in range(1000, 9000, 77)]
            + ["999", "7", "12", "40", "81"] * 6
        )["marked-ids"][0]
        == 104
    )
    assert (
        said(
            [f"{word} {end}" for word in ("Abel", "Baker", "Clark") * 9 for end in ("Inc.", "& Co")]
        )
        == {}
    )


def test_ids_that_a_float_has_rounded_are_said_where_most_are() -> None:
    """One card number in ten ends in a zero; when all do, fifteen digits are left of them."""
    cut = [f"{411111111111111 + 7 * n}0" for n in range(60)]
    whole = [f"{4111111111111111 + 7 * n}" for n in range(60)]
    assert said(cut)["float-ids"][0] == 60
    assert said(whole) == {}


@given(st.text(max_size=12))
def test_the_short_way_and_the_long_way_agree(id: str) -> None:
    """One id is odd to the server's short way exactly where it is in a list."""
    assert (said([id]) != {}) == is_odd(id, "cid")
