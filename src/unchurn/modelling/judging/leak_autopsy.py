"""What a list would have promised with a column that was blocked as a leak, and what it would have earned.

On training customers, each judged by a quick fit that saw the other half of them alone:

- *promised*: the list by a fit with the column, as a report would have told it;
- *earned*: the list by the same fit while nobody has left yet. What the column reads then is not in
  the table; it is taken to read as it does for customers who stay;
- *without*: the list by a fit without any such column.

Each list is paid for by what became of its customers. Nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import FOLD, GROUP, LABEL, Schema
from unchurn.modelling.columns.leak_verdicts import BY_NAME, BY_PURITY, BY_STRENGTH
from unchurn.modelling.encoding.encoder import Encoder, Matrix
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.judging.baselines import first_batches
from unchurn.modelling.judging.judged_rows import mean_with_interval
from unchurn.modelling.judging.profit_gains import earned_by, listed
from unchurn.modelling.judging.ranking import Codes, Floats, rank
from unchurn.modelling.judging.suspects import CONFIGURATION, quick_fit
from unchurn.modelling.scoring.decisions import customer_value
from unchurn.modelling.scoring.profit import is_given
from unchurn.project import Decision, Features, Train

ROWS = 20_000
"""Most training rows that lists are made of; they come in the order of a hash, so the first are any."""
MEASURED = 8
"""Most columns that are measured, two fits each; the others are named."""
_HALVES = 2


def blocked_leaks(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name the columns that prepare blocked as leaks, in the order of its findings."""
    codes = (BY_STRENGTH, BY_PURITY, BY_NAME)
    return [e["column"] for e in findings if e["severity"] == "blocked" and e["code"] in codes]


def autopsy(
    leaks: Sequence[str],
    training: Path,
    schema: Schema,
    encoder: Encoder,
    train: Train,
    decision: Decision,
    capacity: float,
) -> dict[str, Any]:
    """Return the ``leaks`` part of evaluation.json; {} where nothing was blocked.

    Keys: configuration; rows (of training, that lists are made of) and customers (whose they are); currency; without, a list;
    columns, of column, promised and earned; unmeasured, the names beyond `MEASURED`. A list is
    contacted, left (how many of these left) and profit in all with its 95% interval. Without costs
    in [decision] it holds the riskiest `capacity` of customers, and profit is None.
    """
    if not leaks:
        return {}
    rows = _Rows.read(training, encoder, leaks[:MEASURED], decision)
    settings = Settings.of(encoder.feature_types, rows.labels, replace(train, device="cpu"))
    honest = encoder.transform(rows.table)
    (without,) = rows.chances([honest], settings)
    told = []
    for name in leaks[:MEASURED]:
        own = Encoder.fit(rows.table, [schema.named(name)], Features())
        types = (*settings.feature_types, *own.feature_types)
        cells = own.transform(rows.table)
        sides = [np.hstack([honest, each]) for each in (cells, rows.as_stayed(cells))]
        with_it, beforehand = rows.chances(sides, replace(settings, feature_types=types))
        promised, earned = (rows.listed(p, decision, capacity) for p in (with_it, beforehand))
        told.append({"column": name, "promised": promised, "earned": earned})
    return {
        "configuration": CONFIGURATION,
        "rows": len(rows.labels),
        "customers": len(np.unique(rows.groups)),
        "currency": decision.currency,
        "without": rows.listed(without, decision, capacity),
        "columns": told,
        "unmeasured": list(leaks[MEASURED:]),
    }


@dataclass(frozen=True)
class _Rows:
    """Training rows, `half` 0 or 1; arrays are (rows,). `groups` number each row's customer."""

    table: pa.Table
    labels: npt.NDArray[np.int8]
    half: Codes
    groups: Codes

    @classmethod
    def read(cls, path: Path, encoder: Encoder, leaks: Sequence[str], decision: Decision) -> Self:
        """Read the first rows of ``train.parquet``, with what customers are worth where a column says it."""
        worth = [decision.clv] if isinstance(decision.clv, str) else []
        columns = dict.fromkeys([*encoder.features, *leaks, *worth, LABEL, FOLD, GROUP])
        table = pa.Table.from_batches(first_batches(path, encoder, list(columns), ROWS))
        folds = np.unique(table[FOLD].to_numpy(), return_inverse=True)[1]
        groups = table[GROUP].combine_chunks().dictionary_encode().indices.to_numpy()
        labels = table[LABEL].to_numpy().astype(np.int8)
        return cls(table, labels, folds % _HALVES, groups.astype(np.int64))

    def as_stayed(self, cells: Matrix) -> Matrix:
        """Give everybody the cells of one who stayed, (rows, width); in turn, for order is a hash's."""
        stayed = cells[self.labels == 0]
        return np.asarray(stayed[np.arange(len(cells)) % len(stayed)])

    def chances(self, sides: Sequence[Matrix], settings: Settings) -> list[Floats]:
        """Fit to each half of the first of `sides`; return the chances of the other half on each side."""
        found = [np.empty(len(self.labels)) for _ in sides]
        for half in range(_HALVES):
            seen, held = self.half != half, self.half == half
            margins = quick_fit(sides[0][seen], self.labels[seen], settings)
            for chances, side in zip(found, sides, strict=True):
                chances[held] = 1 / (1 + np.exp(-margins(side[held])))
        return found

    def listed(self, chances: Floats, decision: Decision, capacity: float) -> dict[str, Any]:
        """Make a list by the chances of leaving, (rows,), and pay for it."""
        if not is_given(decision):
            left = rank(self.labels, chances).captured(capacity)
            contacted = capacity * len(self.labels)
            return {"contacted": round(contacted), "left": round(left), "profit": None}
        clv = customer_value(self.table, decision)
        chosen = listed(chances, clv, decision)
        mean = mean_with_interval(earned_by(self.labels, clv, decision) * chosen, self.groups)
        return {
            "contacted": int(chosen.sum()),
            "left": int(self.labels[chosen].sum()),
            "profit": {name: each * len(chosen) for name, each in mean.items()},
        }
