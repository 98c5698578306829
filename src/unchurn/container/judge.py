"""The processing jobs of training: prepare, and evaluate with its gate and registry record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from unchurn.artefacts import (
    Champion,
    Clean,
    Evaluation,
    Model,
    Prepared,
    RunLineage,
    Verdict,
    dump_json,
)
from unchurn.aws.endpoint.settings import parameters_of_first
from unchurn.aws.own_code import unpack_own_code
from unchurn.aws.tuner import jobs_of, tuner_config
from unchurn.container.champion import publish_champion
from unchurn.container.folders import Folders, add_lineage, hand_over, lineage_of
from unchurn.container.log import Log
from unchurn.container.unpacking import unpack_model
from unchurn.errors import ArtefactError
from unchurn.modelling.judging.custom_metrics import OwnMetrics
from unchurn.pipeline.identity import code_sha256, config_sha256, environment
from unchurn.pipeline.observing import answering
from unchurn.pipeline.training import own_metrics
from unchurn.project import Project
from unchurn.registry import Candidate, model_card
from unchurn.runner import Run, run_step
from unchurn.steps.evaluate import evaluate
from unchurn.steps.gate import gate
from unchurn.steps.prepare import prepare

DATA = "data_sha256"
"""Key of a lineage: the sha256 of the customers as they came, which only the ETL has seen."""


def run_prepare(folders: Folders, work: Path) -> None:
    """Turn ``project`` and ``clean`` into ``prepared``, and say in ``settings`` what is next.

    Settings that AWS would refuse fail here, before anything is fitted.
    """
    clean = folders.given("clean")
    where = _run(folders, work, {Clean: clean})
    told = {
        "tuning": {"jobs": jobs_of(where.project), "config": tuner_config(where.project)},
        "endpoint": parameters_of_first(where.project),
    }
    run_step(prepare, where)
    made = where.place(Prepared)
    add_lineage(made, **{DATA: _data_sha256(clean)})
    hand_over(made, folders.made("prepared"))
    (folders.made("settings") / "settings.json").write_bytes(dump_json(told))


def run_evaluate(folders: Folders, work: Path, run_id: str) -> None:
    """Judge ``model`` on ``prepared`` beside ``champion``: ``evaluation``, ``verdict``, ``record``.

    A refused model is a verdict, not a failure: the record then offers no entry.
    """
    prepared = folders.given("prepared")
    model = unpack_model(folders.given("model"), work / "model")
    champion = publish_champion(folders.given("champion"), work / "champion")
    places = {Prepared: prepared, Model: model, Champion: champion}
    where = _run(folders, work, places)
    own = unpack_own_code(folders.given("project"), work / "own")
    metrics = own_metrics(replace(where.project, folder=own), where.progress)
    where = replace(where, given={OwnMetrics: metrics})
    run_step(evaluate, where)
    run_step(gate, where)
    lineage = RunLineage(
        run_id,
        _data_sha256(prepared),
        config_sha256(Project.load(folders.given("project"))),
        code_sha256(),
        environment(),
    )
    made = (
        Model.load(model),
        Evaluation.load(where.place(Evaluation)),
        Verdict.load(where.place(Verdict)),
    )
    candidate = Candidate.of(*made, lineage)
    # Whoever registers it knows the number.
    card = model_card(0, candidate.bundle, *made, lineage) if candidate.entry else None
    record = {**candidate.to_plain(), "card": card}
    (folders.made("record") / "record.json").write_bytes(dump_json(record))
    hand_over(where.place(Evaluation), folders.made("evaluation"))
    hand_over(where.place(Verdict), folders.made("verdict"))


def _run(folders: Folders, work: Path, places: dict[type, Path]) -> Run:
    project = answering(Project.load(folders.given("project")))
    return Run(work / "runs" / "job", project, code_sha256(), {}, places, Log())


def _data_sha256(folder: Path) -> str:
    found = lineage_of(folder).get(DATA)
    if not isinstance(found, str) or len(found) != 64:
        raise ArtefactError(
            f"The lineage of {folder.name} does not say which customers it was made from.",
            "Run the training from its beginning: the ETL job writes this.",
        )
    return found
