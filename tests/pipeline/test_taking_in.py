"""What a history is asked about scorings of the past, and which of them it cannot tell of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.demo.settings import HISTORY_TOML
from unchurn.history import Question
from unchurn.pipeline import taking_in
from unchurn.pipeline.promises import Models, Promised
from unchurn.pipeline.runs import SCORING, RunLine, Runs
from unchurn.pipeline.told_outcomes import known_outcomes, take_in
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.tables.leaving import ANSWERS, DAYS, ToldLeaving


def scored(project: Project, day: str, version: int) -> RunLine:
    """A scoring of a day."""
    path = project.root / "runs" / day / "scores" / "scores.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"customer": ["a", "b"], "probability": [0.5, 0.5]}), path)
    return RunLine(day, SCORING, day, version, "", "", day, 2, 0, None, 0.5, "", (), day)


class Kept(Models):
    """Models that were trained on the history, each with the question of its version."""

    def __init__(self, questions: dict[int, dict[str, Any]]) -> None:
        self.questions = questions

    def of(self, line: RunLine) -> Promised:
        """Return the promise of a scoring's version."""
        return Promised({"question": self.questions[line.model_version or 0]}, {}, {})


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """Days that the history is asked about; it answers that 'a' left and 'b' stayed."""
    days: list[date] = []
    answer = taking_in.leaving_in_history

    def answered(project: Any, contract: Any, plan: Any, day: date, progress: Any) -> ToldLeaving:
        if contract["question"]["horizon_days"] != project.churn.horizon_days:
            return answer(project, contract, plan, day, progress)
        days.append(day)
        rows = pa.table({"customer": ["a", "b"], "churned": [True, False]})
        return ToldLeaving(ANSWERS, rows, 0)

    monkeypatch.setattr(taking_in, "leaving_in_history", answered)
    return days


def history(folder: Path, horizon: int) -> tuple[Project, dict[str, Any]]:
    """A project of a history, and its question."""
    text = HISTORY_TOML.replace("horizon_days = 30", f"horizon_days = {horizon}")
    (folder / "churn.toml").write_text(text, "utf-8")
    project = Project.load(folder)
    return project, Question.of(project.churn).to_plain()


def test_lists_of_another_question_are_passed_over_and_the_rest_is_told(
    tmp_path: Path, asked: list[date]
) -> None:
    """After [churn] was changed: one note with their days, and what the history tells of the others."""
    _, before = history(tmp_path, 60)
    project, now = history(tmp_path, 30)
    days = (("2027-03-01", 2), ("2027-02-01", 1), ("2027-01-01", 1))
    lines = tuple(scored(project, *each) for each in days)
    models = Kept({1: before, 2: now})
    notes = taking_in.take_in_history(project, "2027-06-01", Runs(lines, {}), models, Silent())
    assert len(notes) == 1
    assert notes[0].startswith(
        "The history does not tell who left of 2027-01-01, 2027-02-01: churn.toml asks another question"
    ), notes
    assert asked == [date(2027, 3, 1)]
    assert known_outcomes(project, "2027-06-01", lines[0].list_id, "customer").answers.num_rows == 2


@pytest.mark.parametrize(("day", "asks"), [("2027-03-15", True), ("2027-05-20", False)])
def test_a_history_is_asked_unless_days_were_told_once_the_window_was_settled(
    tmp_path: Path, asked: list[date], day: str, asks: bool
) -> None:
    """A file of days from before says nothing of the end of the window, however often it is asked."""
    project, now = history(tmp_path, 30)
    rows = pa.table({"customer": ["a"], "left_on": [date(2027, 3, 12)]})
    take_in(project, ToldLeaving(DAYS, rows, 0, "customer"), day, "", "", Silent())
    lines = (scored(project, "2027-03-01", 1),)
    taking_in.take_in_history(project, "2027-06-01", Runs(lines, {}), Kept({1: now}), Silent())
    assert bool(asked) is asks
