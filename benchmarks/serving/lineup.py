"""Everybody at the start, checked to give the same answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from contestants import Bare, Call, Served
from model import BAG, ONE, bundle
from payloads import Month, Payloads, numbers, predictions
from servers import Running

from unchurn.artefacts import ScoringRun
from unchurn.modelling.fitting.one_row import OneRow

MANY = 1_000
NAMES = [f"c{number}" for number in range(20)]
"""Names of the encoded columns, as `rivals/save.py` has them."""
UNCHURN = "unchurn serve"


class LineUp:
    """All contestants. Raises RuntimeError where their answers differ."""

    def __init__(self, folder: Path, servers: Mapping[str, Running]) -> None:
        self._servers = servers
        self._one, self._bag = (self._bare(folder, version) for version in (ONE, BAG))
        self._month = Month(folder / "month.csv", self._one.scoring)
        ours = self._ours("one", UNCHURN) + self._ours("bag", f"{UNCHURN}, default bag")
        rivals = self._rivals() if "mlflow" in servers else []
        for each in ours:
            (self._one if each.server == servers["one"] else self._bag).check(each)
        for each in rivals + ours[:3]:
            each.check(self._one.probabilities(self._month))
        self.contestants: list[Call | Served] = [
            *self._calls(),
            Served("empty endpoint", 1, servers["empty"], "/", self._month.records()),
            *ours,
            *rivals,
        ]

    def _bare(self, folder: Path, version: int) -> Bare:
        placed, run = bundle(folder, version)
        return Bare(placed, ScoringRun("", version, run))

    def _calls(self) -> list[Call]:
        booster, matrix = self._one.scoring.scorer.live.boosters[0], self._month.matrix
        alone = OneRow([booster], [1.0], matrix.shape[1])

        rows = matrix.tolist()

        def trees(number: int) -> None:
            alone.margin(rows[number % MANY])

        def row(number: int) -> None:
            booster.inplace_predict(matrix[number % MANY : number % MANY + 1])

        records, lines, table = self._month.records(), self._month.lines(), self._month.table()
        return [
            Call("in process: XGBoost's C function alone, encoded row", 1, trees),
            Call("in process: `Booster.inplace_predict` alone, encoded row", 1, row),
            Call("in process: bytes to bytes, JSON", 1, partial(self._one.answer, records)),
            Call("in process: bytes to bytes, CSV", 1, partial(self._one.answer, lines)),
            Call("in process: default bag, bytes to bytes, JSON", 1,
                 partial(self._bag.answer, records)),
            Call("in process: `Booster.inplace_predict` alone, encoded rows", MANY,
                 lambda number: booster.inplace_predict(matrix)),
            Call("in process: bytes to bytes, CSV", MANY, partial(self._one.answer, table)),
        ]  # fmt: skip

    def _ours(self, server: str, name: str) -> list[Served]:
        sent = ((1, "JSON", self._month.records()), (1, "CSV", self._month.lines()),
                (MANY, "CSV", self._month.table()))  # fmt: skip
        return [self._served(server, f"{name}, {kind}", rows, each) for rows, kind, each in sent]

    def _rivals(self) -> list[Served]:
        month, header = self._month, ",".join(NAMES) + "\n"
        flask, bento, mlflow = "Flask under gunicorn", "BentoML", "mlflow models serve"
        return [
            self._served("flask", f"{flask}, CSV", 1, month.as_lines("", numbers)),
            self._served("bentoml", f"{bento}, JSON", 1, month.as_lists(_data, json.loads)),
            self._served("mlflow", f"{mlflow}, JSON (inputs)", 1, month.as_lists(_inputs, predictions)),
            self._served("mlflow", f"{mlflow}, JSON (dataframe_split)", 1, month.as_lists(_split, predictions)),
            self._served("mlflow", f"{mlflow}, CSV", 1, month.as_lines(header, predictions)),
            self._served("flask", f"{flask}, CSV", MANY, month.as_table("", numbers)),
            self._served("bentoml", f"{bento}, JSON", MANY, month.as_one_list(_data, json.loads)),
            self._served("mlflow", f"{mlflow}, CSV", MANY, month.as_table(header, predictions)),
        ]  # fmt: skip

    def _served(self, server: str, name: str, rows: int, payloads: Payloads) -> Served:
        path = "/predict" if server == "bentoml" else "/invocations"
        return Served(name, rows, self._servers[server], path, payloads)


def _data(rows: Sequence[object]) -> object:
    return {"data": rows}


def _inputs(rows: Sequence[Sequence[object]]) -> object:
    return {"inputs": [dict(zip(NAMES, row, strict=True)) for row in rows]}


def _split(rows: Sequence[object]) -> object:
    return {"dataframe_split": {"columns": NAMES, "data": rows}}
