"""Who left of a scoring of the past, as the project's own history tells by now."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.history import Question
from unchurn.history.calendar import number
from unchurn.history.filling import CUSTOMER, LEFT
from unchurn.history.observing import Asking, observe_history
from unchurn.history.plan import Plan
from unchurn.pipeline.observing import open_history
from unchurn.pipeline.other_question import refuse_other
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.tables.leaving import ANSWERS, CHURNED, ToldLeaving


def leaving_in_history(
    project: Project,
    contract: Mapping[str, Any],
    plan: Mapping[str, Any],
    day: date,
    progress: Progress,
) -> ToldLeaving:
    """Answer a model's question for the customers of a day: the labels that a training would read.

    `contract` and `plan` are the model's. Raises `DataError` where the history does not reach far enough yet,
    `OtherQuestionError` where churn.toml asks another question by now.
    """
    refuse_other(contract, Question.of(project.churn).to_plain(), "churn.toml")
    asked = Question.from_plain(contract["question"])
    alone = replace(asked, since=day, until=day + timedelta(days=1))
    only = number(day), number(day)
    asking = Asking(alone, project.history, lambda _: only, "", Plan.from_plain(dict(plan)))
    with tempfile.TemporaryDirectory(prefix="unchurn-outcomes-") as folder:
        made = observe_history(
            open_history(project), asking, project.engine, Path(folder), progress
        )
        rows = pq.read_table(made.table, columns=[CUSTOMER, LEFT])
    answers = pa.table(
        {"customer": pc.cast(rows[CUSTOMER], pa.string()), CHURNED: pc.equal(rows[LEFT], 1)}
    )
    return ToldLeaving(ANSWERS, answers.sort_by("customer"), 0)
