"""Columns that may be leaks: which they are, what is said, and the model without them."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

from prepared_tables import Wanted, prepared
from unchurn.artefacts import LABEL, Prepared
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.judging.judged_rows import JudgedRows
from unchurn.modelling.judging.suspects import worth
from unchurn.modelling.judging.suspicion import suspected, suspicion
from unchurn.project import Train

FINDINGS = [
    {"code": "leak-name", "column": "b", "words": ""},
    {"code": "leak-purity", "column": "a", "words": ""},
    {"code": "leak-purity", "column": "gone", "words": ""},
    {"code": "constant-column", "column": "c", "words": ""},
]
MEASURED = {
    "with": {"roc_auc": 0.91, "log_loss": 0.2},
    "without": {"roc_auc": 0.8, "log_loss": 0.3},
}


def judged_rows(made: Prepared, encoder: Encoder) -> JudgedRows:
    """The held-out rows, encoded; probabilities do not matter here."""
    table = pq.read_table(made.test)
    labels = table[LABEL].to_numpy().astype(np.int8)
    return JudgedRows(table, encoder.transform(table), labels, np.full(len(labels), 0.5))


def test_suspects_are_columns_that_the_model_uses() -> None:
    """A suspect that was dropped is none any more."""
    assert suspected(FINDINGS, ["a", "b", "c"]) == ["a", "b"]
    assert suspected(FINDINGS, ["c"]) == []


def test_the_words_say_what_the_model_is_worth_without_them() -> None:
    """Names, figures on both sides, and the key to set; nothing where there is no suspect."""
    words = suspicion({"suspects": MEASURED}, ["a"])
    assert "'a'" in words
    assert "ROC-AUC 0.9100 and 0.8000" in words
    assert "[columns] drop" in words
    assert suspicion({"suspects": MEASURED}, []) == ""
    assert "ROC-AUC" not in suspicion({}, ["a"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Prepared, Encoder]:
    """A small table, split, and its encoder."""
    table = prepared(tmp_path_factory.mktemp("prepared"), Wanted(rows=1200))
    return table, Encoder.from_plain(table.encoder)


def test_leaving_out_what_matters_costs(made: tuple[Prepared, Encoder]) -> None:
    """Without the column that tells most, the same fit on the same rows is worse."""
    table, encoder = made
    rows = judged_rows(table, encoder)
    found = worth(["minutes"], table.train, rows, encoder, Train(threads=1))
    assert found["columns"] == ["minutes"]
    assert found["with"]["roc_auc"] > found["without"]["roc_auc"] + 0.05
    assert found["with"]["log_loss"] < found["without"]["log_loss"]
    assert found == worth(["minutes"], table.train, rows, encoder, Train(threads=1))


def test_each_of_several_is_left_out_alone(made: tuple[Prepared, Encoder]) -> None:
    """What tells most costs most; the cost has an interval around it."""
    table, encoder = made
    names = ["minutes", next(each for each in encoder.features if each != "minutes")]
    found = worth(names, table.train, judged_rows(table, encoder), encoder, Train(threads=1), 2)
    assert list(found["apart"]) == names
    costs = [each["value"] for each in found["apart"].values()]
    assert costs[0] > costs[1]
    assert found["cost"]["low"] < found["cost"]["value"] < found["cost"]["high"]


def test_nothing_is_fitted_without_suspects(made: tuple[Prepared, Encoder]) -> None:
    """The common case costs nothing."""
    table, encoder = made
    assert worth([], table.train, judged_rows(table, encoder), encoder, Train()) == {}


def test_where_all_columns_are_suspects_the_constant_is_left(
    made: tuple[Prepared, Encoder],
) -> None:
    """Without any column, everybody gets the training churn rate."""
    table, encoder = made
    rows = judged_rows(table, encoder)
    found = worth(encoder.features, table.train, rows, encoder, Train(threads=1))
    assert found["without"]["roc_auc"] == 0.5
