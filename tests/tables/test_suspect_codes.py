"""Codes and versions that read as numbers are codes or said; ranks behind words are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from arrived_cells import surveyed
from unchurn.artefacts import ColumnSummary, Finding
from unchurn.tables.summary import Survey


def of(found: Survey) -> ColumnSummary:
    return found.columns[1]


def told(found: Survey) -> list[Finding]:
    return [each for each in found.findings if each.code != "unit"]


@pytest.mark.parametrize(
    ("cells", "kind", "severity"),
    [
        (["4E10", "5E10", "6E10"] * 80, "category", "note"),
        (["1E5", "2E3", "3e4"] * 80, "category", "note"),
        (["4E10", *(str(n) for n in range(100, 180))] * 3, "number", "warning"),
    ],
)
def test_digits_around_an_e_are_codes_or_asked(
    tmp_path: Path, cells: list[str], kind: str, severity: str
) -> None:
    """Codes where all are such; among numbers, said with what settles it."""
    found = surveyed(tmp_path, cost=cells)
    (said,) = [each for each in told(found) if each.code == "exponent-codes"]
    assert (of(found).column.kind, said.severity) == (kind, severity)
    assert "[columns] types = {" in said.words


@pytest.mark.parametrize(
    "cells",
    [
        ["4E+10", "5E+10", "6E+09"] * 80,
        ["1.5E5", "2.0E3", "3.25E4"] * 80,
        ["1e-05", "2.5e-06", "3e-04"] * 80,
        ["1e+06", "250000", "1.2e+06"] * 80,
    ],
)
def test_numbers_as_programs_write_them_are_numbers(tmp_path: Path, cells: list[str]) -> None:
    """With a sign behind the E, or a point before it."""
    found = surveyed(tmp_path, cost=cells)
    assert of(found).column.kind == "number"
    assert "exponent-codes" not in {each.code for each in told(found)}


def test_a_column_of_codes_with_some_numbers_stays_one(tmp_path: Path) -> None:
    """4E10 among A7 and B12 is no number, and nothing needs to be said."""
    found = surveyed(tmp_path, cost=["4E10", "A7", "B12", "77"] * 60)
    assert (of(found).column.kind, told(found)) == ("category", [])


@pytest.mark.parametrize(
    "cells", [["3.8", "3.9", "3.10"] * 80, ["9.8", "9.9", "9.10", "10.0"] * 60]
)
def test_versions_are_said(tmp_path: Path, cells: list[str]) -> None:
    """A program writes 3.1 or 3.90, and no 3.10 beside 3.9."""
    found = surveyed(tmp_path, python=cells)
    assert (of(found).column.kind, [each.code for each in told(found)]) == (
        *("number", ["version-numbers"]),
    )
    assert "'3.10' beside '3.9'" in told(found)[0].words or "'9.10'" in told(found)[0].words


@pytest.mark.parametrize("name", ["app_ver", "appver", "os_v", "SDK version", "ver", "fw_v"])
def test_what_is_called_a_version_is_one(tmp_path: Path, name: str) -> None:
    """Whatever its cells."""
    found = surveyed(tmp_path, **{name: ["2.9", "2.10", "2.11"] * 80})
    assert (of(found).column.kind, told(found)) == ("category", [])


@pytest.mark.parametrize(
    "cells",
    [
        ["3.5", "3.10", "2.75", "4.99"] * 60,
        ["3.80", "3.90", "3.10"] * 80,
        ["3.8", "3.9", "3.1"] * 80,
        ["0.5", "1.0", "1.5", "10"] * 60,
        [f"{n / 100:.2f}" for n in range(240)],
    ],
)
def test_prices_and_ratings_are_no_versions(tmp_path: Path, cells: list[str]) -> None:
    """Beyond 40 behind the point, or of one length."""
    found = surveyed(tmp_path, price=cells)
    assert (of(found).column.kind, told(found)) == ("number", [])


@pytest.mark.parametrize(
    ("form", "unit"),
    [
        ("{}x", "x"),
        ("{} x", "x"),
        ("{}/20", "/20"),
        ("{} / 20", "/20"),
        ("{} out of 20", "/20"),
        ("{}h05", "s"),
        ("{}min30", "s"),
        ("{}'4\"", "in"),
        ("{} ft", "ft"),
    ],
)
@pytest.mark.parametrize("distinct", [5, 20])
def test_numbers_dressed_in_one_way_are_numbers(
    tmp_path: Path, form: str, unit: str, distinct: int
) -> None:
    """However few they are; the unit is said."""
    cells = [form.format(n % distinct + 1) for n in range(240)]
    quoted = ['"' + cell.replace('"', '""') + '"' if '"' in cell else cell for cell in cells]
    found = surveyed(tmp_path, visits=quoted)
    assert (of(found).column.kind, of(found).column.unit, told(found)) == ("number", unit, [])
    assert (of(found).distinct, of(found).unreadable) == (distinct, 0)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("ratio", ["1/2", "1/4", "3/4"] * 80),
        ("pressure", ["120/80", "130/85", "110/70"] * 80),
        ("season", ["2022/23", "2023/24"] * 120),
        ("invoice", [f"{n}/2024" for n in range(240)]),
        ("expiry", [f"{n % 12 + 1}/24" for n in range(240)]),
        ("size", ["2X", "3X", "XL"] * 80),
        ("model", ["X12", "X13", "Y1"] * 80),
    ],
)
def test_other_things_with_marks_are_no_numbers(
    tmp_path: Path, name: str, cells: list[str]
) -> None:
    """Fractions of several wholes, years, months of cards, sizes."""
    assert of(surveyed(tmp_path, **{name: cells})).column.kind in ("category", "text")


@pytest.mark.parametrize(
    "form", ["Level {}", "Nr. {}", "x{}", "×{}", "#{}", "Stufe {}", "grade-{}", "Rank #{}"]
)
def test_a_number_behind_a_word_for_ranks_is_said(tmp_path: Path, form: str) -> None:
    """It is a category, whose order is lost."""
    found = surveyed(tmp_path, level=[form.format(n % 6 + 1) for n in range(240)])
    expected = [] if form in ("grade-{}", "Rank #{}") else ["dressed-numbers"]
    assert (of(found).column.kind, [each.code for each in told(found)]) == ("category", expected)


@pytest.mark.parametrize(
    "cells",
    [
        *(["Store 1", "Store 2", "Store 3"] * 80, ["Plan 1", "Plan 2", "Plan 3"] * 80),
        ["Level 1", "Level 2", "Gold"] * 80,
        ["Level 1", "Level 2"] * 120,
        ["basic", "x2", "x3"] * 80,
        ["A1", "A2", "A3"] * 80,
    ],
)
def test_names_with_numbers_are_categories(tmp_path: Path, cells: list[str]) -> None:
    """Nothing is said of them."""
    found = surveyed(tmp_path, tariff=cells)
    assert (of(found).column.kind, told(found)) == ("category", [])
