"""`unchurn import`, as somebody runs it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from command_line import QUICK, Unchurn, add_sections
from importable_projects import write_build, write_stacks, write_table


def test_an_imported_project_trains_and_scores(unchurn: Unchurn, tmp_path: Path) -> None:
    """The table of the repository is found, the id chosen of what scripts drop, and it trains."""
    theirs = write_stacks(tmp_path / "theirs")
    write_table(theirs / "data" / "train" / "members.csv")
    write_table(theirs / "data" / "infer" / "today.csv", rows=20)
    made = unchurn("import", theirs, "--out", tmp_path / "ours", "--json")
    assert made.code == 0, made.err
    toml = tomllib.loads((tmp_path / "ours" / "churn.toml").read_text())
    assert toml["churn"]["target"] == "Left"
    assert toml["churn"]["id"] == "Member_No"
    assert "Member_No" not in toml["columns"]["drop"]
    assert {each["kind"] for each in made.document["faults"]} == {
        "insecure", "broken", "misleading", "fragile",
    }  # fmt: skip
    text = (tmp_path / "ours" / "churn.toml").read_text().replace("seed = 11", "")
    (tmp_path / "ours" / "churn.toml").write_text(text)
    add_sections(tmp_path / "ours" / "churn.toml", QUICK)
    trained = unchurn("train", "--project", tmp_path / "ours")
    assert trained.code in (0, 4), trained.err
    if trained.code == 0:
        scored = unchurn("score", "--project", tmp_path / "ours", "--out", tmp_path / "list.csv")
        assert scored.code == 0, scored.err
        assert len((tmp_path / "list.csv").read_text().splitlines()) == 21


def test_what_people_read_names_place_and_remedy(unchurn: Unchurn, tmp_path: Path) -> None:
    """Every fault stands under its remedy, with file and line."""
    shown = unchurn("import", write_build(tmp_path / "theirs"), "--out", tmp_path)
    assert shown.code == 0, shown.err
    assert "build.py:8  A job is made on Glue 1.0." in shown.out
    assert "Use Glue 5.0" in shown.out
    assert "No table of customers was found" in shown.out


def test_an_existing_project_is_kept(unchurn: Unchurn, tmp_path: Path) -> None:
    """churn.toml is not overwritten unasked, and nothing is written where the folder is no project."""
    theirs = write_build(tmp_path / "theirs")
    (tmp_path / "churn.toml").write_text("# mine\n")
    refused = unchurn("import", theirs, "--out", tmp_path)
    assert refused.code == 2
    assert "--force" in refused.err
    assert (tmp_path / "churn.toml").read_text() == "# mine\n"
    assert unchurn("import", theirs, "--out", tmp_path, "--force").code == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    told = unchurn("import", empty, "--out", tmp_path / "new", "--json")
    assert told.code == 2
    assert "holds no files" in told.document["error"]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("cells", ["a,b\n1,2\n", "\x00\x01"])
def test_a_table_of_another_kind_is_said(unchurn: Unchurn, tmp_path: Path, cells: str) -> None:
    """A table without the target, or none at all, leaves the rest of the project as it is."""
    theirs = write_stacks(tmp_path / "theirs")
    (theirs / "data" / "train").mkdir(parents=True)
    (theirs / "data" / "train" / "odd.csv").write_text(cells)
    made = unchurn("import", theirs, "--out", tmp_path / "ours", "--json")
    assert made.code == 0, made.err
    assert any("odd.csv" in each for each in made.document["by_hand"])
    assert (
        tomllib.loads((tmp_path / "ours" / "churn.toml").read_text())["churn"]["target"] == "left"
    )
