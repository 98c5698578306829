"""Rows that are sent are scored as a table of them would be."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from command_line import Ran, run_unchurn
from unchurn.artefacts import ScoringRun
from unchurn.errors import ArtefactError, ConfigError, DataError
from unchurn.serve.payloads import Rows, read_json_lines
from unchurn.serve.scoring import Scoring

RUN = ScoringRun("run", 1, "trained")


@pytest.fixture(scope="module")
def bundle(trained: tuple[Path, Ran]) -> Path:
    return Path(trained[1].document["artefacts"]["model"])


@pytest.fixture(scope="module")
def scoring(bundle: Path) -> Scoring:
    return Scoring.load(bundle, RUN)


@pytest.fixture(scope="module")
def customers(telecom: Path) -> list[dict[str, Any]]:
    with (telecom / "this_month.csv").open() as stream:
        return list(csv.DictReader(stream))


def rows(records: list[dict[str, Any]]) -> Rows:
    return read_json_lines("\n".join(json.dumps(each) for each in records).encode())


def test_cells_as_text_score_as_the_csv_does(
    scoring: Scoring, customers: list[dict[str, Any]], trained: tuple[Path, Ran], telecom: Path
) -> None:
    """The same cells, sent or in a file: the same scores, bit for bit."""
    ran = run_unchurn(
        "score", "--project", trained[0], "--data", telecom / "this_month.csv", "--json"
    )
    assert ran.code == 0, ran.err
    scores = trained[0] / ".unchurn" / "runs" / ran.document["run_id"] / "scores/scores.parquet"
    ours = pq.read_table(scores).drop_columns(["run_id", "model_version"]).to_pylist()
    theirs = scoring.score(rows(customers)).drop_columns(["run_id", "model_version"]).to_pylist()
    assert theirs == ours
    assert any(each["reason_1"] for each in theirs)


def test_a_row_is_scored_alone_as_among_others(
    scoring: Scoring, customers: list[dict[str, Any]]
) -> None:
    together = scoring.score(rows(customers[:20])).to_pylist()
    alone = [scoring.score(rows([each])).to_pylist()[0] for each in customers[:20]]
    assert alone == together


def test_order_case_and_extra_keys_do_not_matter(
    scoring: Scoring, customers: list[dict[str, Any]]
) -> None:
    first = customers[0]
    shuffled = {f" {key.upper()} ": first[key] for key in reversed(list(first))}
    plain, strange = (
        scoring.score(rows([each])).to_pylist() for each in (first, {**shuffled, "extra": 1})
    )
    assert plain == strange


def test_row_numbers_are_echoed(scoring: Scoring, customers: list[dict[str, Any]]) -> None:
    scored = scoring.score(rows([{"__row__": 41, **customers[0]}, {"__row__": 7, **customers[1]}]))
    assert scored.schema.names[0] == "__row__"
    assert scored.column("__row__").to_pylist() == [41, 7]


@pytest.mark.parametrize("number", ["1", 0, 1.5, None])
def test_a_row_number_that_is_none_is_refused(
    scoring: Scoring, customers: list[dict[str, Any]], number: object
) -> None:
    with pytest.raises(DataError, match="Line 1: '__row__'"):
        scoring.score(rows([{"__row__": number, **customers[0]}]))


def a_number(scoring: Scoring) -> str:
    schema = scoring.typing.schema
    return next(each.name for each in schema.with_role("feature") if each.kind == "number")


def test_missing_columns_are_named(scoring: Scoring, customers: list[dict[str, Any]]) -> None:
    name = a_number(scoring)
    with pytest.raises(DataError, match=f"lacks a column that is needed: '{name}'"):
        scoring.score(rows([{k: v for k, v in customers[0].items() if k != name}]))


@pytest.mark.parametrize("value", ["about five", "inf", 10**400])
def test_an_unreadable_cell_is_named(
    scoring: Scoring, customers: list[dict[str, Any]], value: object
) -> None:
    """Line and field, wherever in the payload it stands."""
    name = a_number(scoring)
    sent = [*customers[:13], {**customers[13], name: value}, *customers[14:20]]
    with pytest.raises(DataError, match=f"Line 14: '{name}' is '?{value}'?, which is not a number"):
        scoring.score(rows(sent))


def test_native_numbers_and_text_mean_the_same(
    scoring: Scoring, customers: list[dict[str, Any]]
) -> None:
    name = a_number(scoring)
    native, text, none = (
        scoring.score(rows([{**customers[0], name: value}])).to_pylist() for value in (7, "7", None)
    )
    assert native == text
    assert native != none


def test_settings_take_the_place_of_those_at_training(
    bundle: Path, customers: list[dict[str, Any]]
) -> None:
    settings = {"decision": {"clv": 900, "contact_cost": 1}, "score": {"reasons": "none"}}
    scored = Scoring.load(bundle, RUN, settings).score(rows(customers))
    assert scored.column("expected_value").null_count == 0
    assert scored.column("reason_1").null_count == len(customers)
    everybody = Scoring.load(bundle, RUN, {"score": {"reasons": "all"}}).score(rows(customers))
    assert everybody.column("reason_1").null_count == 0


def test_settings_that_cannot_be_are_refused(bundle: Path) -> None:
    with pytest.raises(ConfigError, match="reasons is 'some'"):
        Scoring.load(bundle, RUN, {"score": {"reasons": "some"}})


def test_a_damaged_bundle_is_never_loaded(bundle: Path, tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(bundle, tmp_path / "model"))
    booster = next((copy / "boosters").iterdir())
    damaged = bytearray(booster.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    booster.write_bytes(bytes(damaged))
    with pytest.raises(ArtefactError, match="has changed since it was published"):
        Scoring.load(copy, RUN)


def test_nothing_heavy_is_imported() -> None:
    """A server needs no engine, no search, no drawing."""
    heavy = {"duckdb", "pandas", "sklearn", "matplotlib", "optuna", "pyspark", "boto3"}
    program = "import sys, unchurn.serve.app, unchurn.serve.scoring; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not heavy & set(done.stdout.split())
