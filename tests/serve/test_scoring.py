"""Rows that are sent are scored as a table of them would be."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from live_server import CSV, JSON, LINES, PARQUET
from served_month import RUN, Month
from unchurn.errors import ArtefactError, ConfigError, DataError
from unchurn.serve.description import read_columns, schema_document
from unchurn.serve.json_payloads import read_json, read_json_lines
from unchurn.serve.limits import LIVE
from unchurn.serve.parquet_payloads import read_parquet
from unchurn.serve.payloads import Sent
from unchurn.serve.refusals import Faults, RowError
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring


@pytest.fixture(scope="module")
def customers(month: Month) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(month.body(JSON, month.names, slice(0, 200)))
    return found


def rows(records: list[dict[str, Any]]) -> Sent:
    return read_json_lines("\n".join(json.dumps(each) for each in records).encode(), Faults())


def document(records: list[dict[str, Any]]) -> Sent:
    return read_json(json.dumps(records).encode(), Faults())


def test_a_row_is_scored_alone_as_among_others(
    scoring: Scoring, customers: list[dict[str, Any]]
) -> None:
    together = scoring.score(rows(customers[:20])).rows.to_pylist()
    alone = [scoring.score(rows([each])).rows.to_pylist()[0] for each in customers[:20]]
    assert alone == together


def test_order_case_and_extra_keys_do_not_matter(
    scoring: Scoring, customers: list[dict[str, Any]]
) -> None:
    first = customers[0]
    shuffled = {f" {key.upper()} ": first[key] for key in reversed(list(first))}
    plain, strange = (
        scoring.score(rows([each])).rows.to_pylist() for each in (first, {**shuffled, "extra": 1})
    )
    assert plain == strange


def test_row_numbers_are_echoed(scoring: Scoring, customers: list[dict[str, Any]]) -> None:
    scored = scoring.score(rows([{"__row__": 41, **customers[0]}, {"__row__": 7, **customers[1]}]))
    assert scored.rows.schema.names[0] == "__row__"
    assert scored.rows.column("__row__").to_pylist() == [41, 7]


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


@pytest.mark.parametrize("value", ["about five", "1", "inf", 10**400])
def test_an_unreadable_cell_is_named(
    scoring: Scoring, customers: list[dict[str, Any]], value: object
) -> None:
    """Line and field, wherever in the payload it stands; text is no number, whatever it says."""
    name = a_number(scoring)
    sent = [*customers[:13], {**customers[13], name: value}, *customers[14:20]]
    with pytest.raises(RowError, match="Line 14") as found:
        scoring.score(rows(sent))
    assert found.value.fault.row == 14


@pytest.mark.parametrize("value", [True, [1], {"x": 1}, "x\0"])
def test_what_is_no_cell_matters_where_it_is_read(
    scoring: Scoring, customers: list[dict[str, Any]], value: object
) -> None:
    """The label as true or false, or notes with a structure, are columns like any other extra."""
    label = str(scoring.typing.schema.target)
    plain = scoring.score(rows(customers[:2])).rows
    for read in (rows, document):
        assert (
            scoring.score(read([{**each, label: value, "x": value} for each in customers[:2]])).rows
            == plain
        )
        for name in ("State", a_number(scoring), scoring.scorer.key):
            with pytest.raises(RowError, match=f" 2: '{name}' is ") as found:
                scoring.score(read([customers[0], {**customers[1], name: value}]))
            assert (found.value.fault.row, found.value.fault.field) == (2, name)


def test_rows_at_fault_are_kept_apart(scoring: Scoring, customers: list[dict[str, Any]]) -> None:
    name = a_number(scoring)
    sent = [customers[0], {**customers[1], name: "x"}, {"Phone": "5"}, customers[3]]
    found = scoring.score(rows(sent), Asked(lenient=True), faults := Faults(lenient=True))
    assert list(found.numbers) == [1, 4]
    assert faults.found[2].field == name
    assert sorted(faults.found) == [2, 3]


def test_infinity_in_parquet_is_named(scoring: Scoring, month: Month) -> None:
    name = a_number(scoring)
    table = pq.read_table(io.BytesIO(month.body(PARQUET, month.names, slice(0, 3))))
    column = pa.array([1.0, float("inf"), float("nan")])
    table = table.set_column(table.schema.names.index(name), name, column)
    pq.write_table(table, sink := io.BytesIO())
    with pytest.raises(RowError, match=f"Row 2: '{name}' is inf"):
        scoring.score(read_parquet(sink.getvalue()))


def test_settings_take_the_place_of_those_at_training(
    bundle: Path, customers: list[dict[str, Any]]
) -> None:
    settings = {"decision": {"clv": 900, "contact_cost": 1}, "score": {"reasons": "none"}}
    scored = Scoring.load(bundle, RUN, settings).score(rows(customers)).rows
    assert scored.column("expected_value").null_count == 0
    assert scored.column("reason_1").null_count == len(customers)
    every = Scoring.load(bundle, RUN, {"score": {"reasons": "all"}})
    everybody = every.score(rows(customers)).rows
    assert everybody.column("reason_1").null_count == 0


def test_reasons_are_in_the_words_of_the_settings(
    bundle: Path, customers: list[dict[str, Any]]
) -> None:
    named = {"names": {"custserv calls": "Calls to us"}, "actionable": ["CustServ Calls"]}
    settings = {"columns": named, "score": {"reasons": "all"}}
    scored = Scoring.load(bundle, RUN, settings).score(rows(customers)).rows
    told = [
        each for each in scored.column("reason_1").to_pylist() if each.startswith("Calls to us")
    ]
    assert told
    assert all(
        each.endswith("; the company can change this") == ("raises" in each) for each in told
    )


def test_the_value_of_a_customer_is_a_column_that_is_needed(
    bundle: Path, customers: list[dict[str, Any]]
) -> None:
    """Whether the model reads it or not, or never saw it."""
    ours = Scoring.load(bundle, RUN, {"decision": {"clv": "Worth", "contact_cost": 1}})
    assert read_columns(ours)[-1].name == "Worth"
    assert schema_document(ours, LIVE)["columns"][-1] == {
        "name": "Worth",
        "kind": "number",
        "role": "value",
    }
    with pytest.raises(DataError, match="'Worth'"):
        ours.score(rows(customers[:1]))
    valued = ours.score(rows([{**customers[0], "Worth": 1000}])).rows.to_pylist()[0]
    assert valued["expected_value"] > 0


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


HEAVY = {"duckdb", "pandas", "sklearn", "pyspark", "boto3"}


@pytest.mark.parametrize(
    "door", ["unchurn.cli.serve", "unchurn.container.serve", "unchurn.serve.worker"]
)
def test_nothing_heavy_is_imported(bundle: Path, month: Month, tmp_path: Path, door: str) -> None:
    """A server needs no engine, no search, no drawing: not to start, not for any kind of answer."""
    forms = {CSV: "csv", JSON: "json", LINES: "jsonlines", PARQUET: "parquet"}
    for form, name in forms.items():
        (tmp_path / name).write_bytes(month.body(form, month.names, slice(0, 20)))
    program = f"""
import sys
from unchurn.serve.worker import _LeftOut
sys.meta_path.insert(0, _LeftOut())  # as a worker does: others ask for pandas where it is installed
import {door}
from pathlib import Path
from unchurn.artefacts import ScoringRun
from unchurn.serve.app import Answering
from unchurn.serve.request_options import Asked
from unchurn.serve.listening import listen
from unchurn.serve.scoring import Scoring
app = Answering(Scoring.load(Path({str(bundle)!r}), ScoringRun("", 1, "trained")))
for name in {list(forms.values())}:
    body = (Path({str(tmp_path)!r}) / name).read_bytes()
    assert app._long.answer(Asked(name, "csv", reasons="all"), body)
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())


def test_many_customers_are_compared_with_training_in_the_words_of_a_list(
    scoring: Scoring, customers: list[dict[str, Any]]
) -> None:
    """A column gone blank is said first of two hundred customers, and not of a few."""
    blank = [{**each, "CustServ Calls": None} for each in customers]
    notes = scoring.score(rows(blank)).notes
    assert [note.code for note in notes[:2]] == ["untrusted", "arrived-blank"]
    assert "'CustServ Calls' is blank for all customers" in notes[0].words
    assert not [note for note in scoring.score(rows(customers)).notes if "arrived" in note.code]
    few = {note.code for note in scoring.score(rows(blank[:29])).notes}
    assert not few & {"untrusted", "arrived-blank"}
