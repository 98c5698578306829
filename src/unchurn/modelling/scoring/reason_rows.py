"""Whose reasons are given: everybody's, nobody's, or those to contact and of the riskiest.

Exact TreeSHAP costs 80–300 times a prediction. The riskiest share is told by a cut point
stored at training, so whether a customer is above it depends on nobody else. Whoever is to be
contacted has reasons, wherever they stand. Of the others, where more are above the cut than the
limit allows, the riskiest get reasons, ties by row order, and `words` says so.
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

    def words(self, explained: int, above: int, cut: float, contacted: int = 0) -> str:
        """Say how many customers got reasons, and why those.

        Of the `explained`, `contacted` are to be contacted; `above` counts the others at or
        above `cut`.
        """
        if self.kind == "none":
            return 'No reasons were asked for (reasons = "none").'
        if self.kind == "all":
            return f"Reasons are given for {'' if explained == 1 else 'all '}{counted(explained, 'customer')}."
        where = f"above the riskiest-{self.share:.4g} cut of training"
        if np.isfinite(cut):
            where += f" (probability {cut:.3f} or more)"
        others, who = explained - contacted, "customer"
        opening = "Reasons are given for the"
        if contacted:
            opening, who = f"{opening} {contacted:,} to contact and for the", "other"
        if above <= self.limit:
            return f"{opening} {counted(others, who)} {where}."
        return (
            f"{opening} riskiest {others:,} of the {counted(above, who)} {where}: "
            f"[score] reasons_limit is {self.limit:,}."
        )


class Riskiest:
    """Collects, batch by batch, the rows that get reasons; holds at most twice the limit.

    `add` takes rows in order; `chosen` then are those at or above `cut` who have no reasons yet,
    the `limit` riskiest of them; `above` counts all of those, `contacted` the ones that have.
    """

    def __init__(self, policy: ReasonPolicy, cut: float) -> None:
        self.policy, self.cut, self.limit = policy, cut, policy.limit
        self.above = self.contacted = self._seen = 0
        self._parts: list[tuple[F64, I64, pa.Table]] = []

    @classmethod
    def under(cls, policy: ReasonPolicy, stored: F64) -> Riskiest:
        """Start with the policy's cut among the `stored` quantiles."""
        return cls(policy, share_cut(stored, policy.share))

    def add(self, probability: F64, rows: pa.RecordBatch, explained: npt.NDArray[np.bool_]) -> None:
        """Look at the next rows, of whom some are `explained` (rows,): they are to be contacted."""
        found = np.flatnonzero((probability >= self.cut) & ~explained)
        self.contacted += int(explained.sum())
        self.above += len(found)
        if len(found) and self.limit:
            part = pa.Table.from_batches([rows]).take(pa.array(found))
            self._parts.append((probability[found], found + self._seen, part))
        self._seen += len(probability)
        if sum(len(part[1]) for part in self._parts) > 2 * self.limit:
            self._prune()

    def counts(
        self,
        batch: Batch,
        rows: int,
        explained: int,
        contact: dict[str, Any] | None,
        notes: Sequence[dict[str, Any]],
    ) -> dict[str, Any]:
        """Count a scoring of `rows` customers of `batch`, of whom some are `explained`.

        `contact` says whom to contact; `notes` are the batch's and what the scores say, plain.
        """
        return {
            "rows_in": batch.rows["read"],
            "rows_out": rows,
            "rejected": sum(batch.rows["rejected"].values()),
            "reasons": explained,
            "reasons_words": self.policy.words(explained, self.above, self.cut, self.contacted),
            "contact": contact,
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
