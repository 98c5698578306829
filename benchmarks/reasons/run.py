"""Does the first reason hold? Moves its value to typical and looks at the score again.

    python benchmarks/reasons/run.py PROJECT TABLE

PROJECT is a folder with a champion, TABLE its customers. For every customer whose first reason
raises the risk, that column, and those that move with it, are set to their typical values.
Prints how many there are and the share whose score does not rise, for all of them and for
those who get reasons by default.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa

from unchurn.artefacts import ROW, Model, Schema
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.scoring.cutpoints import quantiles, share_cut
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.reasons import Reason, strongest
from unchurn.pipeline.scoring import choose_model
from unchurn.project import Project
from unchurn.tables import open_table
from unchurn.tables.matching import match_columns
from unchurn.tables.typing import arrow_type, type_batch


def customers(project: Project, location: str, schema: Schema) -> pa.Table:
    table = open_table(location, project.data, Path.cwd())
    columns = schema.with_role("feature")
    header = match_columns([column.name for column in columns], table.columns)
    batches = table.batches(lambda *_: None, [header[column.name] for column in columns])
    names = [ROW, *(column.name for column in columns)]
    typed = [
        type_batch(batch.rename_columns(names), columns, project.data.missing) for batch in batches
    ]
    return pa.Table.from_batches(typed).combine_chunks()


def typical_row(encoder: Encoder, schema: Schema) -> np.ndarray:
    cells = {}
    for column in schema.with_role("feature"):
        value = pa.array([encoder.typical.get(column.name)])
        cells[column.name] = value.cast(arrow_type(column))
    return encoder.transform(pa.table(cells))[0]


def moved(
    matrix: np.ndarray, encoder: Encoder, first: list[Reason | None], typical: np.ndarray
) -> np.ndarray:
    made = matrix.copy()
    for row, reason in enumerate(first):
        if reason is not None:
            names = {reason.column, *reason.others}
            places = [n for n, name in enumerate(encoder.business) if name in names]
            made[row, places] = typical[places]
    encoder.derive(made)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("table")
    given = parser.parse_args()
    project = Project.load(given.project)
    model = Model.load(choose_model(project, None, None).bundle)
    live = LiveModel.load(model.boosters, model.model, model.encoder, project.train.threads)
    schema = Schema.from_plain(model.schema)
    matrix = live.encoder.transform(customers(project, given.table, schema))
    found = strongest(live.contributions(matrix), live.encoder, model.profile["related"])
    first = [row[0] if row and row[0].contribution > 0 else None for row in found]
    before = live.margin(matrix)
    after = live.margin(moved(matrix, live.encoder, first, typical_row(live.encoder, schema)))
    raising = np.array([reason is not None for reason in first])
    listed = raising & (live.probability(before) >= share_cut(quantiles(model.model), 0.2))
    for name, rows in (("first reason raises the risk", raising), ("listed by default", listed)):
        share = np.mean(after[rows] <= before[rows] + 1e-9) if rows.any() else np.nan
        print(f"{name}: {rows.sum():,} customers, score not raised for {share:.1%}")


if __name__ == "__main__":
    main()
