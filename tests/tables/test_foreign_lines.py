"""Text whose lines are no rows is refused by what it looks like; tables never are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.foreign_lines import are_fields

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]
ROWS = [
    {"id": f"C{n}", "tenure": n, "plan": "pro", "seen": "10:30", "churn": "yes"} for n in range(20)
]


def fields(mark: str, before: str = "", between: str = "") -> str:
    """The customers, a cell a line: `before` each customer's first line, `between` two of them."""
    each = ["\n".join(f"{name}{mark}{cell}" for name, cell in row.items()) for row in ROWS]
    return "\n".join(f"{between}{before}{text}\n" for text in each)


UPRIGHT = {
    "yaml": fields(": ", before="- "),
    "yaml below a key": "customers:\n" + fields(": ", before="- ").replace("\n", "\n  "),
    "ini": fields("=", between="[customer]\n"),
    "ldif": fields(": ", between="\n"),
    "psql": fields("    | ", between="-[ RECORD 7 ]----+---\n"),
    "mysql": fields(
        ": ", between="*************************** 7. row ***************************\n"
    ),
    "toml": fields(" = ", between="[[customer]]\n"),
}
PROGRAM = {
    "dicts": "\n".join(map(str, ROWS)),
    "lists": "\n".join(str(list(row.values())).replace("'", '"') for row in ROWS),
    "tuples": ",\n".join(str(tuple(row.values())) for row in ROWS),
}


@pytest.mark.parametrize("kind", UPRIGHT)
def test_customers_over_several_lines_are_refused(read: Read, kind: str) -> None:
    """YAML, sections, LDIF, what psql and mysql print upright."""
    with pytest.raises(DataError, match="each customer over several lines"):
        read(UPRIGHT[kind].encode(), "t.txt")


@pytest.mark.parametrize("kind", PROGRAM)
def test_lists_and_objects_of_a_program_are_refused(read: Read, kind: str) -> None:
    """Their brackets would be parts of ids and labels."""
    with pytest.raises(DataError, match="lists or objects of a program"):
        read(PROGRAM[kind].encode(), "t.txt")


@pytest.mark.parametrize("mark", [",", ";", "|", "\t"])
def test_a_first_column_that_recurs_makes_no_field_of_a_row(tmp_path: Path, mark: str) -> None:
    """Neither months in turn nor a few plans, however few columns there are."""
    months = [mark.join((f"{'abc'[n % 3]}: x", str(n), "yes")) for n in range(60)]
    (tmp_path / "t.csv").write_text("\n".join([mark.join(("month", "n", "churn")), *months]))
    assert open_table("t.csv", Data(), tmp_path).columns[-1] == "churn"
    plans = [f"{'abc'[n * n % 7 % 3]}{mark}{n % 4}" for n in range(60)]
    assert not are_fields([f"plan{mark}calls", *plans])
