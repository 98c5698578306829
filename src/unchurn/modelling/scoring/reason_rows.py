"""Whose reasons are given: everybody's, nobody's, or those of the riskiest customers.

Exact TreeSHAP costs 80–300 times a prediction. The riskiest share is told by a cut point
stored at training, so whether a customer is above it depends on nobody else. Only the limit
does: where more customers are above the cut than it allows, the riskiest of them get reasons,
ties by row order, and `words` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import Batch
from unchurn.errors import ConfigError, counted
from unchurn.modelling.scoring.cutpoints import F64, share_cut
from unchurn.project import Score

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ReasonPolicy:
    """What [score] reasons asks for. `share` is 1 for all and 0 for none."""

    kind: Literal["all", "none", "share"]
    share: float
    limit: int

    @classmethod
    def of(cls, score: Score) -> ReasonPolicy:
        """Read ``[score] reasons``. Raises `ConfigError` with the choices."""
        text = score.reasons.strip().lower()
        if text == "all":
            return cls("all", 1.0, score.reasons_limit)
        if text == "none":
            return cls("none", 0.0, score.reasons_limit)
        try:
            share = float(text)
        except ValueError:
            share = -1.0
        if not 0 < share <= 1:
            raise ConfigError(
                f"[score] reasons is {score.reasons!r}.",
                'Choose "all", "none", or the riskiest share above 0 and at most 1, such as "0.2".',
            )
        return cls("share", share, score.reasons_limit)

    def words(self, explained: int, above: int, cut: float) -> str:
        """Say how many customers got reasons, and why those."""
        if self.kind == "none":
            return 'No reasons were asked for (reasons = "none").'
        if self.kind == "all":
            return f"Reasons are given for {'' if explained == 1 else 'all '}{counted(explained, 'customer')}."
        where = f"above the riskiest-{self.share:.4g} cut of training"
        if np.isfinite(cut):
            where += f" (probability {cut:.3f} or more)"
        if above <= self.limit:
            return f"Reasons are given for the {counted(explained, 'customer')} {where}."
        return (
            f"Reasons are given for the riskiest {explained:,} of the {counted(above, 'customer')} {where}: "
            f"[score] reasons_limit is {self.limit:,}."
        )


class Riskiest:
    """Collects, batch by batch, the rows that get reasons; holds at most twice the limit.

    `add` takes rows in order; afterwards `positions` (ascending, from 0) and `rows` are those
    at or above `cut`, the `limit` riskiest of them; `above` counts all at or above it.
    """

    def __init__(self, policy: ReasonPolicy, cut: float) -> None:
        self.policy, self.cut, self.limit = policy, cut, policy.limit
        self.above = self._seen = 0
        self._parts: list[tuple[F64, I64, pa.Table]] = []

    @classmethod
    def under(cls, policy: ReasonPolicy, stored: F64) -> Riskiest:
        """Start with the policy's cut among the `stored` quantiles."""
        return cls(policy, share_cut(stored, policy.share))

    def add(self, probability: F64, rows: pa.RecordBatch) -> None:
        """Look at the next rows."""
        found = np.flatnonzero(probability >= self.cut)
        self.above += len(found)
        if len(found) and self.limit:
            part = pa.Table.from_batches([rows]).take(pa.array(found))
            self._parts.append((probability[found], found + self._seen, part))
        self._seen += len(probability)
        if sum(len(part[1]) for part in self._parts) > 2 * self.limit:
            self._prune()

    def counts(
        self, batch: Batch, rows: int, explained: int, notes: Sequence[dict[str, Any]]
    ) -> dict[str, Any]:
        """Count a scoring of `rows` customers of `batch`, of whom some are `explained`.

        `notes` are the batch's and what the scores say, plain.
        """
        return {
            "rows_in": batch.rows["read"],
            "rows_out": rows,
            "rejected": sum(batch.rows["rejected"].values()),
            "reasons": explained,
            "reasons_words": self.policy.words(explained, self.above, self.cut),
            **({"lines": batch.rows["lines"]} if "lines" in batch.rows else {}),
            "notes": list(notes),
        }

    def _prune(self) -> None:
        chance = np.concatenate([part[0] for part in self._parts])
        place = np.concatenate([part[1] for part in self._parts])
        keep = np.sort(np.lexsort((place, -chance))[: self.limit])
        rows = pa.concat_tables([part[2] for part in self._parts]).take(pa.array(keep))
        self._parts = [(chance[keep], place[keep], rows.combine_chunks())]

    def chosen(self) -> tuple[I64, pa.Table | None]:
        """Return the positions of the rows that get reasons, and the rows; None where none."""
        if not self._parts:
            return np.empty(0, np.int64), None
        self._prune()
        return self._parts[0][1], self._parts[0][2]
