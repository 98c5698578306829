"""What a log or a search writes before every line is no part of the first column."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table

HEADER = "id,plan,minutes,churn"
ROWS = [f'C{n},"pro, {n}",{n * 3},{n % 2}' for n in range(250)]


def opened(folder: Path, lines: list[str], **data: bool) -> tuple[list[list[object]], list[str]]:
    (folder / "t.csv").write_text("\n".join(lines) + "\n")
    table = open_table("t.csv", Data(**data), folder)
    rejected: list[str] = []
    rows = [
        [*row.values()][1:]
        for batch in table.batches(lambda *row: rejected.append(row[2]))
        for row in batch.to_pylist()
    ]
    counted = dict(table.lines)
    assert counted.pop("total") == sum(counted.values())
    return [list(table.columns), *rows], [*(each.code for each in table.notes), *rejected]


FORMS = [
    "INFO 2027-01-31 12:00:{n:02}: {line}",
    "2027-01-31T12:00:{n:02}.123456Z stdout F {line}",
    "[2027-01-31 12:00:{n:02},123] WARNING app - {line}",
    "Jan  {n} 12:00:01 host app[{n}]: {line}",
    "2027-01-31 12:{n:02}:00 {line}",
    "customers.csv:{line}",
    "customers.csv:{n}:{line}",
    "> {line}",
    "+{line}",
    "    {line}",
    "{number:6}\t{line}",
    "web_1  | {line}",
]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_in_a_log_is_read_without_what_the_log_wrote(tmp_path: Path, form: str) -> None:
    """Header and rows are those of the table; it is said."""
    lines = [
        form.format(n=n % 60, number=n, line=line)
        for n, line in enumerate([HEADER, *ROWS], start=1)
    ]
    (tmp_path / "plain").mkdir()
    plain, _ = opened(tmp_path / "plain", [HEADER, *ROWS])
    assert opened(tmp_path, lines) == (plain, ["line-prefix"])


def test_levels_that_differ_are_one_prefix(tmp_path: Path) -> None:
    """A warning among notices, and a line of the log's own that is no row."""
    levels = ["INFO", "WARN", "ERROR"]
    lines = [f"{levels[n % 3]} 2027-01-31 12:00:01 {x}" for n, x in enumerate([HEADER, *ROWS])]
    rows, said = opened(tmp_path, [*lines, "INFO 2027-01-31 12:00:01 a,b,c,d,e,f", lines[5]])
    assert (len(rows), said) == (252, ["line-prefix", "a,b,c,d,e,f"])


@pytest.mark.parametrize("first", ["2027-01-31 12:00:{n:02}", "12:{n:02}", "2027-01-31T12:00:01 Z"])
def test_times_in_a_first_column_are_cells(tmp_path: Path, first: str) -> None:
    """Under a header they stay; without one the file is refused as ever, or read as told."""
    lines = [f"{first.format(n=n % 60)},C{n},{n}" for n in range(100)]
    rows, said = opened(tmp_path, ["at,id,n", *lines])
    assert (rows[1][0], said) == (first.format(n=0), [])
    with pytest.raises(DataError, match="--no-header"):
        opened(tmp_path, lines)
    assert opened(tmp_path, lines, header=False)[0][1][0] == first.format(n=0)
