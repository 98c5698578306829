"""collect: a Batch and what the batch transform answered → the very Scores that `score` makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import ROW, Batch, Model, Schema, Scores, Workspace
from unchurn.errors import ArtefactError
from unchurn.modelling.drift.difference import led
from unchurn.modelling.drift.risk_share import RiskShare
from unchurn.modelling.scoring import cutpoints
from unchurn.modelling.scoring.decisions import Contacts, contacted
from unchurn.modelling.scoring.reason_rows import ReasonPolicy, Riskiest
from unchurn.modelling.scoring.score_rows import REASON_NAMES, placed, score_columns, with_reasons
from unchurn.progress import Progress
from unchurn.tables.answers import AGAIN, Answers, reconcile
from unchurn.tables.parquet import write_parquet

_ROWS = 65_536


def collect(
    model: Model,
    batch: Batch,
    answers: Answers,
    decision: config.Decision,
    score: config.Score,
    workspace: Workspace,
    progress: Progress,
) -> Scores:
    """Hold the answers against the Batch, row by row, and keep reasons as [score] says.

    Raises `ArtefactError` when a row is missing, extra, repeated or of another customer.
    """
    schema = Schema.from_plain(model.schema)
    policy = ReasonPolicy.of(score)
    stored = cutpoints.quantiles(model.model)
    riskiest, risk = Riskiest.under(policy, stored), RiskShare(stored)
    contacts = Contacts(decision)
    first, target = Path(workspace) / "answered.parquet", Path(workspace) / "scores.parquet"
    with progress.task("Collecting"):
        columns = score_columns(schema, pq.read_schema(batch.customers).names)
        numbered = pa.schema([(ROW, pa.int64()), *columns])
        rows = write_parquet(
            _watched(answers, columns, riskiest, risk, contacts), first, numbered, staged=True
        )
        _check(first, batch.customers, schema.id)
        explained = {"all": rows, "none": 0}.get(policy.kind)
        if explained is None:
            explained = _limited(first, target, columns, riskiest)
        else:
            write_parquet((part.select(columns.names) for part in _parts(first)), target, columns)
    first.unlink()
    notes = led(batch.notes, risk.differs())
    counts = riskiest.counts(batch, rows, explained, contacts.to_plain(), notes)
    return Scores(target, batch.rejects, counts)


def _watched(
    answers: Answers, columns: pa.Schema, riskiest: Riskiest, risk: RiskShare, contacts: Contacts
) -> Iterator[pa.RecordBatch]:
    for part in answers.batches(columns):
        probability = part.column("probability").to_numpy(zero_copy_only=False)
        riskiest.add(probability, part.select(REASON_NAMES), contacted(part))
        risk.look(probability)
        contacts.look(part)
        yield part


def _check(answered: Path, sent: Path, key: str | None) -> None:
    """Compare row numbers, and ids where there are any."""
    names = [ROW, *([key] if key else [])]
    theirs, ours = (pq.read_table(path, columns=names) for path in (answered, sent))
    reconcile(np.asarray(theirs[ROW]), np.asarray(ours[ROW]))
    if key and not theirs[key].equals(ours[key]):
        raise ArtefactError("The answers carry other ids than the customers sent.", AGAIN)


def _limited(first: Path, target: Path, columns: pa.Schema, riskiest: Riskiest) -> int:
    """Leave reasons to whom to contact and to the riskiest others that the limit allows."""
    positions, chosen = riskiest.chosen()
    kept = [pa.nulls(0, pa.string())] * len(REASON_NAMES)
    if chosen is not None:
        kept = [chosen.column(name).combine_chunks() for name in REASON_NAMES]
    write_parquet(_merged(first, columns, kept, positions), target, columns)
    return len(positions) + riskiest.contacted


def _merged(
    first: Path, columns: pa.Schema, reasons: list[pa.Array], positions: np.ndarray
) -> Iterator[pa.RecordBatch]:
    start = 0
    for part in _parts(first):
        scored = part.select(columns.names)
        found, own = placed(reasons, positions, start, scored.num_rows), pa.array(contacted(scored))
        pairs = zip(REASON_NAMES, found, strict=True)
        kept = [pc.if_else(own, scored.column(name), limited) for name, limited in pairs]
        yield with_reasons(scored, kept)
        start += scored.num_rows


def _parts(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False) as source:
        yield from source.iter_batches(_ROWS)
