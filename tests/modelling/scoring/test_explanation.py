"""One customer taken apart: every column once, summing to the margin, as in the customer list."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from scored_tables import customers, hand_made
from unchurn.artefacts import Schema, ScoringRun
from unchurn.modelling.scoring.cutpoints import quantiles
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.explanation import explain_rows
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.score_rows import Scorer
from unchurn.project import Decision

RELATED = [["Day Charge", "Day Mins"]]


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    """A hand-made model with costs."""
    made = hand_made(tmp_path_factory.mktemp("model"), categories="one-hot")
    live = LiveModel.load(made.boosters, made.model, made.encoder, 1)
    costs, run = Decision(clv="Value", contact_cost=2.0), ScoringRun("", 2, "training-1")
    schema = Schema.from_plain(made.schema)
    return Scorer(live, schema, quantiles(made.model), costs, (0.1, 0.3), run)


def test_contributions_and_base_sum_to_the_margin(scorer: Scorer) -> None:
    """Each row's parts add up, and the margin gives the probability."""
    for row in explain_rows(customers(30, seed=4), scorer, RELATED, Phrasing()):
        total = row["base"] + sum(part["contribution"] for part in row["contributions"])
        assert math.isclose(total, row["margin"], abs_tol=1e-12)
        assert np.isclose(row["probability"], 1 / (1 + np.exp(-row["margin"])))


def test_every_row_has_the_same_base(scorer: Scorer) -> None:
    """The base is the model's, not the customer's."""
    bases = [
        row["base"] for row in explain_rows(customers(30, seed=4), scorer, RELATED, Phrasing())
    ]
    assert np.ptp(bases) < 1e-5


def test_each_column_appears_once_strongest_first(scorer: Scorer) -> None:
    """One-hot parts and columns that move together are one line."""
    (row,) = explain_rows(customers(1, seed=4), scorer, RELATED, Phrasing(actionable=["Day Mins"]))
    parts = row["contributions"]
    named = sorted(name for part in parts for name in (part["column"], *part["with"]))
    assert named == ["CustServ Calls", "Day Charge", "Day Mins", "Plan", "Since"]
    strength = [abs(part["contribution"]) for part in parts]
    assert strength == sorted(strength, reverse=True)
    assert [p["column"].startswith("Day") for p in parts] == [p["actionable"] for p in parts]


def test_it_is_plain_data_with_the_list_of_answers(scorer: Scorer) -> None:
    """The document survives JSON, dates and missing cells included."""
    rows = explain_rows(customers(60, seed=4), scorer, RELATED, Phrasing())
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert {row["decision"] for row in rows} >= {"contact", "unknown"}
    assert all(row["model_version"] == 2 and len(row["reasons"]) <= 3 for row in rows)
    assert all("run_id" not in row and "Phone" not in row for row in rows)
