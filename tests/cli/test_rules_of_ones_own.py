"""Rules of [quality] through `score`, `monitor` and `target`: said, refused where strict, and where they cannot be judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Ran, Unchurn, copy_as_trained

pytestmark = pytest.mark.slow

RULES = """
[[quality.rules]]
rows = [1, 150]
[[quality.rules]]
column = "Day Mins"
between = [0, 1]
severity = "act"
why = "A day has one minute here."
[[quality.rules]]
column = "Signup Date"
not_older_than = 1
[[quality.rules]]
column = "Nowhere"
unique = true
severity = "act"
"""


@pytest.fixture
def ruled(trained: tuple[Path, Ran], tmp_path: Path) -> Path:
    """The trained project with rules that this month breaks, or that cannot be evaluated."""
    folder = tmp_path / "ruled"
    copy_as_trained(trained[0], folder)
    with (folder / "churn.toml").open("a", encoding="utf-8") as stream:
        stream.write(RULES)
    return folder


def test_a_broken_rule_is_said_and_strict_refuses_the_list(
    ruled: Path, telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """Notes lead with the rule that asks to act; the others are said, and the list is whole without --strict."""
    out = tmp_path / "list.csv"
    words = ("score", "--project", ruled, "--data", telecom / "this_month.csv", "--out", out)
    refused = unchurn(*words, "--strict")
    assert refused.code == 5
    assert "a rule of your own is broken, 'Day Mins' is to be from 0 to 1" in " ".join(
        refused.err.split()
    )
    assert not out.exists()
    told = unchurn(*words, "--json")
    assert told.code == 0, told.err
    notes = told.document["notes"]
    assert notes[0]["code"] == "untrusted"
    rows, minutes = (note["words"] for note in notes if note["code"] == "rule-broken")
    assert "to have from 1 to 150 rows; it has 200" in rows
    assert "'Day Mins'" in minutes and minutes.endswith("A day has one minute here.")
    day, nowhere = (note["words"] for note in notes if note["code"] == "rule-unjudged")
    assert "no day was given" in day
    assert "without a column 'Nowhere'" in nowhere


def test_a_watch_counts_from_its_day_and_says_the_same(
    ruled: Path, telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """Exit 5 where one asks to act; reasons and page have every rule that does not hold."""
    folder = tmp_path / "watch"
    words = ("--project", ruled, "--data", telecom / "this_month.csv", "--as-of", "2030-01-01")
    ran = unchurn("monitor", *words, "--out", folder, "--json")
    assert ran.code == 5, ran.err
    states = [each["state"] for each in ran.document["quality"]]
    assert states == ["broken", "broken", "broken", "unjudged"]
    levels = {each["words"]: each["level"] for each in ran.document["reasons"]}
    told = {each["words"]: each["level"] for each in ran.document["quality"]}
    assert told.items() <= levels.items()
    assert list(told.values()) == ["look", "act", "look", "look"]
    page = (folder / "watch.html").read_text(encoding="utf-8")
    assert "Signup Date" in page and "at most 1 day old" in page
    assert json.loads((folder / "watch.json").read_text())["quality"] == ran.document["quality"]
