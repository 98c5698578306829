"""``unchurn check``: findings and a profile."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from unchurn.cli.check import check, show_check, shown
from unchurn.errors import ConfigError
from unchurn.progress import Silent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project over 400 customers, with a leak and a name that rich would read as markup."""
    lines = ["id,[bold]x,refund,plan,churn"]
    for i in range(400):
        churned = i % 4 == 0
        plan = "" if i % 10 == 0 else f"p{i % 3}"
        lines.append(f"k{i},{i * 37 % 101},{5 + i % 3 if churned else i % 3},{plan},{int(churned)}")
    (tmp_path / "t.csv").write_text("\n".join(lines))
    (tmp_path / "churn.toml").write_text(
        '[data]\ntrain = "t.csv"\n[churn]\ntarget = "churn"\nid = "id"\n'
    )
    return tmp_path


def document(project: Path) -> dict[str, Any]:
    """The document of a check."""
    return check(project, Silent()).document


def test_every_column_has_its_role_and_figures(project: Path) -> None:
    """Roles with reasons, missing counts, commonest values; the gravest finding first."""
    made = document(project)
    columns = {column["name"]: column for column in made["columns"]}
    assert list(columns) == ["id", "[bold]x", "refund", "plan", "churn"]
    assert columns["refund"]["role"] == "dropped"
    assert "ROC-AUC" in columns["refund"]["reason"]
    assert columns["plan"]["missing"] == 40
    assert len(columns["plan"]["top"]) == 3
    assert made["findings"][0]["code"] == "leak-strength"
    assert made["rows"]["kept"] == 400


def test_a_second_check_reuses_the_first(project: Path) -> None:
    """Nothing is made again, and the document is the same."""
    assert document(project) == document(project)


def test_shown_as_a_table_with_names_as_they_are(project: Path) -> None:
    """Square brackets in a header are not taken for markup."""
    page = StringIO()
    show_check(document(project), Console(file=page, width=160))
    assert "[bold]x" in page.getvalue()
    assert "BLOCKED: 'refund'" in page.getvalue()
    assert "Rows: 400 read, 400 kept" in page.getvalue()


def test_long_and_strange_cells_are_cut_and_escaped() -> None:
    """No cell moves the cursor or fills the screen."""
    assert shown("a\nb\x1b[0m") == "a\\nb\\x1b[0m"
    assert len(shown("x" * 500)) == 40


def test_a_folder_without_a_project_is_a_config_error(tmp_path: Path) -> None:
    """The message says how to make one."""
    with pytest.raises(ConfigError, match="unchurn init"):
        check(tmp_path, Silent())


RULES = """
[[quality.rules]]
column = "plan"
complete = 0.95
[[quality.rules]]
column = "refund"
between = [0, 100]
"""


def test_rules_of_ones_own_are_held_against_the_training_table(project: Path) -> None:
    """Counts are of every readable row; a column that the model leaves out may have one, too."""
    with (project / "churn.toml").open("a") as stream:
        stream.write(RULES)
    made = document(project)
    assert [each["state"] for each in made["rules"]] == ["broken", "holds"]
    assert (made["rules"][0]["broken"], made["rules"][0]["first_rows"][:2]) == (40, [1, 11])
    page = StringIO()
    show_check(made, Console(file=page, width=160))
    assert "LOOK: A rule of your own is broken: 'plan'" in page.getvalue()
    assert "1 of 2 rules of your own hold." in page.getvalue()


def test_rules_may_spell_a_column_in_two_ways(project: Path) -> None:
    """Each is of the column that it means, as when a month is scored."""
    with (project / "churn.toml").open("a") as stream:
        stream.write(RULES + '[[quality.rules]]\ncolumn = "PLAN"\ncomplete = 0.95\n')
    made = document(project)
    assert [each["state"] for each in made["rules"]] == ["broken", "holds", "broken"]


def test_suggested_rules_hold_and_are_toml_to_paste(project: Path) -> None:
    """Each has its reason; those that are there are not suggested again."""
    first = check(project, Silent(), suggest=True).document["suggested"]
    asked = {(each["column"], each["condition"]) for each in first}
    assert {("", "rows"), ("id", "unique"), ("plan", "in"), ("[bold]x", "between")} <= asked
    assert not {column for column, _ in asked} & {"churn", "refund"}
    assert all(each["reason"] for each in first)
    with (project / "churn.toml").open("a") as stream:
        stream.write("\n".join(each["toml"] for each in first))
    again = check(project, Silent(), suggest=True).document
    assert {each["state"] for each in again["rules"]} == {"holds"}
    assert len(again["rules"]) == len(first)
    assert again["suggested"] == []


@pytest.mark.parametrize(
    ("column", "words"),
    [("plam", "is it 'plan'"), ("churn", "the label, which a table to score does not have")],
)
def test_a_rule_of_no_column_is_refused(project: Path, column: str, words: str) -> None:
    """The training table says which columns there are."""
    with (project / "churn.toml").open("a") as stream:
        stream.write(f'[[quality.rules]]\ncolumn = "{column}"\nunique = true\n')
    with pytest.raises(ConfigError) as refused:
        check(project, Silent())
    assert words in str(refused.value)
