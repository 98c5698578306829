"""An accepted model of the effect, brought to life: what contact is expected to change for customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from unchurn.errors import listing
from unchurn.modelling.encoding.encoder import Encoder, Matrix, Tabular
from unchurn.modelling.fitting import booster as xgb
from unchurn.modelling.uplift.learners import LEARNERS, predicted
from unchurn.modelling.uplift.trial import BOOL, F64
from unchurn.modelling.uplift.usual_cells import UsualCells

RISK = "q"
"""Type of the column after the encoder's: the risk at the draw."""


@dataclass(frozen=True)
class LiveUplift:
    """Loaded boosters, what feeds them, and what turns their answer into an effect."""

    encoder: Encoder
    boosters: dict[str, Any]
    usual: UsualCells
    found: dict[str, Any]

    @classmethod
    def load(
        cls, folder: Path, uplift: dict[str, Any], encoder: dict[str, Any], threads: int = 1
    ) -> Self:
        """Read the boosters of `folder`; `uplift` and `encoder` are the artefact's. Raises `ArtefactError`."""
        names = LEARNERS[uplift["learner"]]
        boosters = {name: xgb.read(folder / f"{name}.ubj", threads) for name in names}
        return cls(
            Encoder.from_plain(encoder), boosters, UsualCells.from_plain(uplift["usual"]), uplift
        )

    def effects(self, batches: Iterable[pa.RecordBatch], risk: F64) -> tuple[F64, BOOL]:
        """Return `effect` of the rows of all batches, one after another; `risk` is that of all (rows,)."""
        share, disturbed = np.zeros(len(risk)), np.zeros(len(risk), np.bool_)
        start = 0
        for batch in batches:
            own = slice(start, start + batch.num_rows)
            share[own], disturbed[own] = self.effect(batch, risk[own])
            start += batch.num_rows
        return share, disturbed

    def effect(self, rows: Tabular, risk: F64) -> tuple[F64, BOOL]:
        """Return how many points fewer would leave, a share (rows,), and who is not to be disturbed.

        Raises `DataError` where columns are missing.
        """
        score = self.score(with_risk(self.encoder, rows, risk))
        found = self.found
        effect = found["effect"]["value"] + found["slope"] * (score - found["middle"])
        upto = found["not_to_disturb"]
        return effect, np.zeros(len(score), np.bool_) if upto is None else score <= upto

    def score(self, matrix: Matrix) -> F64:
        """Return the prediction as it was judged, (rows,), of `with_risk` rows."""
        if not len(matrix):
            return np.zeros(0)
        learner, chance = self.found["learner"], self.found["chance"]
        return predicted(learner, self.boosters, self.usual.put(matrix), chance)


def with_risk(encoder: Encoder, rows: Tabular, risk: F64) -> Matrix:
    """Return encoded rows with their risk (rows,) as the last column."""
    return np.column_stack([encoder.transform(rows), risk.astype(np.float32)])


def lacking_words(live: LiveUplift, found: Sequence[str]) -> str:
    """Say that customers whose columns are `found` cannot be ranked by the effect; nothing where they can."""
    lacking = sorted(set(live.encoder.features) - set(found))
    if not lacking:
        return ""
    return (
        f"The model of the effect reads columns that the model of the risk does not ({listing(lacking, 5)}), "
        "so customers are ranked by risk × value. Learn it anew: unchurn uplift"
    )
