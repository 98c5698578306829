from __future__ import annotations

import pytest

from unchurn.artefacts import Column, Finding, Schema
from unchurn.errors import DataError
from unchurn.tables.headerless import line_up


def schema(target: int = 1, names: str = "c") -> Schema:
    """Make a schema of five columns, one of which is the label."""
    columns = [Column(f"{names}{n}", "number") for n in range(1, 6)]
    columns[target - 1] = Column(f"{names}{target}", "category", "target")
    return Schema(tuple(columns), "1", "0")


def numbered(width: int) -> list[str]:
    """Names of a table without a header."""
    return [f"c{n}" for n in range(1, width + 1)]


def test_a_table_without_the_label_is_read_by_its_places() -> None:
    """SageMaker's convention: the label first in training, absent at scoring."""
    lined = line_up(numbered(4), schema(), False)
    plan = lined.plan(0.0)
    assert [column.name for column in plan.columns] == ["c2", "c3", "c4", "c5"]
    assert plan.headers == ("c1", "c2", "c3", "c4")
    assert [finding.code for finding in lined.findings] == ["label-left-out"]


def test_a_label_in_the_middle_or_last_moves_only_what_follows() -> None:
    """Places before the label are training's."""
    assert line_up(numbered(4), schema(3), False).plan(0.0).headers == ("c1", "c2", "c3", "c4")
    last = line_up(numbered(4), schema(5), False)
    assert last.plan(0.0).headers == ("c1", "c2", "c3", "c4")
    assert [finding.code for finding in last.findings] == ["by-place"]
    assert line_up(["c2", "c3", "c4", "c5"], schema(), True).findings == ()


@pytest.mark.parametrize("width", [2, 3, 6])
def test_another_width_is_refused_with_both(width: int) -> None:
    """Which column is missing nobody can tell."""
    with pytest.raises(DataError, match=f"has {width} columns .* training had 5, 4 of them"):
        line_up(numbered(width), schema(), False)


def test_a_model_that_knows_names_refuses_a_table_without() -> None:
    """The header to write is given."""
    with pytest.raises(DataError, match="no header") as caught:
        line_up(numbered(4), schema(names="x"), False)
    assert "x1, x2" in str(caught.value.hint)


def test_columns_unlike_trainings_are_refused_by_name() -> None:
    """One is enough where the label was left out; where widths agree, a third of them."""
    odd = [Finding("arrived-range", "warning", "90% of 'c2' lies outside (…).", "c2")]
    with pytest.raises(
        DataError, match=r"4 columns .* had 5; read without the label, c1, .*90% of"
    ):
        line_up(numbered(4), schema(), False).refuse_others([], odd, [])
    same = line_up(numbered(5), schema(), False)
    same.refuse_others([], odd, [])
    with pytest.raises(DataError, match="read in order"):
        same.refuse_others(["c3"], odd, [])
    with pytest.raises(DataError, match="cells of 'c4' are unlike"):
        same.refuse_others([], [], ["c3", "c4"])


def test_a_blank_column_is_in_its_place_and_names_are_trusted() -> None:
    """Only what a shift would show counts, and only where columns have no names."""
    blank = [Finding("arrived-blank", "warning", "'c2' is blank.", "c2")]
    line_up(numbered(4), schema(), False).refuse_others([], blank, ["c2"])
    line_up(["c2", "c3", "c4", "c5"], schema(), True).refuse_others(["c2", "c3"], [], [])
