"""From when numbers count that are days or seconds: said where it cannot be known, and settled by churn.toml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.artefacts.schema import Epoch
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.project import Columns, Data
from unchurn.tables import open_table
from unchurn.tables.epochs import read_epochs
from unchurn.tables.stated import UNSTATED, Stated
from unchurn.tables.summary import survey

FIRST, LAST = dt.date(2016, 3, 1), dt.date(2024, 5, 17)


def looked(
    folder: Path, numbers: list[int], name: str = "signup_date", stated: Stated = UNSTATED
) -> tuple[ColumnSummary, list[Finding]]:
    """Read numbers as a column; what is said of it."""
    (folder / "t.csv").write_text(
        "\n".join([f"id,{name}", *(f"C{n},{x}" for n, x in enumerate(numbers))])
    )
    found = survey(open_table("t.csv", Data(), folder), Data(), stated, Silent())
    return found.columns[1], [each for each in found.findings if each.column == name]


def days(since: dt.date) -> list[int]:
    """Days from FIRST to LAST, counted."""
    return [(day - since).days for day in (FIRST, dt.date(2020, 2, 29), LAST)] * 20


def test_days_of_sas_are_read_as_a_spreadsheets_and_never_in_silence(tmp_path: Path) -> None:
    """Both readings are named, and the key that settles it."""
    column, (said,) = looked(tmp_path, days(dt.date(1960, 1, 1)))
    assert column.column.epoch == "excel"
    assert (said.code, said.severity) == ("counted-days", "warning")
    assert f"as days since 1960 (SAS, Stata) they are {FIRST} to {LAST}" in said.words
    assert '[columns] epoch = { "signup_date" = "days-1960" or "days-1970" }' in said.words


def test_days_of_a_spreadsheet_may_count_from_1904(tmp_path: Path) -> None:
    """That is rare: a note, which says which days are read."""
    column, (said,) = looked(tmp_path, days(dt.date(1899, 12, 30)))
    assert (column.minimum, column.maximum) == (str(FIRST), str(LAST))
    assert said.severity == "note"
    assert f"read as days of a spreadsheet, {FIRST} to {LAST}" in said.words
    assert 'epoch = { "signup_date" = "excel-1904" }' in said.words


@pytest.mark.parametrize(("times", "unit"), [(1, "s-1960"), (1000, "ms-1960")])
def test_seconds_that_reach_years_ahead_may_count_from_1960(
    tmp_path: Path, times: int, unit: Epoch
) -> None:
    """SAS and Stata write times so; those of Unix, of these years, are not asked about."""
    seconds = [(1_500_000_000 + n * 4_000_000) * times for n in range(60)]
    assert looked(tmp_path, seconds, "created_at")[1] == []
    column, (said,) = looked(tmp_path, [n + 315_619_200 * times for n in seconds], "created_at")
    assert column.maximum > "2031"
    assert (said.severity, f'"{unit}"' in said.words) == ("warning", True)
    assert "1960" in said.words and "2017-07-14" in said.words


def test_seconds_that_end_before_2000_may_count_from_2001(tmp_path: Path) -> None:
    """Apple's do."""
    column, (said,) = looked(
        tmp_path, [600_000_000 + n * 1_000_000 for n in range(60)], "created_at"
    )
    assert (column.column.epoch, column.maximum < "2000", said.severity) == ("s", True, "warning")
    assert "as seconds since 2001 (Apple) they are 2020-01-06 to" in said.words


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        ("excel", 45_429),
        ("excel-1904", 43_967),
        ("days-1960", 23_513),
        ("days-1970", 19_860),
        ("s-1960", 2_031_523_200),
        ("ms-1960", 2_031_523_200_000),
        ("s", 1_715_904_000),
        ("s-2001", 737_596_800),
    ],
)
def test_churn_toml_settles_what_numbers_count(tmp_path: Path, unit: Epoch, number: int) -> None:
    """Each is LAST; the schema keeps it, nothing more is said, and words beside it are dates as ever."""
    assert read_epochs(np.array([float(number)]), unit)[0][0] == np.datetime64(str(LAST))
    stated = Stated.of(Columns(epoch={"When": unit}), {"When": "when"})
    column, said = looked(tmp_path, [number - n for n in range(60)], "when", stated)
    assert (column.column.kind, column.column.epoch, column.unreadable) == ("date", unit, 0)
    assert (column.maximum, said) == (str(LAST), [])


def test_days_before_the_first_are_counted_backwards(tmp_path: Path) -> None:
    """Birthdays of before 1960 are negative."""
    stated = Stated.of(Columns(epoch={"dob": "days-1960"}), {"dob": "dob"})
    column, said = looked(tmp_path, [n * 100 - 7305 for n in range(1, 60)], "dob", stated)
    assert (column.minimum, column.unreadable, said) == ("1940-04-10", 0, [])


def test_numbers_called_dates_that_are_none_name_the_key(tmp_path: Path) -> None:
    """Birthdays of SAS lie where no spreadsheet's days do."""
    column, (said,) = looked(tmp_path, [n * 300 - 7305 for n in range(60)], "dob")
    assert (column.column.kind, said.code) == ("number", "dated-numbers")
    assert "[columns] epoch" in said.words


def test_an_epoch_of_what_is_no_date_is_refused() -> None:
    """Both are a person's word: neither overrides the other in silence."""
    said = Columns(types={"Age": "number"}, epoch={"age": "days-1960"})
    with pytest.raises(ConfigError, match=r"'age' counts 'days-1960'.*'number'") as refused:
        Stated.of(said, {"Age": "age", "age": "age"})
    assert "out of one of them" in refused.value.hint
    both = Stated.of(Columns(types={"a": "date"}, epoch={"a": "s"}), {"a": "a"})
    assert (both.types, both.epochs) == ({"a": "date"}, {"a": "s"})


def test_an_epoch_that_no_cell_has_is_refused_by_its_own_key(tmp_path: Path) -> None:
    """Whoever has written no types looks for none."""
    (tmp_path / "t.csv").write_text("id,when\n" + "".join(f"{n},word {n}\n" for n in range(9)))
    table = open_table("t.csv", Data(), tmp_path)
    stated = Stated.of(Columns(epoch={"when": "s"}), {"when": "when"})
    with pytest.raises(DataError, match=r"^\[columns\] epoch says") as refused:
        survey(table, Data(), stated, Silent())
    assert "out of [columns] epoch" in refused.value.hint
