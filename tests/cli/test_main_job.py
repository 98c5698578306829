"""From a table to a registered model, and from a fresh table to a scored list."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq

from command_line import Ran, Unchurn

Trained = tuple[Path, Ran]


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV list."""
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_training_prints_one_document(trained: Trained) -> None:
    """The JSON of a training has every key that others rely on."""
    document = trained[1].document
    assert {"schema_version", "run_id", "version", "verdict", "promoted", "metrics"} <= set(
        document
    )
    assert {"baselines", "rows", "seconds", "artefacts", "report"} <= set(document)
    assert document["version"] == 1
    assert document["promoted"] is True
    assert document["verdict"] == "passed"
    for name in ("roc_auc", "average_precision", "log_loss", "brier", "ece", "lift_top_decile"):
        metric = document["metrics"][name]
        assert metric["low"] <= metric["value"] <= metric["high"], name
    assert Path(document["report"]).is_file()


def test_every_row_is_accounted_for(trained: Trained) -> None:
    """Rows read are rows kept plus rows dropped, each with its reason."""
    rows = trained[1].document["rows"]
    assert rows["read"] == rows["kept"] + sum(rows["dropped"].values())


def test_training_again_does_nothing_new(trained: Trained, unchurn: Unchurn) -> None:
    """The same table and config give the same run and the same version."""
    again = unchurn("train", "--project", trained[0], "--json").document
    first = trained[1].document
    assert (again["run_id"], again["version"]) == (first["run_id"], 1)


def test_every_customer_is_scored_once(
    trained: Trained, telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """The list has a row for every input row, in order, under the id's own name."""
    out = tmp_path / "scores.csv"
    ran = unchurn(
        "score",
        "--project",
        trained[0],
        "--data",
        telecom / "this_month.csv",
        "--out",
        out,
        "--json",
    )
    assert ran.code == 0, ran.err
    asked = [row["Phone"] for row in rows_of(telecom / "this_month.csv")]
    answered = rows_of(out)
    assert [row["Phone"] for row in answered] == asked
    assert ran.document["rows_in"] == ran.document["rows_out"] == len(asked)
    assert ran.document["model_version"] == 1
    assert all(0 < float(row["probability"]) < 1 for row in answered)
    assert all(1 <= int(row["decile"]) <= 10 for row in answered)


def test_formats_agree_and_scoring_again_gives_the_same_bytes(
    trained: Trained, telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """CSV, Parquet and JSON Lines hold the same answers, and a second run the same bytes."""
    for name in ("a.csv", "b.csv", "c.parquet", "d.jsonl"):
        data, out = telecom / "this_month.csv", tmp_path / name
        assert unchurn("score", "--project", trained[0], "--data", data, "--out", out).code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    listed = [float(row["probability"]) for row in rows_of(tmp_path / "a.csv")]
    table = pq.read_table(tmp_path / "c.parquet")
    assert listed == table["probability"].to_pylist()
    lines = (tmp_path / "d.jsonl").read_text().splitlines()
    assert listed == [json.loads(line)["probability"] for line in lines]


def test_one_customer_is_explained_as_listed(
    trained: Trained, telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """`explain` gives the score that `score` gave."""
    data, out = telecom / "this_month.csv", tmp_path / "scores.csv"
    unchurn("score", "--project", trained[0], "--data", data, "--out", out)
    wanted = rows_of(out)[0]
    words = ("--customer", wanted["Phone"], "--data", data, "--json")
    ran = unchurn("explain", "--project", trained[0], *words)
    assert ran.code == 0, ran.err
    assert str(float(wanted["probability"])) in ran.out


def test_an_unknown_customer_is_said_so(trained: Trained, unchurn: Unchurn) -> None:
    """An id that is in no table is an error with the id in it."""
    ran = unchurn("explain", "--project", trained[0], "--customer", "nobody-here")
    assert ran.code in (2, 3)
    assert "nobody-here" in ran.err


def test_check_prints_findings_without_training(
    telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """`check` profiles the table and names the leak, in one document."""
    assert unchurn("init", "--data", telecom / "customers.csv", "--project", tmp_path).code == 0
    ran = unchurn("check", "--project", tmp_path, "--json")
    assert ran.code == 0, ran.err
    assert any(finding["code"] == "leak-strength" for finding in ran.document["findings"])
    assert unchurn("check", "--project", tmp_path).code == 0


def test_every_verb_accepts_the_common_flags(unchurn: Unchurn) -> None:
    """--project, --json, --quiet and --verbose come after any verb."""
    verbs = [["init"], ["check"], ["demo"], ["train"], ["score"], ["explain"], ["report"]]
    verbs += [["registry", name] for name in ("list", "show", "promote", "rollback", "verify")]
    for verb in verbs:
        text = unchurn(*verb, "--help").out
        for flag in ("--project", "--json", "--quiet", "--verbose"):
            assert flag in text, (verb, flag)
