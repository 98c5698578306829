"""evaluate: Prepared, Model and the champion → Evaluation, on rows the model never saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from unchurn import project as config
from unchurn import report
from unchurn.artefacts import Champion, Evaluation, Model, Prepared, Schema, Workspace
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.columns.leak_verdicts import BY_STRENGTH, SUSPECTED
from unchurn.modelling.columns.protected import protected_traits
from unchurn.modelling.judging.appraisal import Appraisal, plain, rivals
from unchurn.modelling.judging.custom_metrics import OwnMetrics
from unchurn.modelling.judging.fairness import cost, drivers
from unchurn.modelling.judging.importance import Explained
from unchurn.modelling.judging.judged_rows import JudgedRows
from unchurn.modelling.judging.leak_autopsy import autopsy, blocked_leaks
from unchurn.modelling.judging.rules import judge
from unchurn.modelling.judging.suspects import worth
from unchurn.modelling.judging.suspicion import suspected
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.progress import Progress
from unchurn.tables.matching import match_columns
from unchurn.tables.spelling import spelled
from unchurn.tables.text_rows import csv_header, csv_rows

APART = 4
"""Protected traits of which each alone is left out and measured; a fit each."""


def evaluate(
    prepared: Prepared,
    model: Model,
    champion: Champion,
    churn: config.Churn,
    columns: config.Columns,
    train: config.Train,
    evaluate: config.Evaluate,
    gate: config.Gate,
    decision: config.Decision,
    own: OwnMetrics,
    workspace: Workspace,
    progress: Progress,
) -> Evaluation:
    """Judge the `evaluated` boosters on the test rows, beside rivals and the champion.

    The report's verdict comes from the very rules that the gate applies. `own` are the team's
    metrics, whose code is part of what this depends on. Raises `ConfigError` for a metric or a slice column that cannot be had.
    """
    with progress.task("Evaluating", 4) as task:
        live = LiveModel.load(model.evaluated, model.model, model.encoder, train.threads)
        rows = JudgedRows.read(prepared.test, live)
        task.advance()
        sections = _as_spelled(rows.table.schema.names, evaluate, decision)
        given = (champion, evaluate, sections[1], train.threads)
        beside = rivals(prepared, model, rows, *given, match_columns)
        without = _without_suspects(prepared, rows, live, train)
        leaks = _with_leaks(prepared, live, train, *sections)
        task.advance()
        explained = Explained.of(live, rows, evaluate.shap_rows)
        columns = spelled(columns, live.encoder.features)
        fairness = _without_traits(prepared, rows, live, train, columns, explained)
        task.advance()
        appraisal = Appraisal(
            prepared,
            model,
            rows,
            explained,
            beside,
            without,
            leaks,
            fairness,
            own.metrics,
            *sections,
            columns,
            train.seed,
        )
        found = appraisal.to_plain()
        task.advance()
    return _written(found, explained, churn, gate, workspace)


def _without_suspects(
    prepared: Prepared, rows: JudgedRows, live: LiveModel, train: config.Train
) -> dict[str, Any]:
    """Measure what columns that look like leaks bring; {} where the model uses none."""
    suspects = suspected(prepared.findings, live.encoder.features, (BY_STRENGTH, *SUSPECTED))
    return worth(suspects, prepared.train, rows, live.encoder, train)


def _with_leaks(
    prepared: Prepared,
    live: LiveModel,
    train: config.Train,
    evaluate: config.Evaluate,
    decision: config.Decision,
) -> dict[str, Any]:
    """Measure what lists with blocked columns would have promised; {} where none was blocked."""
    schema, names = Schema.from_plain(prepared.schema), blocked_leaks(prepared.findings)
    encoder, capacity = live.encoder.plain, evaluate.capacity
    found = autopsy(names, prepared.train, schema, encoder, train, decision, capacity)
    return {**found, "words": report.leak_words(found)} if found else {}


def _without_traits(
    prepared: Prepared,
    rows: JudgedRows,
    live: LiveModel,
    train: config.Train,
    columns: config.Columns,
    explained: Explained,
) -> dict[str, Any]:
    """Measure what protected traits bring, and how far they drive scores; {} where none does."""
    traits = protected_traits(live.encoder.features, columns.protected)
    driving = drivers(traits, explained.importance())
    names = [each["column"] for each in driving]
    measured = worth(names, prepared.train, rows, live.encoder, train, apart=APART)
    return {**measured, "columns": driving, "words": cost(measured)} if driving else {}


def _as_spelled(
    names: Sequence[str], evaluate: config.Evaluate, decision: config.Decision
) -> tuple[config.Evaluate, config.Decision]:
    """Spell the columns that churn.toml names as the table does, as prepare has done."""
    try:
        slices = match_columns(evaluate.slices, names)
        if isinstance(decision.clv, str):  # maybe a slice as well, by another spelling
            decision = replace(decision, clv=match_columns([decision.clv], names)[decision.clv])
    except DataError as error:
        raise ConfigError(
            f"[evaluate] slices or [decision] clv: {error.message}", error.hint
        ) from error
    return replace(evaluate, slices=tuple(slices[name] for name in evaluate.slices)), decision


def _written(
    found: dict[str, Any],
    explained: Explained,
    churn: config.Churn,
    gate: config.Gate,
    folder: Path,
) -> Evaluation:
    project, page = found["unchurn"]["project"], folder / "report.html"
    shap, picture = write_explanations(explained, project["id"], project["names"], folder)
    title = f"Churn model: {churn.target}"
    page.write_text(report.render(found, judge(found, gate), title), encoding="utf-8")
    return Evaluation(evaluation=found, shap=shap, importance=picture, report=page)


def write_explanations(
    explained: Explained, id_column: str | None, names: Mapping[str, str], folder: Path
) -> tuple[Path, Path]:
    """Write shap.csv and feature_importance.png into `folder`; return their paths.

    `names`: what people call columns, in the picture alone.
    """
    shap, picture = folder / "shap.csv", folder / "feature_importance.png"
    rows = explained.to_arrow(id_column)
    shap.write_bytes(csv_header(rows.schema.names, ids=1) + csv_rows(rows, ids=1))
    told = {"project": {"names": dict(names)}, "shap_summary": plain(explained.summary())}
    report.shap_plot.draw(picture, report.spoken(told)["shap_summary"])
    return shap, picture
