"""`unchurn monitor`: a month beside training, its files, its levels and its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, Unchurn, copy_as_trained
from csv_rows import Row, changed_rows, hundredfold, read_rows
from unchurn.artefacts import dump_json
from unchurn.pipeline.monitoring import FILES

pytestmark = pytest.mark.slow


@pytest.fixture
def watch(trained: tuple[Path, Ran], unchurn: Unchurn) -> Callable[..., Ran]:
    """Watch a table with the trained project."""
    return lambda data, *more: unchurn(
        "monitor", "--project", trained[0], "--data", data, *more, "--quiet"
    )


def test_a_month_like_training_is_steady_and_the_same_twice(
    watch: Callable[..., Ran], telecom: Path, tmp_path: Path
) -> None:
    """Exit 0, every file, the day that was named, and the same bytes once more."""
    month, folders = telecom / "this_month.csv", [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        ran = watch(month, "--as-of", "2027-03-01", "--out", folder, "--fresh", "--json")
        assert ran.code == 0, ran.out + ran.err
    document = ran.document
    assert (document["schema_version"], document["as_of"]) == (1, "2027-03-01")
    assert document["level"] == "steady", document["reasons"]
    assert document["customers"] == 200
    assert sorted(path.name for path in folders[0].iterdir()) == sorted(FILES)
    for name in FILES:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    assert document["together"]["level"] == "steady"
    weights = [each["weight"] for each in document["columns"]]
    assert sum(weights) == pytest.approx(1, abs=1e-6)
    expected = document["expected"]
    assert 0 < expected["left"]["low"] < expected["left"]["value"] < expected["left"]["high"] < 200
    assert expected["training"]["roc_auc"] == pytest.approx(expected["roc_auc"]["value"], abs=0.15)
    assert expected["profit"] is None
    assert {each["level"] for each in document["attention"]} == {"steady"}
    assert {"Contract", "Tenure"} & {each["column"] for each in document["attention"]}
    text = watch(month)
    assert text.out.startswith("Watch: STEADY\n")
    assert "are as in training" in text.out


def test_another_unit_asks_to_act(watch: Callable[..., Ran], telecom: Path, tmp_path: Path) -> None:
    """Exit 5, the reason in words first, and files all the same."""
    data = changed_rows(telecom / "this_month.csv", tmp_path / "cents.csv", hundredfold)
    ran = watch(data, "--json")
    assert ran.code == 5, ran.err
    document = ran.document
    assert document["level"] == "act"
    assert "'Day Mins' is about 100 times what training saw" in document["words"]
    first = document["columns"][0]
    assert (first["name"], first["level"]) == ("Day Mins", "act")
    assert first["distance"]["in_sd"] > first["distance"]["floor"]["act"]
    assert Path(document["page"]).is_file()
    text = watch(data)
    assert text.code == 5
    assert "  act: " in text.out


def test_columns_that_part_are_seen_while_each_stays_as_it_was(
    watch: Callable[..., Ran], telecom: Path, tmp_path: Path
) -> None:
    """Charges of another customer: every margin is the same, and the booster names both columns."""
    everybody = telecom / "customers.csv"  # in 200 customers it can hide
    charges = [row["Day Charge"] for row in read_rows(everybody)]

    def exchange(place: int, row: Row) -> Row:
        return {**row, "Day Charge": charges[(place + 71) % len(charges)]}

    table = changed_rows(everybody, tmp_path / "parted.csv", exchange)
    document = watch(table, "--json").document
    together = document["together"]
    assert together["level"] != "steady", together
    assert together["auc"] > together["floor"]["look"]
    assert {each["name"] for each in together["columns"]} & {"Day Charge", "Day Mins"}
    assert any("told apart" in each["words"] for each in document["reasons"])


def test_blanks_and_new_values_name_their_columns(
    watch: Callable[..., Ran], telecom: Path, tmp_path: Path
) -> None:
    """A burst of blanks and a plan that nobody knew, each with its share."""

    def spoil(place: int, row: Row) -> Row:
        blank = "" if place % 2 else row["CustServ Calls"]
        return {**row, "CustServ Calls": blank, "Int'l Plan": "maybe"}

    odd = changed_rows(telecom / "this_month.csv", tmp_path / "odd.csv", spoil)
    found = watch(odd, "--json").document["columns"]
    named = {each["name"]: each for each in found}
    assert named["CustServ Calls"]["level"] == "act"
    assert named["CustServ Calls"]["missing"]["share"] == pytest.approx(0.5)
    assert named["Int'l Plan"]["unseen"]["share"] == 1.0
    assert "maybe" in named["Int'l Plan"]["reason"]


def test_a_few_customers_are_not_judged(
    watch: Callable[..., Ran], telecom: Path, tmp_path: Path
) -> None:
    """One row gives every file, and says that it is too little; none is refused."""
    lines = (telecom / "this_month.csv").read_text("utf-8").splitlines()
    few = tmp_path / "few.csv"
    few.write_text("\n".join(lines[:2]) + "\n")
    ran = watch(few, "--json")
    assert (ran.code, ran.document["judged"]) == (0, False)
    assert "too few to judge" in ran.document["words"]
    few.write_text(lines[0] + "\n")
    assert watch(few).code == 3


def test_an_older_bundle_says_what_it_cannot_tell(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """A model without a baseline is compared with its profile; a broken unit is seen all the same."""
    folder = tmp_path / "old"
    copy_as_trained(trained[0], folder)
    run = trained[1].document["run_id"]
    model = folder / ".unchurn" / "runs" / run / "model"
    manifest = json.loads((model / "manifest.json").read_bytes())
    for name in ("baseline", "statistics", "constraints"):
        (model / f"{name}.json").unlink()
        del manifest["files"][f"{name}.json"]
    (model / "manifest.json").write_bytes(dump_json(manifest))
    data = changed_rows(telecom / "this_month.csv", tmp_path / "cents.csv", hundredfold)
    for table, code in ((telecom / "this_month.csv", 0), (data, 5)):
        ran = unchurn(
            "monitor", "--project", folder, "--data", table, "--run", run, "--json", "--quiet"
        )
        assert ran.code == code, ran.out
        assert ran.document["cannot"][0].startswith("The model was trained before baselines")
        assert ran.document["baseline"]["version"] == 0


@pytest.fixture
def suggested(watch: Callable[..., Ran], telecom: Path, tmp_path: Path) -> dict[str, Any]:
    """The constraints that training suggests."""
    watch(telecom / "this_month.csv", "--out", tmp_path / "usual")
    found: dict[str, Any] = json.loads((tmp_path / "usual" / "constraints.json").read_bytes())
    return found


def test_constraints_that_were_edited_are_kept_to(
    watch: Callable[..., Ran],
    telecom: Path,
    tmp_path: Path,
    suggested: dict[str, Any],
    trained: tuple[Path, Ran],
) -> None:
    """Those of training alone alarm nobody; what a person changed does, with its own words."""
    given, month = tmp_path / "constraints.json", telecom / "this_month.csv"
    run = trained[0] / ".unchurn" / "runs" / trained[1].document["run_id"]
    given.write_bytes((run / "model" / "constraints.json").read_bytes())
    assert given.read_bytes() == dump_json(suggested), "written at training, read by each watch"
    assert watch(month, "--constraints", given).code == 0
    named = {each["name"]: each for each in suggested["features"]}
    named["Satisfaction"]["completeness"] = 1.0
    named["Contract"]["string_constraints"] = {"domains": ["two year"]}
    given.write_bytes(dump_json(suggested))
    out = tmp_path / "w"
    ran = watch(month, "--constraints", given, "--out", out, "--json")
    assert ran.code == 5
    checks = {
        each["feature_name"]: each["constraint_check_type"] for each in ran.document["own_rules"]
    }
    assert checks["Satisfaction"] == "completeness_check"
    assert checks["Contract"] == "categorical_values_check"
    assert json.loads((out / "constraints.json").read_bytes()) == suggested
    assert "A rule of your own does not hold" in ran.document["words"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"features": None}, "no list of features"),
        ({"features": [{"name": ""}]}, "feature 1 is named ''"),
        ({"features": [{"name": "a", "inferred_type": "Text"}]}, "inferred_type is 'Text'"),
        (
            {"features": [{"name": "a", "inferred_type": "String", "completeness": 98}]},
            "completeness is 98",
        ),
        (
            {"features": [], "monitoring_config": {"evaluate_constraints": "On"}},
            "evaluate_constraints is 'On'",
        ),
    ],
)
def test_constraints_that_cannot_be_used_are_refused(
    watch: Callable[..., Ran], telecom: Path, tmp_path: Path, spoil: Any, words: str
) -> None:
    """Exit 2 with what was seen, before anything is scored."""
    given = tmp_path / "constraints.json"
    given.write_bytes(dump_json(spoil))
    ran = watch(telecom / "this_month.csv", "--constraints", given)
    assert ran.code == 2
    assert words in " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("flag", "value"),
    [("--as-of", "yesterday"), ("--constraints", "nothing.json"), ("--out", "no/such/folder")],
)
def test_flags_that_cannot_be_are_refused(
    watch: Callable[..., Ran], telecom: Path, flag: str, value: str
) -> None:
    """A day that is none, a file that is not there, a folder without a parent."""
    ran = watch(telecom / "this_month.csv", flag, value)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_last_months_table_again_asks_to_act(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """Only a later day has an earlier watch; the day itself, watched again, stays as it was."""
    folder = tmp_path / "project"
    copy_as_trained(trained[0], folder)
    told = (
        "monitor",
        "--project",
        folder,
        "--data",
        telecom / "this_month.csv",
        "--json",
        "--quiet",
    )
    first = unchurn(*told, "--as-of", "2020-01-01")
    assert first.code == 0, first.out
    again = unchurn(*told, "--as-of", "2020-02-01")
    assert again.code == 5
    assert again.document["words"].startswith("The table is that of 2020-01-01 again")
    days = again.document["months"]["days"]
    assert [each["as_of"] for each in days] == ["2020-01-01", "2020-02-01"]
    assert days[0]["score"] == days[1]["score"] > 0
    assert Path(again.document["page"]).read_text("utf-8").count("<svg") >= len(("level", "rows"))
    assert unchurn(*told, "--as-of", "2020-01-01").document == first.document
