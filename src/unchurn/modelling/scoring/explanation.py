"""One customer's score taken apart: every business column's part in it, as plain data."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from unchurn.artefacts import ROW
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.reasons import LEAST, REASONS, Reason, Related, strongest
from unchurn.modelling.scoring.score_rows import REASON_NAMES, Scorer
from unchurn.modelling.scoring.sentences import Cell, readable, reason_columns, sentences

NOTE = (
    "Contributions are in log-odds; with the base they add up to the uncalibrated margin. "
    "They say what goes with the risk in the model's eyes, not what causes it."
)


def explain_rows(
    rows: pa.Table, scorer: Scorer, related: Related, phrasing: Phrasing
) -> list[dict[str, Any]]:
    """Explain each of `rows` (typed, with `ROW`), as it would be scored.

    A row's ``contributions`` list every column, strongest first, columns that move together
    as one; they and ``base`` sum to ``margin``. ``reasons`` are the sentences that a customer
    list would give. ``name`` is what people call the column, ``actionable`` whether [columns] says
    that the company can change it or one that moves with it.
    """
    batch = rows.combine_chunks().to_batches()[0]
    live = scorer.live
    matrix = live.encoder.transform(batch)
    scored = scorer.score(batch, matrix, scorer.columns(batch.schema)).to_pylist()
    shap, margin = live.contributions(matrix), live.margin(matrix)
    parts = strongest(shap, live.encoder, related, most=None)
    texts = sentences(batch, parts, live.encoder.typical, live.encoder.filled, phrasing)
    columns = reason_columns(batch, shap, live.encoder, related, phrasing)
    reasons = [column.to_pylist() for column in columns]
    kept = [name for name in scored[0] if name not in (scorer.key, "run_id", *REASON_NAMES)]
    return [
        {
            "row_number": batch.column(ROW)[number].as_py(),
            **{name: _plain(scored[number][name]) for name in kept},
            "margin": float(margin[number]),
            "base": float(margin[number] - sum(part.contribution for part in parts[number])),
            "reasons": [reasons[n][number] for n in range(REASONS) if reasons[n][number]],
            "contributions": [
                _part(part, text, batch.column(part.column)[number].as_py(), scorer, phrasing)
                for part, text in zip(parts[number], texts[number], strict=True)
            ],
        }
        for number in range(batch.num_rows)
    ]


def _part(
    part: Reason, text: str, value: Cell, scorer: Scorer, phrasing: Phrasing
) -> dict[str, Any]:
    return {
        "column": part.column,
        "name": phrasing.subject(part),
        "with": list(part.others),
        "value": _plain(value),
        "shown": readable(value),
        "typical": scorer.live.encoder.typical.get(part.column),
        "contribution": part.contribution,
        "actionable": bool({part.column, *part.others} & set(phrasing.actionable)),
        "words": text if abs(part.contribution) >= LEAST else "",
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
