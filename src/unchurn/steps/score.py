"""Score: one row per customer of a batch, streamed, with reasons for the riskiest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import Batch, Model, Schema, Scores, ScoringRun, Workspace
from unchurn.errors import ArtefactError
from unchurn.modelling.drift.difference import led
from unchurn.modelling.drift.risk_share import RiskShare
from unchurn.modelling.encoding.encoder import Matrix
from unchurn.modelling.scoring import cutpoints
from unchurn.modelling.scoring.answering import ANSWER, Answering, Whom, model_files
from unchurn.modelling.scoring.decisions import Contacts, contacted
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.reason_rows import ReasonPolicy, Riskiest
from unchurn.modelling.scoring.reasons import REASONS, Related
from unchurn.modelling.scoring.score_rows import REASON_NAMES, Scorer, placed, with_reasons
from unchurn.modelling.scoring.sentences import explained
from unchurn.progress import Progress, Task
from unchurn.tables.engines.spark_workers import Workers, open_workers
from unchurn.tables.parquet import write_parquet
from unchurn.tables.prefetch import ahead
from unchurn.tables.spelling import spelled, worth_spelled

ROWS = 65_536
"""Rows predicted at a time: enough to keep XGBoost's threads busy, little enough for memory."""
Places = npt.NDArray[np.int64]
NO_REASONS = [pa.nulls(0, pa.string())] * REASONS


def score(
    model: Model,
    batch: Batch,
    columns: config.Columns,
    decision: config.Decision,
    score: config.Score,
    train: config.Train,
    engine: config.Engine,
    run: ScoringRun,
    workspace: Workspace,
    progress: Progress,
) -> Scores:
    """Score every customer of `batch`; see `Scores` for the columns.

    Memory does not grow with the rows (it does with [score] reasons_limit). Where [engine] names
    Spark its workers predict and explain, and the file is the same. Raises
    `ConfigError` for reasons, bands or a clv column that cannot be used.
    """
    policy = ReasonPolicy.of(score)
    stored = cutpoints.quantiles(model.model)
    live = LiveModel.load(model.boosters, model.model, model.encoder, train.threads)
    schema = Schema.from_plain(model.schema)
    decision = worth_spelled(decision, schema.names)
    scorer = Scorer(live, schema, stored, decision, score.bands, run)
    riskiest = Riskiest.under(policy, stored)
    risk, contacts = RiskShare(stored), Contacts(decision)
    with (
        _opened(batch.customers, live.encoder.category_features) as customers,
        open_workers(engine, customers.metadata.num_rows, Path(workspace)) as workers,
    ):
        words = Phrasing.of(spelled(columns, live.encoder.features))
        related = model.profile.get("related", ())
        asked = None
        if workers is not None:
            files = model_files(model)
            whom = _WHOM[policy.kind]
            by = Answering.by(files, related, words, decision, whom)
            workers.send(files)
            asked = _Asked(workers, by, customers, live.encoder.features, progress)
        scoring = _Scoring(customers, scorer, related, words, progress, risk, contacts, asked)
        target = Path(workspace) / "scores.parquet"
        given = _PASSES[policy.kind](scoring, riskiest, target)
        rows = customers.metadata.num_rows
    notes = led(batch.notes, risk.differs())
    counts = riskiest.counts(batch, rows, given, contacts.to_plain(), notes)
    dated = {"as_of": run.as_of} if run.as_of else {}
    # the rows name the version; of a model without one nothing else tells whose list it is
    named = {} if run.model_version is not None else {"model_run_id": run.model_run_id}
    return Scores(target, batch.rejects, {**counts, **dated, **named})


class _Asked:
    """Customers whom Spark's workers have answered, to be taken in order; they explain others too."""

    def __init__(
        self,
        workers: Workers,
        by: Answering,
        customers: Any,
        features: Sequence[str],
        progress: Progress,
    ) -> None:
        self._workers, self._by = workers, by
        found = customers.schema_arrow
        reads = [each for each in found.names if each in {*features, by.decision.clv}]
        schema = pa.schema([found.field(each) for each in reads])
        sent = (each.select(reads) for each in customers.iter_batches(ROWS, columns=reads))
        # nothing is asked before the first answer is taken
        self._answers = _told(
            progress, lambda heard: workers.ask("customers", sent, schema, by, heard)
        )
        self._waiting = pa.table({each.name: pa.array([], each.type) for each in ANSWER})

    def take(self, rows: int) -> pa.Table:
        """Return the answers of the next rows. Raises `ArtefactError` where there are fewer."""
        parts = [self._waiting]
        while sum(each.num_rows for each in parts) < rows:
            found = next(self._answers, None)
            if found is None:
                raise ArtefactError(
                    "Spark's workers answered for fewer customers than they were given.",
                    "Run the same command again, or use another engine.",
                )
            parts.append(pa.Table.from_batches([found]))
        together = pa.concat_tables(parts)
        self._waiting = together.slice(rows)
        return together.slice(0, rows).combine_chunks()

    def reasons(self, rows: pa.Table | pa.RecordBatch) -> list[pa.Array]:
        """Have rows explained that were not."""
        rows = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
        by = replace(self._by, whom="all")
        answers = self._workers.ask("others", rows.to_batches(), rows.schema, by, _unheard)
        return _reasons(pa.Table.from_batches(answers, ANSWER))


def _told(
    progress: Progress, ask: Callable[[Callable[[float], None]], Iterator[pa.RecordBatch]]
) -> Iterator[pa.RecordBatch]:
    """Yield answers, saying how far the workers are until the first is there."""
    with progress.task("Asking Spark's workers", 1) as task:
        answers = ask(task.advance)
        first = next(answers, None)
    if first is not None:
        yield first
    yield from answers


def _unheard(share: float) -> None:
    """Say nothing of a few."""


@dataclass(frozen=True)
class _Scoring:
    """Customers being scored: what every way of giving reasons needs."""

    customers: Any
    scorer: Scorer
    related: Related
    words: Phrasing
    progress: Progress
    risk: RiskShare
    contacts: Contacts
    asked: _Asked | None

    @property
    def columns(self) -> pa.Schema:
        return self.scorer.columns(self.customers.schema_arrow)

    def scored(self) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        """Yield customers and their scores, batch by batch; reasons are null.

        A batch is read while the one before it is predicted and the one before that written:
        XGBoost leaves cores idle between batches otherwise.
        """
        with self.progress.task("Scoring", self.customers.metadata.num_rows) as task:
            for batch, scored in ahead(self._predicted()):
                self.risk.look(scored.column("probability").to_numpy())
                self.contacts.look(scored)
                yield batch, scored
                task.advance(batch.num_rows)

    def _predicted(self) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        columns = self.columns
        if self.asked is not None:
            for batch in self._read():
                found = self.asked.take(batch.num_rows)
                probability = found.column("probability").to_numpy()
                scored = self.scorer.answered(batch, probability, columns)
                yield batch, with_reasons(scored, _reasons(found))
            return
        for batch, matrix in ahead(self._encoded()):
            yield batch, self.scorer.score(batch, matrix, columns)

    def _encoded(self) -> Iterator[tuple[pa.RecordBatch, Matrix]]:
        for batch in self._read():
            yield batch, self.scorer.live.encoder.transform(batch)

    def _read(self) -> Iterator[pa.RecordBatch]:
        reads = self.scorer.reads(self.customers.schema_arrow.names)
        return iter(self.customers.iter_batches(ROWS, columns=reads))

    def explain(
        self, customers: pa.RecordBatch, scored: pa.RecordBatch, places: Places, task: Task
    ) -> pa.RecordBatch:
        """Give those at `places` of scored rows their reasons, unless workers have done so."""
        if self.asked is not None:
            task.advance(len(places))
            return scored
        if not len(places):
            return scored
        reasons = self.reasons(customers.take(pa.array(places)), task)
        return with_reasons(scored, placed(reasons, places, 0, scored.num_rows))

    def reasons(self, rows: pa.Table | pa.RecordBatch, task: Task) -> list[pa.Array]:
        """Explain rows, some at a time; `task` counts them."""
        if self.asked is not None:
            task.advance(rows.num_rows)
            return self.asked.reasons(rows)
        return explained(rows, self.scorer.live, self.related, self.words, task.advance)


def _reasons(answers: pa.Table) -> list[pa.Array]:
    return [pa.concat_arrays(answers.column(name).chunks) for name in REASON_NAMES]


def _opened(path: Path, dictionaries: Sequence[str] = ()) -> Any:
    """Open a Parquet file for streaming; pre-buffering would keep every byte that was read."""
    return pq.ParquetFile(path, pre_buffer=False, read_dictionary=list(dictionaries))


def _explain_nobody(scoring: _Scoring, riskiest: Riskiest, target: Path) -> int:
    write_parquet((scored for _, scored in scoring.scored()), target, scoring.columns)
    return 0


def _explain_all(scoring: _Scoring, riskiest: Riskiest, target: Path) -> int:
    rows = int(scoring.customers.metadata.num_rows)
    with scoring.progress.task("Explaining", rows) as task:
        all_rows = (
            scoring.explain(each, scored, np.arange(each.num_rows), task)
            for each, scored in scoring.scored()
        )
        write_parquet(all_rows, target, scoring.columns)
    return rows


def _explain_riskiest(scoring: _Scoring, riskiest: Riskiest, target: Path) -> int:
    """Score and explain whom to contact, keeping the riskiest others; then explain those too.

    The list is written anew then. Whom to contact is explained as they come: there may be many.
    """
    first = target.with_name("unexplained.parquet")
    write_parquet(_watched(scoring, riskiest), first, scoring.columns)
    positions, rows = riskiest.chosen()
    with scoring.progress.task("Explaining", len(positions)) as task:
        reasons = scoring.reasons(rows, task) if rows is not None else NO_REASONS
    with _opened(first) as scores:
        write_parquet(_merged(scores, reasons, positions), target, scoring.columns)
    first.unlink()
    return len(positions) + riskiest.contacted


def _watched(scoring: _Scoring, riskiest: Riskiest) -> Iterator[pa.RecordBatch]:
    features = list(scoring.scorer.live.encoder.features)
    with scoring.progress.task("Explaining whom to contact") as task:
        for customers, scored in scoring.scored():
            chosen = contacted(scored)
            rows = customers.select(features)
            riskiest.add(scored.column("probability").to_numpy(), rows, chosen)
            yield scoring.explain(rows, scored, np.flatnonzero(chosen), task)


def _merged(scores: Any, reasons: list[pa.Array], positions: Any) -> Iterator[pa.RecordBatch]:
    start = 0
    for scored in scores.iter_batches(ROWS):
        there = [scored.column(name) for name in REASON_NAMES]
        found = placed(reasons, positions, start, scored.num_rows)
        merged = [pc.coalesce(*each) for each in zip(there, found, strict=True)]
        yield with_reasons(scored, merged)
        start += scored.num_rows


_WHOM: dict[str, Whom] = {"none": "nobody", "all": "all", "share": "contacted"}
_PASSES = {"none": _explain_nobody, "all": _explain_all, "share": _explain_riskiest}
