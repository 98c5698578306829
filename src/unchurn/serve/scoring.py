"""Rows → scores with reasons: one function for a live request and for batch transform."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from unchurn.artefacts import ROW, Model, Schema, ScoringRun
from unchurn.modelling.scoring import cutpoints
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.load_check import check_loads
from unchurn.modelling.scoring.reason_rows import ReasonPolicy
from unchurn.modelling.scoring.reasons import Related
from unchurn.modelling.scoring.score_rows import Scorer, placed, with_reasons
from unchurn.modelling.scoring.sentences import explained
from unchurn.project import Project
from unchurn.serve.payloads import Rows
from unchurn.serve.typing_rows import Typing


@dataclass(frozen=True)
class Scoring:
    """A bundle that is loaded and ready. A row's answer depends on that row alone.

    `cut`: the probability from which a customer is given reasons.
    """

    typing: Typing
    scorer: Scorer
    related: Related
    cut: float

    @classmethod
    def load(cls, bundle: Path, run: ScoringRun, settings: dict[str, Any] | None = None) -> Self:
        """Load the Model published in `bundle`: hashes first, then in a child, then here.

        `settings` are sections ``decision`` and ``score`` as in churn.toml; those that are not
        given are as they were at training. Raises `ArtefactError` when the bundle is damaged,
        `ConfigError` for settings that cannot be used.
        """
        check_loads(bundle)
        model = Model.load(bundle)
        kept = {name: model.config[name] for name in ("decision", "score")}
        project = Project.from_plain({**kept, **(settings or {})}, bundle)
        policy = ReasonPolicy.of(project.score)
        stored = cutpoints.quantiles(model.model)
        live = LiveModel.load(model.boosters, model.model, model.encoder)
        schema = Schema.from_plain(model.schema)
        missing = tuple(model.config["data"]["missing"])
        return cls(
            Typing(schema, project.decision.clv, missing),
            Scorer(live, schema, stored, project.decision, project.score.bands, run),
            model.profile.get("related", ()),
            np.inf if policy.kind == "none" else cutpoints.share_cut(stored, policy.share),
        )

    def score(self, rows: Rows) -> pa.RecordBatch:
        """Score customers as they were sent: every column of the scores, and `ROW` if it was sent.

        Raises `DataError` naming the line and the field at fault, or the columns missing.
        """
        customers = self.typing.typed(rows)
        columns = self.scorer.columns(customers.schema)
        matrix = self.scorer.live.encoder.transform(customers)
        scored = self._with_reasons(customers, self.scorer.score(customers, matrix, columns))
        if ROW not in rows.names:
            return scored
        named = pa.schema([(ROW, pa.int64()), *scored.schema])
        return pa.record_batch([customers.column(ROW), *scored.columns], schema=named)

    def _with_reasons(self, customers: pa.RecordBatch, scored: pa.RecordBatch) -> pa.RecordBatch:
        probability = scored.column("probability").to_numpy()
        chosen = np.flatnonzero(probability >= self.cut)
        if not len(chosen):
            return scored
        rows = customers.take(pa.array(chosen))
        reasons = explained(rows, self.scorer.live, self.related, lambda done: None)
        return with_reasons(scored, placed(reasons, chosen, 0, scored.num_rows))
