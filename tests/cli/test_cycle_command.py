"""`unchurn cycle` on a history, three months in a row, the second with a broken export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import QUICK, Unchurn, add_sections
from csv_rows import Row, changed_rows
from unchurn.demo import write_history
from unchurn.pipeline.retraining import TRAINED

pytestmark = pytest.mark.slow

MONTHS = ("2025-10-15", "2025-11-15", "2025-12-15")
TOLD = """
[history]
observed_until = "2025-09-15"
[decision]
clv = 6000.0
[cycle]
retrain = "every 2 months"
notify = [{ level = "act", command = ["sh", "-c", "echo \\"$UNCHURN_TEXT\\" >> told.txt"] }]
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, unchurn: Unchurn) -> Path:
    """The demo's history of a small business, with a champion of what was known in September."""
    folder = tmp_path_factory.mktemp("company")
    write_history(folder, customers=900)
    config = folder / "churn.toml"
    config.write_text(config.read_text("utf-8").replace("clv = 600.0\n", ""))
    add_sections(config, QUICK + TOLD)
    ran = unchurn("train", "--project", folder, "--json")
    assert ran.code == 0, ran.err
    config.write_text(config.read_text("utf-8").replace('observed_until = "2025-09-15"\n', ""))
    return folder


def in_cents(_: int, row: Row) -> Row:
    """Write prices as an export does that lost its decimal mark."""
    return {**row, "price": f"{float(row['price']) * 100:.0f}"}


def test_three_months_with_a_broken_export_in_the_second(company: Path, unchurn: Unchurn) -> None:
    """A list, a refusal that a manager understands and is told of, a list; training is put off by a month."""
    table, cycles = company / "subscriptions.csv", company / ".unchurn" / "cycles"
    sound = table.read_bytes()
    first = unchurn("cycle", "--project", company, "--as-of", MONTHS[0], "--json")
    assert first.code == 0, first.err
    made = first.document
    assert (made["status"], made["unchanged"]) == ("done", False)
    assert made["contact"]["contacted"] > 0
    assert (made["retrain"]["outcome"], made["list"]["model_version"]) == ("not due", 1)

    changed_rows(table, table, in_cents)
    second = unchurn("cycle", "--project", company, "--as-of", MONTHS[1])
    assert second.code == 5
    assert second.out.startswith(f"No list for {MONTHS[1]}: its table cannot be trusted.")
    assert "'price now' is about 100 times what training saw" in second.out
    assert "A table that cannot be trusted trains nothing" in second.out
    assert not list((cycles / MONTHS[1]).glob("*.csv"))

    table.write_bytes(sound)
    third = unchurn("cycle", "--project", company, "--as-of", MONTHS[2], "--json")
    assert third.code == 0, third.err
    made = third.document
    assert (made["status"], made["list"]["model_version"]) == ("done", 1)
    assert made["retrain"]["outcome"] in TRAINED
    model = company / ".unchurn" / "runs" / made["retrain"]["run_id"] / "model"
    assert json.loads((model / "contract.json").read_bytes())["observed_until"] == MONTHS[2]
    kept = json.loads((cycles / MONTHS[2] / "cycle.json").read_bytes())
    assert kept == {each: made[each] for each in kept}
    said = (company / "told.txt").read_text("utf-8")
    assert f"No list for {MONTHS[1]}" in said

    again = unchurn("cycle", "--project", company, "--as-of", MONTHS[2])
    assert again.code == 0
    assert "Nothing has changed since it was made." in again.out
    back = unchurn("cycle", "--project", company, "--as-of", "2025-11-30")
    assert back.code == 2
    assert "cycles go forward" in back.err


def test_a_history_takes_no_table(company: Path, unchurn: Unchurn) -> None:
    """Its customers are observed; a day that is none is refused."""
    ran = unchurn("cycle", "--project", company, "--data", company / "subscriptions.csv")
    assert ran.code == 2
    assert "Leave it away" in ran.err
    ran = unchurn("cycle", "--project", company, "--as-of", "today", "--json")
    assert (ran.code, ran.document["code"]) == (2, 2)
