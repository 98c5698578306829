"""What init makes of a table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.project import Columns as Said
from unchurn.project import Data
from unchurn.proposal import Proposal, Wanted, propose
from unchurn.tables import open_table

N = 300
INFER = Wanted()
Columns = dict[str, list[object]]


def columns() -> Columns:
    """An ordinary table: target, id, row number, name, date, an honest number, two leaks."""
    draw = np.random.default_rng(2)
    churned = draw.random(N) < 0.3
    return {
        "RowNumber": list(range(1, N + 1)),
        "Customer ID": [f"C-{10_000 + 3 * i}" for i in range(N)],
        "Surname": [f"Name{i // 2}" for i in range(N)],
        "Snapshot": [f"2024-0{1 + i % 6}-01" for i in range(N)],
        "Minutes": [round(float(v), 1) for v in draw.gamma(2, 50, N)],
        "Refund": [round(3.0 * c + float(draw.random()), 3) for c in churned],
        "Cancel Reason": [str(v) for v in draw.choice(["price", "moved"], N)],
        "Gender": [str(v) for v in draw.choice(["F", "M"], N)],
        "Churned?": ["Yes" if c else "No" for c in churned],
    }


def proposed(
    folder: Path,
    cells: Columns,
    wanted: Wanted = INFER,
    header: bool = True,
    said: Said = Said(),  # noqa: B008 - frozen
) -> Proposal:
    """Write the columns as CSV and look at them."""
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        if header:
            writer.writerow(cells)
        writer.writerows(zip(*cells.values(), strict=True))
    data = Data(header=header)
    return propose(open_table(str(path), data, folder), data, said, wanted, Silent())


def test_everything_is_inferred_with_reasons(tmp_path: Path) -> None:
    """Target, label, id, what to leave out, dates and suspects, without a flag."""
    made = proposed(tmp_path, columns())
    assert (made.target, made.labels.positive, made.labels.negative) == ("Churned?", "Yes", "No")
    assert made.id == "Customer ID"
    assert set(made.drop) == {"RowNumber", "Surname"}
    assert set(made.dates) == {"Snapshot"}
    assert set(made.suspects) == {"Refund", "Cancel Reason"}
    assert "block" in made.suspects["Refund"]
    assert all([made.target_reason, made.id_reason, *made.drop.values()])


def test_flags_win_and_match_forgivingly(tmp_path: Path) -> None:
    """Case, padding and punctuation of flags do not matter."""
    wanted = Wanted("churned", "NO", "row number", ("customer_id", "minutes"))
    made = proposed(tmp_path, columns(), wanted)
    assert (made.target, made.labels.positive, made.id) == ("Churned?", "No", "RowNumber")
    assert made.drop["Customer ID"] == made.drop["Minutes"] == "left out by hand"


def test_no_telling_name_is_an_error_with_the_flag_and_candidates(tmp_path: Path) -> None:
    """The two-valued columns are listed with their values."""
    cells = columns()
    cells["Verdict"] = cells.pop("Churned?")
    with pytest.raises(ConfigError, match=r"--target COLUMN.*'Gender' \(.*'Verdict' \("):
        proposed(tmp_path, cells)


def test_labels_nobody_can_read_ask_for_positive(tmp_path: Path) -> None:
    """A and B: --positive is asked for, and then enough."""
    cells = columns()
    cells["Churned?"] = ["A" if c == "Yes" else "B" for c in cells["Churned?"]]
    with pytest.raises(ConfigError, match="--positive"):
        proposed(tmp_path, cells)
    assert proposed(tmp_path, cells, Wanted(positive=" a ")).labels.positive == "A"


def test_labels_that_a_spreadsheet_keeps_as_text_are_what_is_in_them(tmp_path: Path) -> None:
    """="Yes" is Yes, as it is in training."""
    cells = columns()
    cells["Churned?"] = [f'="{cell}"' for cell in cells["Churned?"]]
    made = proposed(tmp_path, cells)
    assert (made.labels.positive, made.labels.negative) == ("Yes", "No")


def test_the_yes_of_staying_is_not_taken_for_churn(tmp_path: Path) -> None:
    """A target named Renewed with yes and no is never guessed."""
    cells = columns()
    cells["Renewed"] = cells.pop("Churned?")
    with pytest.raises(ConfigError, match="sounds like staying"):
        proposed(tmp_path, cells, Wanted(target="Renewed"))
    made = proposed(tmp_path, cells, Wanted(target="Renewed", positive="no"))
    assert made.labels.codes == {"No": 1, "Yes": 0}


def test_missing_labels_are_counted_apart(tmp_path: Path) -> None:
    """A question mark is no label."""
    cells = columns()
    cells["Churned?"][7] = "?"
    assert proposed(tmp_path, cells).labels.missing == 1


def test_a_headerless_table_needs_a_target(tmp_path: Path) -> None:
    """Columns are c1, c2, …; naming one is enough."""
    cells = columns()
    with pytest.raises(ConfigError, match=r"--target.*'c9'"):
        proposed(tmp_path, cells, header=False)
    made = proposed(tmp_path, cells, Wanted(target="C9"), header=False)
    assert made.target == "c9"
    assert made.labels.positive == "Yes"
    assert made.id == "c2"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(target="chrn"), "--target.*chrn"),
        (Wanted(id="nobody"), "--id.*nobody"),
        (Wanted(drop=("nothing",)), "--drop.*nothing"),
        (Wanted(positive="maybe"), "maybe"),
        (Wanted(target="Churned?", id="Churned?"), "is the target"),
        (Wanted(target="Churned?", drop=("Churned?",)), "is the target"),
    ],
)
def test_flags_that_name_nothing_are_config_errors(
    tmp_path: Path, wanted: Wanted, words: str
) -> None:
    """The flag and the value are in the message."""
    with pytest.raises(ConfigError, match=words):
        proposed(tmp_path, columns(), wanted)


def test_a_number_is_no_target(tmp_path: Path) -> None:
    """Naming a column of hundreds of values says what it holds."""
    with pytest.raises(DataError, match="different values"):
        proposed(tmp_path, columns(), Wanted(target="Minutes"))


def test_without_an_id_scores_carry_a_row_number(tmp_path: Path) -> None:
    """A row number is no id; its absence is stated."""
    cells = columns()
    del cells["Customer ID"]
    made = proposed(tmp_path, cells)
    assert made.id == ""
    assert "row_number" in made.id_reason


def test_a_doubtful_decimal_mark_is_asked_and_answered(tmp_path: Path) -> None:
    """Where nothing in the file tells, init asks; --decimal answers, for all or one column."""
    cells = {
        name: cells for name, cells in columns().items() if name in ("Customer ID", "Churned?")
    }
    cells["Points"] = [f"{1 + n % 8}.{100 + n}" for n in range(N)]
    asked = [each.column for each in proposed(tmp_path, cells).findings]
    assert asked == ["Points"]
    for decimal in (",", {"points": ","}):
        made = proposed(tmp_path, cells, said=Said(decimal=decimal))
        assert not made.findings or {each.code for each in made.findings} != {"decimal-mark"}
        points = next(each for each in made.summaries if each.column.name == "Points")
        assert (points.column.decimal, points.minimum) == (",", "1100")
    with pytest.raises(DataError, match="nowhere"):
        proposed(tmp_path, cells, said=Said(decimal={"nowhere": ","}))


def test_missing_spellings_and_units_are_told(tmp_path: Path) -> None:
    """What init understood of number cells stands among its findings."""
    cells = columns()
    cells["Traffic"] = [f"{n % 90 + 1}.5 GB" for n in range(N)]
    cells["Balance"] = ["n.a." if n % 10 == 0 else f"{n}.25" for n in range(N)]
    codes = {each.column: each.code for each in proposed(tmp_path, cells).findings}
    assert codes["Traffic"] == "unit"
    assert codes["Balance"] == "missing-spelling"


def test_keep_uses_a_column_all_the_same(tmp_path: Path) -> None:
    """A number column spoilt by words is kept as a number, another as it is."""
    cells = columns()
    cells["Spent"] = [f"{i}.25" if i % 3 else "see note" for i in range(N)]
    left = proposed(tmp_path, cells)
    assert "100 of 300 cells are not numbers, most often 'see note' (100)" in left.drop["Spent"]
    made = proposed(tmp_path, cells, Wanted(keep=("spent", "surname")))
    assert made.keep == {"Spent": "number", "Surname": ""}
    assert not {"Spent", "Surname"} & set(made.drop)
    with pytest.raises(ConfigError, match="--keep"):
        proposed(tmp_path, cells, Wanted(keep=("Spent",), drop=("Spent",)))


def test_a_kept_column_is_taken_out_of_what_was_dropped(tmp_path: Path) -> None:
    """A churn.toml that init wrote does not stand against --keep, nor one flag against the other."""
    said: dict[str, Any] = {"target": "", "positive": "", "id": "", "negative": (), "ignore": ()}
    said |= {"drop": (), "keep": ("surname",)}
    kept = {
        ("columns", "drop"): ("RowNumber", "Surname", "gone"),
        ("columns", "allow"): ("Refund",),
    }
    wanted = Wanted.of(said, kept, tuple(columns()))
    assert (wanted.drop, wanted.keep) == (("RowNumber",), ("surname", "Refund"))
    made = proposed(tmp_path, columns(), wanted)
    assert made.keep == {"Surname": "", "Refund": ""}
    assert "it counts the rows" in made.drop["RowNumber"]
    said |= {"drop": ("Refund",), "keep": ()}
    assert Wanted.of(said, kept, tuple(columns())).keep == ()
