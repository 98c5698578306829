"""A model that travelled answers as it does at home, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from scored_tables import customers, hand_made
from unchurn.errors import ArtefactError, ConfigError
from unchurn.modelling.scoring import answering
from unchurn.modelling.scoring.answering import ANSWER, Answering, Whom, model_files
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.project import Decision

COSTS = Decision(clv="Value", contact_cost=2.0, incentive_cost=300.0)
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The files of a small model."""
    return model_files(hand_made(tmp_path_factory.mktemp("model")))


@pytest.fixture(autouse=True)
def _new_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "_loaded", {})


def rows(size: int = 300) -> pa.RecordBatch:
    return customers(size, seed=4).combine_chunks().to_batches()[0]


def by(files: Files, whom: Whom) -> Answering:
    words = Phrasing({"Plan": "Tariff"}, frozenset(["Plan"]))
    return Answering.by(files, [["Day Charge", "Day Mins"]], words, COSTS, whom)


def test_probabilities_are_the_models_own_and_files_are_fetched_once(
    files: Files, tmp_path: Path
) -> None:
    """A worker that has a model answers the next customers with it, with whatever words."""
    fetched: list[str] = []

    def fetch(name: str) -> bytes:
        fetched.append(name)
        return files[name]

    made = by(files, "nobody")(rows(), fetch)
    by(files, "all")(rows(5), fetch)
    assert sorted(fetched) == sorted(files)
    assert made.schema == ANSWER
    home = hand_made(tmp_path)
    live = LiveModel.load(home.boosters, home.model, home.encoder)
    wanted = live.probability(live.margin(live.encoder.transform(rows())))
    np.testing.assert_array_equal(made.column("probability").to_numpy(), wanted)
    assert made.column("reason_1").null_count == 300


def test_reasons_are_given_to_whom_they_were_asked_for(files: Files) -> None:
    """To all, or to those whom it pays to contact; the same words in either case."""
    everybody = by(files, "all")(rows(), files.__getitem__)
    some = by(files, "contacted")(rows(), files.__getitem__)
    assert everybody.column("reason_1").null_count == 0
    kept = [n for n, each in enumerate(some.column("reason_1")) if each.is_valid]
    assert 0 < len(kept) < 300
    assert some.take(pa.array(kept)) == everybody.take(pa.array(kept))
    assert any("Tariff" in (each.as_py() or "") for each in everybody.column("reason_1"))


def test_a_file_that_is_not_as_it_was_sent_is_not_read(files: Files) -> None:
    changed: Callable[[str], bytes] = lambda name: files[name] + b" "  # noqa: E731
    with pytest.raises(ArtefactError, match="is not as it was sent"):
        by(files, "all")(rows(5), changed)


def test_other_versions_do_not_answer(files: Files) -> None:
    """What they computed could be another probability, in the last digit or the first."""
    there = by(files, "all")
    with pytest.raises(ConfigError, match=r"in place of 1\.0\.1"):
        replace(there, versions={**there.versions, "xgboost": "1.0.1"})(rows(5), files.__getitem__)
