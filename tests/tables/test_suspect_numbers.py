"""Numbers that may be meant otherwise are said, and read as they stand; others are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from arrived_cells import surveyed
from unchurn.artefacts import Finding
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.missing_codes import stated_codes
from unchurn.tables.stated import Stated
from unchurn.tables.summary import Survey, survey

CODES = {
    "missing-codes",
    "far-numbers",
    "mixed-scales",
    "dated-numbers",
    "numbers-joined",
    "mark-slip",
}
FEES = [f"{15 + (number * 37 % 10_500) / 100:.2f}" for number in range(700)]
SHARES = [f"{(number * 37 % 997 + 1) / 1000:.3f}" for number in range(700)]
MARKS = [str(number * 7 % 11) for number in range(700)]


def told(seen: Survey) -> list[Finding]:
    return [each for each in seen.findings if each.code in CODES and each.column != "id"]


def every(cells: list[str], step: int, change: str) -> list[str]:
    """Write every `step`-th cell otherwise: {} stands for it, {100} for it times that."""
    return [
        change.format(cell) if number % step == 3 else cell for number, cell in enumerate(cells)
    ]


@pytest.mark.parametrize(
    ("cells", "code", "rows", "words"),
    [
        (every(MARKS, 5, "99"), "missing-codes", 140, "are 99, and all others 0 to 10"),
        (every(MARKS, 100, "-1"), "missing-codes", 7, '[columns] missing = { "x" = ["-1"] }'),
        (
            [*every(MARKS, 100, "999"), "9999"],
            "missing-codes",
            8,
            'missing = { "x" = ["999", "9999"] }',
        ),
        (every(SHARES, 5, "-1"), "missing-codes", 140, "are -1, and all others 0.001 to"),
        (every(FEES, 50, "9999"), "missing-codes", 14, "all others 15 to"),
        (every(FEES, 600, "999.99"), "far-numbers", 2, "lie beyond 896"),
        ([cell.replace(".", "") if n == 9 else cell for n, cell in enumerate(FEES)], "far-numbers", 1, "lost decimal mark"),
        (every(FEES, 50, "1.23"), "far-numbers", 14, "1.25 or less and not 0"),
        (
            [str(float(c) * 100) if n % 3 == 0 else c for n, c in enumerate(SHARES)],
            "mixed-scales",
            229,
            "shares and percentages may be mixed",
        ),
        (
            [str((1_600_000_000 + n) * (1000 if n % 3 == 0 else 1)) for n in range(700)],
            "mixed-scales",
            234,
            "two units may be mixed",
        ),
        (
            [f"{n % 40 - 8}.5" if n % 50 else "-999" for n in range(700)],
            "missing-codes",
            14,
            "are -999, and all others -8.5 to 31.5",
        ),
        (
            [f"{float(c) * (100 if n % 10 == 3 else 1):.2f}" for n, c in enumerate(FEES)],
            "mixed-scales",
            70,
            "two units may be mixed",
        ),
        (
            [f"{float(c) * (100 if n % 2 else 1):.2f}" for n, c in enumerate(FEES)],
            "mixed-scales",
            350,
            "within 128",
        ),
        ([str(2026 - 18 - n % 63) if n % 10 == 3 else str(18 + n % 63) for n in range(700)], "mixed-scales", 70, "years of birth may be mixed"),
        (every([str(n % 6) for n in range(700)], 7, "-1"), "missing-codes", 100, "are -1, and all others 0 to 5"),
        (every(MARKS, 20, "88"), "missing-codes", 35, "are 88, and all others 0 to 10"),
        ([["-9", "-8", *MARKS][n % 40 if n % 40 < 2 else n] for n in range(700)], "missing-codes", 36, 'missing = { "x" = ["-9", "-8"] }'),
        (every([str(1 + n % 5) for n in range(700)], 20, "9"), "missing-codes", 35, "all others 1 to 5"),
        (every([str(n % 41) for n in range(700)], 20, "127"), "missing-codes", 35, "are 127"),
        (every([str(n * 37 % 3001) for n in range(700)], 20, "-32768"), "missing-codes", 35, "are -32768"),
        (every([str(n * 37 % 301) for n in range(700)], 20, "3650"), "missing-codes", 35, "are 3650"),
        (every([f"{n * 37 % 400 / 10 - 9}" for n in range(700)], 20, "999.9"), "missing-codes", 35, "are 999.9"),
        (every([f"{47 + n * 37 % 8000 / 1000:.3f}" for n in range(700)], 20, "0"), "missing-codes", 35, "all others 47"),
        (every([str(18 + n % 63) for n in range(700)], 20, "97"), "missing-codes", 35, "all others 18 to 80"),
        ([f"4.{n % 12}" for n in range(240)], "numbers-joined", 20, "'4.10' as 4.1"),
        (["1.0", "1.00", "2.0"] * 40, "numbers-joined", 40, "'1.00' as 1"),
        (["1E2", "100", "30"] * 40, "numbers-joined", 40, '= "category" }'),
    ],
)  # fmt: skip
def test_what_looks_otherwise_is_said(
    tmp_path: Path, cells: list[str], code: str, rows: int, words: str
) -> None:
    """Codes for missing, slips of the mark, two scales, versions; the cells stay numbers."""
    seen = surveyed(tmp_path, x=cells)
    assert seen.columns[1].column.kind == "number"
    (finding,) = told(seen)
    assert (finding.code, finding.column, finding.count) == (code, "x", rows)
    assert words in finding.words


@pytest.mark.parametrize(
    "cells",
    [
        FEES,
        SHARES,
        MARKS,
        ["-1", "0", "1"] * 200,
        ["-1", "0", "1", "2", "-1", "-1"] * 100,
        ["9", "19", "49", "99", "999"] * 100,
        ["1", "-1"] * 300,
        [str(number % 120) for number in range(700)],
        [["1", "100", "1000"][number % 3] for number in range(700)],
        ["0"] * 650 + ["12000"] * 50,
        ["5", "9.9", "12.5"] * 100,
        [f"{each:.4f}" for each in np.random.default_rng(1).lognormal(3, 1.5, 700)],
        [f"{each:.5f}" for each in np.random.default_rng(2).exponential(0.3, 700)],
        [f"{each:.5f}" for each in np.random.default_rng(3).pareto(1, 700)],
        [f"{each:.3f}" for each in np.random.default_rng(4).normal(0, 2, 700)],
        ["-1"] * 105 + ["0"] * 490 + ["1"] * 100 + ["2"] * 5,
        ["0"] * 1_788 + [f"{each:.2f}" for each in np.random.default_rng(6).lognormal(4, 1.5, 212)],
        [str(min(18 + number % 70, 65)) for number in range(700)],
        [str((60 + number % 36, 0, 100)[(number % 10 > 7) * (1 + number % 2)]) for number in range(700)],
        every(FEES, 10, "0"),
        every(FEES, 20, "150"),
        [str(number * 37 % 256) for number in range(700)],
        [["1", "2", "3", "9"][number % 4] for number in range(700)],
        [["0", "99", "199", "999"][number % 4] for number in range(700)],
        [["0", "0", "5.5", "5.50", "31", "9.99"][number % 6] for number in range(700)],
        [["31 EUR", "5.5 EUR", "12 EUR"][number % 3] for number in range(700)],
        ["0"] * 665 + ["1", "1", "1", "2", "40"] * 7,
        ["0"] * 675 + [f"{each:.0f}" for each in np.random.default_rng(5).lognormal(4, 1.5, 25)],
        [f"{number % 50 + 1} min" if number % 2 else f"{number % 9 + 1} days" for number in range(700)],
    ],
)  # fmt: skip
def test_numbers_of_one_kind_are_nothing_to_say(tmp_path: Path, cells: list[str]) -> None:
    """Long tails, shares, classes, signs, caps, prices and mixed durations among them."""
    assert told(surveyed(tmp_path, x=cells)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("age", True), ("birth_year", True), ("score", False), ("account_age", False), ("x", False)],
)
def test_nobody_is_of_age_0(tmp_path: Path, name: str, said: bool) -> None:
    """Told by the name; of anything else, 0 not far below is a number like others."""
    ages = every([str(18 + number % 63) for number in range(700)], 20, "0")
    found = [each.code for each in told(surveyed(tmp_path, **{name: ages}))]
    assert found == (["missing-codes"] if said else [])


@pytest.mark.parametrize(
    ("name", "cells", "said"),
    [
        ("signup_date", [str(200_103 + number) for number in range(50)], True),
        ("billing_day", [str(1 + number % 28) for number in range(50)], False),
        ("signup_date", [str(20_240_101 + number % 28) for number in range(50)], False),
    ],
)
def test_a_date_by_name_that_is_none_by_its_cells(
    tmp_path: Path, name: str, cells: list[str], said: bool
) -> None:
    """Six digits could be several days; what can be told is a date."""
    found = [each.code for each in told(surveyed(tmp_path, **{name: cells}))]
    assert found == (["dated-numbers"] if said else [])


def test_a_version_is_a_category(tmp_path: Path) -> None:
    """By its name: 4.1 and 4.10 are two."""
    seen = surveyed(tmp_path, app_version=[f"4.{number % 12}" for number in range(240)])
    assert (seen.columns[1].column.kind, seen.columns[1].distinct) == ("category", 12)


def test_a_column_longer_than_its_values_are_kept_is_judged_too(tmp_path: Path) -> None:
    """Beyond 100,000 different numbers; in any order of the rows."""
    cells = [f"{20 + number / 100:.2f}" for number in range(120_000)]
    for place in (0, 60_000, 119_999):
        some = [*cells]
        some[place] = "99999"
        (finding,) = told(surveyed(tmp_path, x=some))
        assert (finding.code, finding.count) == ("missing-codes", 1)
        codes = ["-32768" if number % 50 == 7 else cell for number, cell in enumerate(cells)]
        (finding,) = told(surveyed(tmp_path, x=codes))
        assert (finding.code, finding.count) == ("missing-codes", 2400)
        some[place] = "12345678"
        (finding,) = told(surveyed(tmp_path, x=some))
        assert (finding.code, finding.count) == ("far-numbers", 1)


def coded(folder: Path, cells: list[str], codes: list[str]) -> Survey:
    (folder / "t.csv").write_text("x,y\n" + "".join(f"{cell},k\n" for cell in cells))
    stated = stated_codes({"x": codes}, {"x": "x"})
    return survey(open_table("t.csv", Data(), folder), Data(), Stated(codes=stated), Silent())


def test_what_is_stated_as_missing_is_read_so(tmp_path: Path) -> None:
    """It is counted, is in no figure, and stays known where training had none of it."""
    seen = coded(tmp_path, every(MARKS, 5, "99"), ["99", "-1"])
    each = seen.columns[0]
    assert each.column.sentinels == ("-1", "99")
    assert (each.missing, each.minimum, each.maximum, each.unreadable) == (140, "0", "10", 0)
    (finding,) = seen.findings
    assert (finding.code, finding.count) == ("sentinel", 140)


def test_codes_are_numbers_of_a_column_of_numbers(tmp_path: Path) -> None:
    """Anything else is refused, with what to do."""
    with pytest.raises(ConfigError, match=r"'none' of 'x' is no number"):
        stated_codes({"x": ["none"]}, {"x": "x"})
    with pytest.raises(ConfigError, match=r"names numbers of 'x', which is read as a category"):
        coded(tmp_path, ["a", "b"] * 20, ["99"])
