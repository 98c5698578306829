"""What a model promised when it was trained, and the window that its question asks about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from unchurn.artefacts import Evaluation, Model
from unchurn.errors import ArtefactError
from unchurn.history import Question
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.matured import Window
from unchurn.modelling.watching.realised import Promise, promised_lift
from unchurn.modelling.watching.watched_slices import Slicing, slicings
from unchurn.pipeline.chosen_model import choose_model, latest_judgement
from unchurn.pipeline.identity import place_of
from unchurn.pipeline.runs import RunLine
from unchurn.project import Project
from unchurn.registry import ModelStore


@dataclass(frozen=True)
class Promised:
    """A model's question and its evaluation; `evaluation` is {} where it is not kept here.

    `contract`: that of the history it was trained on; None where that was a table. `slices`: what training had of
    them, and how customers are told apart.
    """

    contract: Mapping[str, Any] | None
    plan: Mapping[str, Any] | None
    evaluation: Mapping[str, Any]
    slices: Sequence[tuple[Mapping[str, Any], Slicing]] = ()

    def window(self, project: Project, line: RunLine) -> Window | None:
        """Return the window of a scoring; None where its day is not known.

        Of a table, lengths are those that churn.toml has today.
        """
        if not line.as_of:
            return None
        day = date.fromisoformat(line.as_of)
        if self.contract is None:
            return Window.of(day, project.churn.lead_days, project.churn.horizon_days)
        question = Question.from_plain(self.contract["question"])
        return Window.of(day, question.lead_days, question.horizon_days, question.merge_days)

    def at(self, share: float) -> Promise:
        """Return what was promised, the lift at a share."""
        ours = self.evaluation.get("unchurn")
        if ours is None:
            return Promise()
        metrics, rows = ours["metrics"], ours["rows"]
        captured = np.asarray(ours["curves"]["gains"]["captured"], dtype=np.float64)
        lift = promised_lift(captured, share, int(rows["test_churned"]))
        return Promise(int(rows["train"]), metrics["roc_auc"], metrics["log_loss"], lift)


def promised(project: Project, line: RunLine, store: ModelStore | None = None) -> Promised:
    """Read what the model of a scoring promised; nothing where it is not kept on this machine."""
    run = None if line.model_version is not None else line.model_run_id
    if run == "":
        return Promised(None, None, {})
    chosen = choose_model(project, line.model_version, run, store)
    model = Model.load(chosen.bundle)
    judged = latest_judgement(project, chosen)
    try:
        evaluation = Evaluation.load(place_of(project, judged, Evaluation)).evaluation
    except ArtefactError:
        evaluation = {}
    return Promised(model.contract, model.plan, evaluation, _slices(model))


def _slices(model: Model) -> list[tuple[Mapping[str, Any], Slicing]]:
    """Read the slices that a model's baseline keeps; none of a version that kept none."""
    kept = (model.baseline or {}).get("slices", [])
    columns = (EncodedColumn.from_plain(each) for each in model.encoder["columns"])
    return list(zip(kept, slicings(kept, {each.name: each for each in columns}), strict=True))


class Models:
    """What models promised, read once each."""

    def __init__(self, project: Project, store: ModelStore | None) -> None:
        self._project, self._store = project, store
        self._known: dict[tuple[int | None, str], Promised] = {}

    def of(self, line: RunLine) -> Promised:
        """Return what the model of a scoring promised."""
        key = line.model_version, line.model_run_id
        if key not in self._known:
            self._known[key] = promised(self._project, line, self._store)
        return self._known[key]
