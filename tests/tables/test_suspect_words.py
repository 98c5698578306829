"""Categories that may be meant otherwise are said: dressed numbers, ``NA`` for a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from arrived_cells import surveyed

SIZES = [f"{(number * 37 % 640) / 10 + 0.1:.1f}" for number in range(400)]


@pytest.mark.parametrize("form", ["{}G", "{}q", "#{}", "{}*", "'{}'", "{}°", "{} mins/day"])
def test_numbers_with_what_is_no_unit_around(tmp_path: Path, form: str) -> None:
    """The column is read as categories or text, and that is said with how it is written."""
    seen = surveyed(tmp_path, x=[form.format(cell) for cell in SIZES])
    (found,) = [each for each in seen.findings if each.code == "dressed-numbers"]
    assert (found.severity, found.column, found.count) == ("warning", "x", 400)
    assert repr(form.format("…")) in found.words


@pytest.mark.parametrize(
    "cells",
    [
        ["4G", "5G"] * 100,
        [f"A{number}" for number in range(100)] * 2,
        [f"{number}A" if number % 2 else f"{number}B" for number in range(200)],
        [f"{number}-{number + 10}" for number in range(60)] * 3,
        ["basic", "pro"] * 100,
        [f"10.0.{number}.1" for number in range(200)],
    ],
)
def test_codes_classes_and_ranges_are_categories(tmp_path: Path, cells: list[str]) -> None:
    """Nothing is said of them."""
    seen = surveyed(tmp_path, x=cells)
    assert [each for each in seen.findings if each.code == "dressed-numbers"] == []


@pytest.mark.parametrize("kind", ["number", "date"])
@pytest.mark.parametrize("every", [33, 10, 3])
def test_words_among_numbers_or_dates_that_make_categories_of_them_are_said(
    tmp_path: Path, kind: str, every: int
) -> None:
    """With how many there are, the commonest words, and the keys that settle it."""
    cells = [
        f"{n % 70}" if kind == "number" else f"2024-{n % 12 + 1:02}-{n % 7 + 1:02}"
        for n in range(600)
    ]
    cells = [("see note", "ask")[n % 7 == 0] if n % every == 0 else c for n, c in enumerate(cells)]
    seen = surveyed(tmp_path, x=cells)
    (found,) = seen.findings
    words = sum(cell in ("see note", "ask") for cell in cells)
    assert seen.columns[1].column.kind == "category"
    assert (found.code, found.severity, found.count) == ("mixed-kinds", "warning", words)
    assert found.words.startswith(f"{600 - words} of 600 cells of 'x' are {kind}s")
    assert "'see note' (" in found.words and f'types = {{ "x" = "{kind}" }}' in found.words


@pytest.mark.parametrize(
    "cells",
    [
        ["1", "2", "3", "4", "5", "more"] * 60,
        [str(number) if number % 7 else "north" for number in range(9)] * 40,
        [f"{number}{'' if number % 9 else 'a'}" for number in range(70)] * 5,
        [str(number) if number % 3 == 0 else f"area {'xyz'[number % 2]}" for number in range(70)]
        * 5,
    ],
)
def test_classes_and_codes_among_words_are_categories(tmp_path: Path, cells: list[str]) -> None:
    """Few numbers, numbers with letters behind, and more words than numbers: nothing is said."""
    assert surveyed(tmp_path, x=cells).findings == ()


def test_objects_in_cells_are_said(tmp_path: Path) -> None:
    """As a database exports them; braces around a few words are nothing to say."""
    seen = surveyed(
        tmp_path,
        x=[f"{{'gb': {number % 7}}}" for number in range(100)],
        y=[f"[{number % 3}]" for number in range(100)],
        z=["{plus}" if number % 9 == 0 else "basic" for number in range(100)],
    )
    found = [each for each in seen.findings if each.code == "nested-cells"]
    assert [(each.column, each.count, each.severity) for each in found] == [
        ("x", 100, "warning"),
        ("y", 100, "warning"),
    ]


def test_two_columns_that_fill_each_other_may_be_one(tmp_path: Path) -> None:
    """Alike in name, and never both there; where both are, they are two."""
    cells = [str(number) for number in range(100)]
    first, second = [*cells[:50], *[""] * 50], [*[""] * 50, *cells[50:]]
    seen = surveyed(tmp_path, monthly_charge=first, monthlyCharge=second)
    (found,) = [each for each in seen.findings if each.code == "headers-alike"]
    assert "'monthly_charge' has 50 cells and 'monthlyCharge' 50 of 100" in found.words
    both = surveyed(tmp_path, monthly_charge=cells, monthlyCharge=cells)
    assert [each for each in both.findings if each.code == "headers-alike"] == []


@pytest.mark.parametrize(
    ("cells", "severity", "words"),
    [
        (["NA", "NO", "DE", "US"] * 50, "warning", "say 'NA' (50): read as missing"),
        (["North", "South", "NA", "nan"] * 50, "note", "say 'NA' (50), 'nan' (50)"),
        (["Basic", "Plus", "?"] * 50, "note", "say '?' (50)"),
    ],
)
def test_a_word_that_is_taken_for_missing_is_said(
    tmp_path: Path, cells: list[str], severity: str, words: str
) -> None:
    """``NA`` among countries is Namibia; a blank is no word."""
    seen = surveyed(tmp_path, x=[*cells, "", "  "])
    (found,) = [each for each in seen.findings if each.column == "x"]
    assert (found.code, found.severity) == ("missing-spelling", severity)
    assert words in found.words
