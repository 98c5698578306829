"""The training door: one configuration tried, or a model made of the fixed ones and a found one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from unchurn import project as config
from unchurn.artefacts import Model, Params, Prepared, Schema
from unchurn.aws.tuner import METRICS
from unchurn.container.folders import Folders, hand_over
from unchurn.container.hosts import together
from unchurn.container.hyperparameters import TRIAL, read_hyperparameters
from unchurn.container.kept_fits import KeptFits, keeping
from unchurn.container.log import Log
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.folds import Folds
from unchurn.modelling.fitting.objectives import OBJECTIVES
from unchurn.modelling.fitting.plan import Plan, plan
from unchurn.modelling.fitting.pool import ALONE, Spread
from unchurn.modelling.fitting.space import from_tuner, rate_of, space_of
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.modelling.judging.importance import Explained
from unchurn.modelling.judging.judged_rows import JudgedRows
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.pipeline.identity import code_sha256
from unchurn.project import Project
from unchurn.runner import Run, run_step
from unchurn.steps.evaluate import write_explanations
from unchurn.steps.train import train
from unchurn.tables.spelling import spelled


@dataclass(frozen=True)
class Found:
    """What a tuner found, as its strings; empty when there was no tuning."""

    searched: Mapping[str, str]

    def fingerprint(self) -> dict[str, str]:
        """Identify it."""
        return dict(self.searched)


def run_training(folders: Folders, work: Path) -> None:
    """Do what the hyperparameter ``task`` says, from the channels ``project`` and ``prepared``.

    "trial" prints the tuner's line; "train" puts a Model into the model folder, its Params
    into ``output/data/params``, and into ``output/data/explanations`` what moves its scores, as
    the evaluation tells it. Of several hosts, which share the fits of "train", the first alone does.
    Where the job was given a place for checkpoints, fits are kept there, and taken from there.
    Raises what the step raises, and `HostError` where another host is missing or has failed.
    """
    given = read_hyperparameters(folders.hyperparameters)
    project = Project.load(folders.channel("project"))
    training = {"task": given.task, "searched": dict(given.searched)}
    with keeping(folders, project, training, work) as kept:
        if given.task == TRIAL:
            prepared = Prepared.load(folders.channel("prepared"))
            sys.stdout.write(_tried(prepared, project, given.searched, kept or ALONE) + "\n")
        else:
            _train(folders, project, work, Found(given.searched), kept)


def _train(
    folders: Folders, project: Project, work: Path, found: Found, kept: KeptFits | None
) -> None:
    with together(folders.resources) as hosts:
        where = Run(
            work / "runs" / "job",
            project,
            code_sha256(),
            {Found: found},
            {Prepared: folders.channel("prepared")},
            Log(),
            spread=kept.over(hosts) if kept else hosts,
        )
        run_step(_params, where)
        run_step(train, where)
        if hosts.leads:
            _hand_over(where, folders)


def _hand_over(where: Run, folders: Folders) -> None:
    hand_over(where.place(Model), folders.model)
    hand_over(where.place(Params), folders.output / "data" / "params")
    _explain(
        Prepared.load(where.place(Prepared)),
        Model.load(where.place(Model)),
        where.project,
        folders.output / "data" / "explanations",
    )


def _params(
    prepared: Prepared,
    tune: config.Tune,
    train: config.Train,
    split: config.Split,
    found: Found,
) -> Params:
    """Add to the fixed configurations what the tuner found, as `tune` adds what a search found."""
    size = _plan(prepared, Encoder.from_plain(prepared.encoder), split)
    configurations = size.fixed(train.configurations, train.own)
    if found.searched:
        configurations.append(from_tuner(found.searched, rate_of(tune, size), space_of(tune)))
    return Params([each.to_plain() for each in configurations])


def _tried(
    prepared: Prepared, project: Project, searched: Mapping[str, str], spread: Spread
) -> str:
    """Cross-fit the tuner's configuration on the folds that `train` uses; say how good it is."""
    encoder = Encoder.from_plain(prepared.encoder)
    size = _plan(prepared, encoder, project.split)
    tune = project.tune
    configuration = from_tuner(searched, rate_of(tune, size), space_of(tune))
    rows = Rows.read(prepared.train, encoder)
    settings = Settings.of(encoder.feature_types, rows.labels, project.train)
    folds = Folds.of(rows, settings, size.folds, size.rounds)
    with Log().task(f"Trying {configuration.to_plain()['params']}", len(folds.held)) as task:
        fitted = folds.cross_fit([configuration], task.advance, spread)[0]
    measured = {
        name: OBJECTIVES[objective].measure(folds.labels, fitted.margins)
        for objective, (name, _) in METRICS.items()
    }
    return " ".join(f"{name}={value:.5f}" for name, value in measured.items())


def _explain(prepared: Prepared, model: Model, project: Project, folder: Path) -> None:
    """Write shap.csv and feature_importance.png of the boosters that never saw a test row."""
    live = LiveModel.load(model.evaluated, model.model, model.encoder, project.train.threads)
    with Log().task("Explaining"):
        rows = JudgedRows.read(prepared.test, live)
        explained = Explained.of(live, rows, project.evaluate.shap_rows)
        names = spelled(project.columns, live.encoder.features).names
        folder.mkdir(parents=True, exist_ok=True)
        write_explanations(explained, Schema.from_plain(model.schema).id, names, folder)


def _plan(prepared: Prepared, encoder: Encoder, split: config.Split) -> Plan:
    rows = prepared.rows
    return plan(rows["train"], rows["train_churned"], len(encoder.columns), split.folds)
