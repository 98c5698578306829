"""The demo's two tables: last month's labelled customers, and this month's to be scored."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from unchurn.demo.blemishes import LEAK, as_text, leak, spoil
from unchurn.demo.customers import Table, month, people
from unchurn.demo.draws import Draws, Words
from unchurn.demo.risk import probability
from unchurn.demo.settings import DEMO_TOML, SCORE_FILE, TRAIN_FILE
from unchurn.disk import replacing_all
from unchurn.project import FILE

TARGET = "Churn?"
LAST_MONTH, THIS_MONTH = "2025-05-01", "2025-06-01"
COPIES = 30
"""Rows of the training table that stand in it twice, equal in every cell."""
UNLABELLED = 3
"""Rows of the training table whose label is blank."""
_RETURNING = 0.6
_PARTS = ("Day", "Eve", "Night", "Intl")
HEADER = (
    "State", "Account Length", "Area Code", "Phone", "Int'l Plan", "VMail Plan", "VMail Message",
    *(f"{part} {what}" for part in _PARTS for what in ("Mins", "Calls", "Charge")),
    "CustServ Calls", "Contract", "Signup Date", "Satisfaction", "Monthly Bill",
    "Customer Value", LEAK,
)  # fmt: skip


@dataclass(frozen=True)
class DemoFiles:
    """Where the demo's two tables and its churn.toml were written."""

    train: Path
    score: Path
    config: Path


def write_demo(folder: Path, seed: int = 7, customers: int = 5000, fresh: int = 1500) -> DemoFiles:
    """Write customers.csv, this_month.csv and churn.toml into `folder`, made if missing; all or none.

    `customers` is how many different customers the training table holds; `COPIES` exact
    duplicates and one customer's second row come on top. `fresh` is the rows of this month:
    some of the customers who stayed a month later, some never seen, one row twice. The same
    arguments give the same bytes everywhere. Raises `OSError` where the folder cannot be
    written.
    """
    files = DemoFiles(folder / TRAIN_FILE, folder / SCORE_FILE, folder / FILE)
    table, left = _last_month(seed, customers)
    with replacing_all(files.train, files.score, files.config) as (train, score, config):
        _write(train, (*HEADER, TARGET), _training_rows(seed, table, left))
        _write(score, HEADER, _fresh_rows(seed, table, left, fresh))
        config.write(DEMO_TOML.encode())
    return files


def _last_month(seed: int, customers: int) -> tuple[Table, np.ndarray]:
    draws = Draws((seed, 1), customers)
    table = month(draws, people(draws, LAST_MONTH))
    return table, draws.flag(probability(table))


def _training_rows(seed: int, table: Table, left: np.ndarray) -> list[list[str]]:
    draws = Draws((seed, 2), len(left))
    text = spoil(draws, as_text(table))
    text[LEAK] = leak(draws, left, LAST_MONTH)
    text[TARGET] = np.where(left, "True.", "False.")
    text[TARGET][draws.order()[:UNLABELLED]] = ""
    rows = _rows(text, (*HEADER, TARGET))
    rows += [rows[place] for place in draws.order()[:COPIES]]
    rows.append(_second_row(seed, table, rows))
    order = Draws((seed, 3), len(rows)).order()
    return [rows[place] for place in order]


def _second_row(seed: int, table: Table, rows: list[list[str]]) -> list[str]:
    """Return the first customer's row of an earlier export: same person, another month's use."""
    one = {name: values[:1] for name, values in table.items()}
    who = {name: one[name] for name in people(Draws((seed, 4), 1), LAST_MONTH)}
    text = as_text(month(Draws((seed, 5), 1), who))
    last = dict(zip((*HEADER, TARGET), rows[0], strict=True))
    kept = {name: np.array([last[name]]) for name in (LEAK, TARGET)}
    return _rows({**text, **kept}, (*HEADER, TARGET))[0]


def this_month(seed: int = 7, customers: int = 5000, fresh: int = 1500) -> Table:
    """Return what is true of this month's customers before it is spoilt; arguments as of `write_demo`.

    One row a customer, in no order that the table has.
    """
    return _fresh_month(seed, *_last_month(seed, customers), fresh)[1]


def _fresh_rows(seed: int, table: Table, left: np.ndarray, fresh: int) -> list[list[str]]:
    draws, true = _fresh_month(seed, table, left, fresh)
    text = spoil(draws, as_text(true))
    text[LEAK] = np.full(draws.rows, "")
    rows = _rows(text, HEADER)
    rows += rows[:1]
    return [rows[place] for place in Draws((seed, 8), len(rows)).order()]


def _fresh_month(seed: int, table: Table, left: np.ndarray, fresh: int) -> tuple[Draws, Table]:
    """Draw this month; return it with the draws, which go on."""
    stayed = np.flatnonzero(~left)[: int(fresh * _RETURNING)]
    draws = Draws((seed, 6), max(fresh - 1 - len(stayed), 0))
    unseen = people(draws, THIS_MONTH, first_phone=len(left))
    unseen["Contract"] = np.where(draws.flag(0.02), "Prepaid", unseen["Contract"])
    who = {name: np.concatenate([table[name][stayed], unseen[name]]) for name in unseen}
    who["Account Length"][: len(stayed)] += 4
    draws = Draws((seed, 7), len(who["Phone"]))
    return draws, month(draws, who)


def _rows(text: dict[str, Words], header: tuple[str, ...]) -> list[list[str]]:
    return [list(cells) for cells in zip(*(text[name].tolist() for name in header), strict=True)]


def _write(stream: BinaryIO, header: tuple[str, ...], rows: list[list[str]]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    text.detach()
