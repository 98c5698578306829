from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.decimal_mark import Marks
from unchurn.tables.stated import UNSTATED, Stated
from unchurn.tables.summary import Survey, survey

Surveyed = Callable[[list[str]], Survey]


@pytest.fixture
def look(tmp_path: Path) -> Surveyed:
    """Survey cells as the one column of a CSV file beside another."""

    def looking(cells: list[str]) -> Survey:
        lines = "".join(f'"{cell}",k\n' for cell in cells)
        (tmp_path / "t.csv").write_text(f"x,other\n{lines}")
        return survey(open_table("t.csv", Data(), tmp_path), Data(), UNSTATED, Silent())

    return looking


@pytest.mark.parametrize(
    ("cells", "unit", "code", "words"),
    [
        (["3.5 GB", "512 MB"], "GB", "unit", "'x' is read in 'GB'"),
        (["3 tickets", "1 ticket", "2"], "ticket", "unit", "1 cell without a unit is"),
        (["01:30:00", "00:10:00"], "s", "unit", "'s'"),
        (["5.00 CR", "7.00 DR"], "DR", "credit-debit", "CR (credit) negative"),
        (["1", "2", "3", "4+"], "", "about-numbers", "1 cell"),
        (["1", "2", "-", "n.a.", "-"], "", "missing-spelling", "'-' (2), 'n.a.' (1)"),
        (["125:30", "7:15"], "s", "unit", "'125:30' as 125 hours and 30 minutes (if these"),
        (["0", "1", "NULL", "1"], "", "missing-spelling", "1 cell of 'x' says neither 0 nor 1"),
        (["0", "1", "?", "?"], "", "missing-spelling", "'?' (2)"),
    ],
)
def test_what_was_understood_is_said(
    look: Surveyed, cells: list[str], unit: str, code: str, words: str
) -> None:
    """Units, ledgers, open numbers and missing spellings each have a finding with figures."""
    found = look(cells)
    assert (found.columns[0].column.kind, found.columns[0].column.unit) == ("number", unit)
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.column) == (code, "note", "x")
    assert words in finding.words


def test_clocks_of_two_and_of_three_parts_are_asked_about(look: Surveyed) -> None:
    """Minutes and seconds beside hours, minutes and seconds would be hours and minutes."""
    (found,) = look(["125:30", "1:05:30", "0:45:00"]).findings
    assert (found.code, found.severity) == ("unit", "warning")
    assert "write it as 2:05:30" in found.words
    (found,) = look(["12:30", "23:59"]).findings
    assert found.words == "'x' is read in 's'."


@pytest.mark.parametrize("cells", [["0", "1", ""], ["1", "2", "NULL"], ["7", "NULL", "0", "1"]])
def test_missing_words_beside_other_numbers_are_nothing_to_say(
    look: Surveyed, cells: list[str]
) -> None:
    """A blank flag, a count that a database does not know."""
    assert look(cells).findings == ()


@pytest.mark.parametrize(
    "cells",
    [
        ["-", "A", "B"],
        ["None", "Unknown", "-"],
        ["0-10", "10-20", "20+"],
        ["<18", "18-25", "65+"],
        [">5", "<5"],
        ["4G", "5G"],
        ["R1", "R2"],
        ["CR1", "CR2"],
        ["RM1", "TL2"],
        ["Top 10", "Top 20"],
        ["Month-to-month", "1 year", "2 years"],
        ["USD", "EUR", "kr"],
        ["3 GB", "5 tickets", "2 days"],
        ["1st", "2nd", "3rd"],
        ["S", "M", "L"],
    ],
)
def test_categories_stay_categories(look: Surveyed, cells: list[str]) -> None:
    """No dash, currency word or letter makes numbers of what is none."""
    found = look(cells)
    assert found.columns[0].column.kind == "category"
    assert not found.columns[0].missing


def test_figures_are_those_of_the_columns_unit(look: Surveyed) -> None:
    """Least and most are compared in one unit."""
    found = look(["3.5 GB", "512 MB", "1 TB", "2 GB"]).columns[0]
    assert (found.minimum, found.maximum, found.distinct) == ("0.512", "1000", 4)
    found = look(["2.5K", "1.13M", "800"]).columns[0]
    assert (found.column.unit, found.minimum, found.maximum) == ("", "800", "1130000")
    found = look(["5 CR", "7 DR", "-999"]).columns[0]
    assert (found.minimum, found.maximum) == ("-5", "7")


def test_amounts_in_several_currencies_are_a_warning(look: Surveyed) -> None:
    """Nothing is converted, and that is said; one currency in two spellings is one."""
    (finding,) = look(["$5.00", "€7.00", "12.00 USD", "$ -"]).findings
    assert (finding.code, finding.severity) == ("mixed-currencies", "warning")
    assert "USD (2 cells), EUR (1 cell)" in finding.words
    assert not look(["$5.00", "12.00 USD", "US$ 3.00", "4.00"]).findings


def test_per_cent_beside_bare_numbers_is_a_warning(look: Surveyed) -> None:
    """12% and 0.12 in one column are read as 12 and 0.12, and that is said."""
    (finding,) = look(["12%", "0.12", "0"]).findings
    assert (finding.code, finding.severity, finding.count) == ("mixed-percent", "warning", 1)
    assert not look(["12%", "0%", "0"]).findings


def test_many_words_are_no_unit_and_do_not_hide_one(look: Surveyed) -> None:
    """Addresses stay text; a known unit is found however many odd words come first."""
    words = [f"{n} {chr(97 + n // 26)}{chr(97 + n % 26)}weg" for n in range(200)]
    assert look(words).columns[0].column.kind == "text"
    cells = [*words[:80], *(f"{n}.5 GB" for n in range(8_000))]
    for order in (cells, cells[::-1]):
        found = look(order).columns[0]
        assert (found.column.unit, found.unreadable, found.maximum) == ("GB", 80, "7999.5")


PRICES = [f"{10 + number * 0.37:.2f}" for number in range(200)]
LARGE = [f"{1000 + number * 3.7:.2f}" for number in range(200)]
WHOLE = [str(900 + 7 * number) for number in range(200)]


@pytest.mark.parametrize(
    ("cells", "slips", "read"),
    [
        (PRICES, ["9,091"], "'9,091' as 9091"),
        (LARGE, ["9,091"], "'9,091' as 9091"),
        (LARGE, ["9,091", "1,204", "9,091"], "'1,204' as 1204, '9,091' as 9091"),
        ([each.replace(".", ",") for each in PRICES], ["9.091"], "'9.091' as 9091"),
    ],
)
def test_a_few_cells_with_another_mark_are_named(
    look: Surveyed, cells: list[str], slips: list[str], read: str
) -> None:
    """Nothing shows that thousands are parted in the column: it may be a decimal."""
    found = [each for each in look([*cells, *slips]).findings if each.code == "mark-slip"]
    assert [(each.severity, each.count) for each in found] == [("warning", len(slips))]
    assert f"read {read}." in found[0].words
    assert "[columns] decimal" in found[0].words


@pytest.mark.parametrize(
    ("slip", "mark", "read"), [("9,091", ".", "as 9091"), ("9.091", ".", "as 9.091")]
)
def test_one_mark_among_whole_numbers_is_named_where_the_file_decides(
    tmp_path: Path, slip: str, mark: str, read: str
) -> None:
    """Where nothing decides it is a question already."""
    lines = "".join(f'"{n}",{p}\n' for n, p in zip([*WHOLE[:199], slip], PRICES, strict=True))
    (tmp_path / "t.csv").write_text(f"calls,fee\n{lines}")
    found = survey(open_table("t.csv", Data(), tmp_path), Data(), UNSTATED, Silent())
    assert found.columns[0].column.decimal == mark
    (said,) = found.findings
    assert (said.code, said.column, said.count) == ("mark-slip", "calls", 1)
    assert read in said.words
    said = Stated(marks=Marks.stated(mark))
    stated = survey(open_table("t.csv", Data(), tmp_path), Data(), said, Silent())
    assert [each for each in stated.findings if each.code == "mark-slip"] == []


@pytest.mark.parametrize(
    "cells",
    [
        [f"{100 + number * 37.25:,.2f}" for number in range(200)],
        [*LARGE, "9,091.50", "9,091"],
        [*PRICES, *(f"{1000 + 7 * number:,}" for number in range(200))],
        [f"{number:.3f}" for number in range(200)],
    ],
)
def test_thousands_that_are_parted_as_a_rule_are_nothing_to_say(
    look: Surveyed, cells: list[str]
) -> None:
    """Cells that show it, or that all part them."""
    assert [each for each in look(cells).findings if each.code == "mark-slip"] == []
