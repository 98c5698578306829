"""A scoring with what became of its customers: who is known to have left, and who was contacted meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import Batch, Scores
from unchurn.campaigns import Entry, Ledger
from unchurn.errors import DataError
from unchurn.modelling.judging.profit_gains import earned_by, listed
from unchurn.modelling.scoring.decisions import customer_value
from unchurn.modelling.scoring.profit import expected_value, is_given
from unchurn.modelling.watching.matured import Window
from unchurn.modelling.watching.realised import Judged, Sliced
from unchurn.modelling.watching.watched_slices import Slicing
from unchurn.pipeline.identity import place_of
from unchurn.pipeline.runs import RunLine
from unchurn.pipeline.told_outcomes import Known
from unchurn.project import Project
from unchurn.tables.spelling import worth_spelled

Mask = npt.NDArray[np.bool_]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cohort:
    """The customers of a scoring, (n,) each. `left`: 1, 0, or -1 where it is not known.

    `gone_before`: had left before the window, so that they neither left in it nor stayed. `weights`: how many
    customers each stands for; 0 of whom a campaign contacted. `alone`: customers a campaign left alone.
    `nobody_like`: customers whom a campaign contacted and of whom it left nobody alone who could stand for
    them. `earned`, `hoped`: see `Judged`.
    """

    probabilities: F64
    left: npt.NDArray[np.int8]
    gone_before: int
    weights: F64
    contacted: Mask
    alone: Mask
    nobody_like: int
    earned: F64 | None
    hoped: F64 | None

    @property
    def counting(self) -> Mask:
        """Tell whom the model is judged on, (n,): outcome known, and not contacted."""
        return np.asarray((self.left >= 0) & (self.weights > 0))

    def answered(self) -> float:
        """Return the share of whom it is known, among all who had not left before the window."""
        return float(np.count_nonzero(self.left >= 0) / max(len(self.left) - self.gone_before, 1))

    def judged(self) -> Judged:
        """Return whom the model is judged on."""
        rows = self.counting
        money = None if self.earned is None or self.hoped is None else (self.earned, self.hoped)
        return Judged(
            self.left[rows].astype(np.int64),
            self.probabilities[rows],
            self.weights[rows],
            *(each[rows] for each in money or ()),
        )

    def to_plain(self) -> dict[str, Any]:
        """Count whom there is, and show the contacted apart."""
        known = self.contacted & (self.left >= 0)
        return {
            "known": int(np.count_nonzero(self.left >= 0)),
            "gone_before": self.gone_before,
            "left_alone": int(np.count_nonzero(self.alone)),
            "nobody_like": self.nobody_like,
            "contacted": {
                "customers": int(np.count_nonzero(self.contacted)),
                "known": int(np.count_nonzero(known)),
                "left": int(np.count_nonzero(self.left[known] == 1)),
                "expected": float(self.probabilities[known].sum()),
            },
        }

    def contact_share(self) -> float | None:
        """Return the share of customers that the list says to contact; None without costs, or of nobody."""
        share = float(np.mean(self.hoped > 0)) if self.hoped is not None else 0.0
        return share if 0 < share < 1 else None


def cohort_of(
    project: Project, line: RunLine, window: Window | None, known: Known, ledger: Ledger
) -> Cohort:
    """Put together what is known of a scoring, whose files are sound."""
    path = _scores(project, line)
    scores = pq.read_table(path, columns=[pq.read_schema(path).names[0], "probability"])
    ids = pc.utf8_trim_whitespace(pc.cast(scores.column(0), pa.string())).combine_chunks()
    probabilities = np.asarray(scores["probability"].to_numpy(), dtype=np.float64)
    left, gone = _left(ids, window, known)
    arms = _arms(ledger, ids, line.as_of, window)
    return Cohort(
        probabilities, left, gone, *arms, *_money(project, line, probabilities, left == 1)
    )


def sliced(
    project: Project, line: RunLine, slices: Sequence[tuple[Mapping[str, Any], Slicing]], rows: Mask
) -> list[Sliced]:
    """Return what training had of the slices, and in which those of a scoring's customers are who count.

    Nothing is said of slices where the customers are not here.
    """
    found: list[Sliced] = []
    customers = _customers(project, line)
    if not customers.is_file():
        return found
    with pq.ParquetFile(customers, pre_buffer=False) as source:
        for then, cut in slices:
            cells = source.read(columns=[cut.part.name]).column(0).combine_chunks()
            found.append((then, cut.places(cells)[rows]))
    return found


def key_of(project: Project, line: RunLine) -> str:
    """Return the name of a scoring's column of ids; "" where its customers have none."""
    name = str(pq.read_schema(_scores(project, line)).names[0])
    return "" if name == "row_number" else name


def ids_of(project: Project, line: RunLine) -> pa.Array:
    """Return the ids of a scoring, trimmed, (n,)."""
    path = _scores(project, line)
    ids = pq.read_table(path, columns=[pq.read_schema(path).names[0]]).column(0)
    return pc.utf8_trim_whitespace(pc.cast(ids, pa.string())).combine_chunks()


def _scores(project: Project, line: RunLine) -> Path:
    return place_of(project, line.scoring, Scores) / "scores.parquet"


def _customers(project: Project, line: RunLine) -> Path:
    return place_of(project, line.scoring, Batch) / "customers.parquet"


def _left(ids: pa.Array, window: Window | None, known: Known) -> tuple[npt.NDArray[np.int8], int]:
    """Tell who left in the window: by answers where there are some, else by days of leaving.

    Whom days do not name has stayed only where they were told once the window was settled. Returns too how many
    had left before the window and of whom there is no answer.
    """
    left = np.full(len(ids), -1, dtype=np.int8)
    before = np.zeros(len(ids), np.bool_)
    if known.days_told and window is not None:
        when = known.days["left_on"]
        inside = pc.and_(
            pc.greater_equal(when, pa.scalar(window.begins, pa.date32())),
            pc.less(when, pa.scalar(window.ends, pa.date32())),
        )
        earlier = pc.less(when, pa.scalar(window.begins, pa.date32()))
        left_in, before = (_among(ids, known.days.filter(each)) for each in (inside, earlier))
        if known.days_reach(window):
            left[~before] = 0
        left[left_in] = 1
    answers = _final(known.answers, window)
    if answers.num_rows:
        place = pc.index_in(ids, answers["customer"].combine_chunks())
        said = answers["churned"].combine_chunks().take(place)
        there = np.asarray(pc.is_valid(said).to_numpy(zero_copy_only=False))
        values = np.asarray(pc.fill_null(said, False).to_numpy(zero_copy_only=False))
        left[there] = values[there]
    return left, int(np.count_nonzero(before & (left < 0)))


def _final(answers: pa.Table, window: Window | None) -> pa.Table:
    """Leave out who was said to have stayed before that could be known."""
    if window is None:
        return answers
    late = pc.greater_equal(answers["known_on"], str(window.settled))
    return answers.filter(pc.or_(answers["churned"], late))


def _among(ids: pa.Array, rows: pa.Table) -> Mask:
    found = pc.is_in(ids, rows["customer"].combine_chunks())
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _arms(
    ledger: Ledger, ids: pa.Array, day: str, window: Window | None
) -> tuple[F64, Mask, Mask, int]:
    """Find whom campaigns contacted and whom they left alone while outcomes were counted."""
    contacted, alone = np.zeros(len(ids), np.bool_), np.zeros(len(ids), np.bool_)
    weights, nobody_like = np.ones(len(ids)), 0
    for entry, members in _campaigns(ledger, day, window):
        facts = ledger.told(entry).facts
        names = [each.customer for each in members]
        chosen = np.array([each.arm == "contact" for each in members], dtype=np.bool_)
        reached = np.array([facts.get((name, "contacted"), False) for name in names], np.bool_)
        stratum = np.array([each.stratum for each in members], dtype=np.int64)
        own, like = _weights(chosen | reached, stratum)
        place = pc.index_in(ids, pa.array(names, pa.string()))
        there = np.asarray(pc.is_valid(place).to_numpy(zero_copy_only=False))
        at = np.asarray(pc.fill_null(place, 0).to_numpy(zero_copy_only=False))
        contacted |= there & (chosen | reached)[at]
        alone |= there & ~(chosen | reached)[at]
        weights = np.where(there, weights * own[at], weights)
        nobody_like += int(np.count_nonzero(there & ~like[at]))
    weights[contacted] = 0.0
    return weights, contacted, alone & ~contacted, nobody_like


def _weights(contacted: Mask, stratum: npt.NDArray[np.int64]) -> tuple[F64, Mask]:
    """Return how many members each stands for, and whether somebody left alone stands for them.

    Within a stratum of the draw, whoever was left alone is a sample of all; outside of the draw (stratum
    0) everybody stands for themselves.
    """
    weights, like = np.zeros(len(stratum)), ~contacted
    for each in np.unique(stratum):
        inside = stratum == each
        free = inside & ~contacted
        if each > 0 and free.any():
            weights[free] = inside.sum() / free.sum()
            like[inside] = True
        else:
            weights[free] = 1.0
    return weights, like


def _campaigns(
    ledger: Ledger, day: str, window: Window | None
) -> Sequence[tuple[Entry, Sequence[Any]]]:
    """Return campaigns that ran between a scoring and the end of its window, with their members.

    Where the window is not known, all of them.
    """
    first = date.fromisoformat(day) if day else date.min
    last = window.ends if window else date.max
    running = [
        each
        for each in ledger.entries()
        if each.cancelled is None and each.starts < last and each.ends > first
    ]
    found = [(each, ledger.members(each)) for each in running]
    return [(entry, members) for entry, members in found if members]


def _money(project: Project, line: RunLine, p: F64, left: Mask) -> tuple[F64 | None, F64 | None]:
    """Return what contacting whom the list says to would have earned, and what it was expected to.

    By the costs that churn.toml has today; None where it has none, or customers' worth was not kept.
    """
    decision = project.decision
    customers: pa.Table | None = pa.table({})
    if isinstance(decision.clv, str):
        path = _customers(project, line)
        found = pq.read_schema(path).names if path.is_file() else []
        try:
            decision = worth_spelled(decision, found)
        except DataError:  # this month's table has two columns that it could be
            return None, None
        customers = pq.read_table(path, columns=[decision.clv]) if decision.clv in found else None
    if not is_given(decision) or customers is None:
        return None, None
    worth = np.broadcast_to(customer_value(customers, decision), p.shape)
    chosen = listed(p, worth, decision)
    hoped = np.where(chosen, expected_value(p, worth, decision), 0.0)
    earned = earned_by(left.astype(np.int64), worth, decision)
    return np.where(chosen, earned, 0.0), hoped
