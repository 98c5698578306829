"""Customers → scores, with reasons where asked: live requests and batch transform alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from unchurn.artefacts import ROW, Difference, Finding, Model, Schema, ScoringRun, verify
from unchurn.modelling.drift.arrivals import Arriving, Trained
from unchurn.modelling.drift.difference import LEAST_ROWS, told
from unchurn.modelling.drift.risk_share import RiskShare
from unchurn.modelling.scoring import cutpoints
from unchurn.modelling.scoring.decisions import contacted
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.load_check import check_loads
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.reason_rows import ReasonPolicy
from unchurn.modelling.scoring.reasons import Related
from unchurn.modelling.scoring.score_rows import REASON_NAMES, Scorer, placed, with_reasons
from unchurn.modelling.scoring.sentences import explained
from unchurn.project import Project
from unchurn.serve.payloads import Sent
from unchurn.serve.refusals import Fault, Faults, RowError
from unchurn.serve.request_options import MOST_REASONS, Asked
from unchurn.serve.typing_rows import Typing
from unchurn.tables.arrivals import Arrivals, Plan
from unchurn.tables.placed import BY_PLACE, Placed
from unchurn.tables.spelling import spelled, worth_spelled


@dataclass(frozen=True)
class Scored:
    """Scores in the order sent; `numbers` are the places of `rows`, `faults` of the others.

    Where faults are kept, a customer without an id is scored and is at fault.
    """

    rows: pa.RecordBatch
    numbers: Sequence[int]
    faults: dict[int, Fault]
    notes: tuple[Finding, ...]


@dataclass(frozen=True)
class Scoring:
    """A bundle that is loaded and ready. A row's score depends on that row alone.

    `cut`: the probability from which a customer is given reasons by [score]; `identity`: the
    bundle's hash.
    """

    typing: Typing
    scorer: Scorer
    related: Related
    words: Phrasing
    trained: Trained
    cut: float
    identity: str

    @classmethod
    def load(cls, bundle: Path, run: ScoringRun, settings: dict[str, Any] | None = None) -> Self:
        """Load the Model published in `bundle`: hashes first, then in a child, then here.

        `settings` are sections ``columns`` (the words of reasons), ``decision`` and ``score`` as
        in churn.toml; those that are not given are the defaults. Raises `ArtefactError` when the
        bundle is damaged, `ConfigError` for settings that cannot be used.
        """
        check_loads(bundle)
        return cls.of(bundle, run, settings)

    @classmethod
    def of(cls, bundle: Path, run: ScoringRun, settings: dict[str, Any] | None = None) -> Self:
        """Load a bundle that has been loaded in a child before; its hashes are checked again."""
        identity = verify(bundle)
        model = Model.load(bundle)
        project = Project.from_plain({**_told_once(model.config), **(settings or {})}, bundle)
        policy = ReasonPolicy.of(project.score)
        stored = cutpoints.quantiles(model.model)
        live = LiveModel.load(model.boosters, model.model, model.encoder)
        schema = Schema.from_plain(model.schema)
        decision = worth_spelled(project.decision, schema.names)
        return cls(
            Typing.of(model, live.encoder, decision.clv),
            Scorer(live, schema, stored, decision, project.score.bands, run),
            model.profile.get("related", ()),
            Phrasing.of(spelled(project.columns, live.encoder.features)),
            Trained.of(model.profile, model.encoder),
            np.inf if policy.kind == "none" else cutpoints.share_cut(stored, policy.share),
            identity,
        )

    def score(self, sent: Sent, asked: Asked | None = None, faults: Faults | None = None) -> Scored:
        """Score customers as they were sent: every column of the scores, `ROW` if it was sent.

        Rows that carry `ROW` are a batch's, and get reasons as [score] says unless asked
        otherwise. Raises `RowError` naming row and field unless faults are kept, `DataError`
        for columns missing.
        """
        asked = asked or Asked(reasons="policy")
        faults = faults if faults is not None else Faults()
        if not sent.numbers and faults.found:
            raise RowError(next(iter(faults.found.values())))
        sent = self.typing.completed(sent)
        plan = self.typing.plan(sent.names)
        arrivals = Arrivals(plan.columns, self.trained.ranges, self.trained.bulks)
        customers = self.typing.typed(sent, faults, arrivals)
        numbers = list(sent.numbers)
        if faults.found:
            good = [place for place, n in enumerate(numbers) if n not in faults.found]
            customers, numbers = (
                customers.take(pa.array(good, pa.int64())),
                [numbers[p] for p in good],
            )
        columns = self.scorer.columns(customers.schema)
        matrix = self.scorer.live.encoder.transform(customers)
        scored = self.scorer.score(customers, matrix, columns)
        scored, notes = self._with_reasons(customers, scored, asked, ROW in sent.names)
        if ROW in sent.names:
            named = pa.schema([(ROW, pa.int64()), *scored.schema])
            scored = pa.record_batch([customers.column(ROW), *scored.columns], schema=named)
        elif not self.scorer.run.run_id:
            scored = scored.drop_columns(["run_id"])
        said: tuple[Finding, ...] = ()
        if ROW not in sent.names:
            doubts = [*arrivals.doubts(), *self._misplaced(sent, plan, customers)]
            said = (*self._compared(customers, scored, doubts), *arrivals.as_read())
            self.typing.blame_nameless(sent, customers, numbers, faults)
        found = (*said, *self._as_sent(sent), *notes)
        return Scored(scored, numbers, faults.found, found)

    def _as_sent(self, sent: Sent) -> tuple[Finding, ...]:
        """Say what of the columns was left out, and which are not the model's."""
        left_out = () if ROW in sent.names else self.typing.left_out(sent)
        placed = (BY_PLACE,) if sent.placed else ()
        return (*sent.notes, *left_out, *self.typing.plan(sent.names).findings, *placed)

    def _misplaced(self, sent: Sent, plan: Plan, customers: pa.RecordBatch) -> list[Difference]:
        """List the columns of rows without a header that hold those of others."""
        if not sent.placed:
            return []
        placed = Placed(plan.columns, self.trained.ranges)
        placed.look(customers)
        return placed.doubts()

    def _compared(
        self, customers: pa.RecordBatch, scored: pa.RecordBatch, doubts: list[Difference]
    ) -> tuple[Finding, ...]:
        """Say what differs from training, in the words of a scored list.

        Of fewer than `LEAST_ROWS` only what each of them holds: unseen values, blanks, spellings.
        """
        arriving, risk = Arriving(self.trained), RiskShare(self.scorer.stored)
        arriving.look(customers)
        differs = arriving.differs()
        if customers.num_rows < LEAST_ROWS:
            return (*told([*doubts, *differs]), *arriving.findings(differs))
        risk.look(scored.column("probability").to_numpy())
        return (*told([*doubts, *differs, *risk.differs()]), *arriving.findings(differs))

    def _with_reasons(
        self, customers: pa.RecordBatch, scored: pa.RecordBatch, asked: Asked, batch: bool
    ) -> tuple[pa.RecordBatch, tuple[Finding, ...]]:
        wanted = asked.reasons or ("policy" if batch else "none")
        probability = scored.column("probability").to_numpy()
        cut = {"policy": self.cut, "none": np.inf}.get(wanted, -np.inf)
        # by [score], whoever is to be contacted has reasons; otherwise the riskiest are asked for
        first = contacted(scored) & (wanted == "policy" and cut < np.inf)
        chosen = np.flatnonzero((probability >= cut) | first)
        most = int(wanted) if wanted.isdigit() else MOST_REASONS
        notes: tuple[Finding, ...] = ()
        if len(chosen) > most and not (batch and wanted == "policy"):
            after = " after those to contact" if first.any() else ""
            words = (
                f"Reasons are given for the riskiest {most:,} of {len(chosen):,} customers{after}."
            )
            notes = (Finding("reasons-capped", "note", words, count=most),)
            order = np.lexsort((-probability[chosen], ~first[chosen]))
            chosen = np.sort(chosen[order[:most]])
        if len(chosen):
            rows = customers.take(pa.array(chosen))
            reasons = explained(rows, self.scorer.live, self.related, self.words, lambda done: None)
            scored = with_reasons(scored, placed(reasons, chosen, 0, scored.num_rows))
        elif not batch and wanted == "none":
            scored = scored.drop_columns(list(REASON_NAMES))
        return scored, notes


def _told_once(config: dict[str, Any]) -> dict[str, Any]:
    """Read the settings that bundles held before they were left to whoever serves them."""
    said = config.get("columns", {})
    words = {name: said[name] for name in ("actionable", "names") if name in said}
    return {"columns": words, **{k: config[k] for k in ("decision", "score") if k in config}}
