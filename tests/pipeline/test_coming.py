"""The table to be scored beside the one to train on."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.pipeline.coming import compared
from unchurn.pipeline.training import training_table
from unchurn.project import Project
from unchurn.tables import Table

TRAIN = "id,tenure,Refund Date,churn\n" + "".join(f"c{i},{i},,{i % 2}\n" for i in range(20))


def project(folder: Path, score: str | None, name: str = "score.csv", drop: str = "[]") -> Project:
    """A project whose table to score has this header and one row."""
    (folder / "train.csv").write_text(TRAIN)
    if score is not None:
        (folder / "score.csv").write_text(f"{score}\n{','.join('1' for _ in score.split(','))}\n")
    (folder / "churn.toml").write_text(
        f'[data]\ntrain = "train.csv"\nscore = "{name}"\n'
        f'[churn]\ntarget = "churn"\nid = "id"\n[columns]\ndrop = {drop}\n'
    )
    return Project.load(folder)


def seen(made: Project) -> Table:
    """The table to train on, compared."""
    return compared(training_table(made), made)


def test_a_column_that_the_table_to_score_lacks_is_said(tmp_path: Path) -> None:
    """Its name, the other table, and what to do; the run is another one."""
    made = project(tmp_path, "ID,Tenure")
    table = seen(made)
    (note,) = (each for each in table.notes if each.code == "not-in-score-table")
    assert note.column == "Refund Date"
    assert "[columns] drop" in note.words
    assert table.fingerprint() != training_table(made).fingerprint()


def test_the_target_and_dropped_columns_are_not_missed(tmp_path: Path) -> None:
    """Nobody expects the label in next month's table."""
    made = project(tmp_path, "id,tenure", drop='["refund date"]')
    table = seen(made)
    assert not table.lacking
    assert table.fingerprint() == training_table(made).fingerprint()


def test_an_id_that_is_missing_is_no_leak(tmp_path: Path) -> None:
    """It is said without a suspicion."""
    (note,) = seen(project(tmp_path, "tenure,refund date")).notes
    assert note.column == "id"
    assert "after the churn" not in note.words


@pytest.mark.parametrize(
    ("score", "name"),
    [(None, "score.csv"), ("a,b", "score.csv"), (None, "s3://b/k.csv"), (None, ""), (None, "-")],
)
def test_nothing_is_said_where_nothing_can_be_compared(
    tmp_path: Path, score: str | None, name: str
) -> None:
    """No such table, another table altogether, one that is far away: scoring will say so."""
    assert not seen(project(tmp_path, score, name)).lacking
