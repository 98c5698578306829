"""``unchurn init``: from a table to a churn.toml that loads."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from unchurn.cli.init import place_of, run_init, show_init
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project

names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\"'\\#"), max_size=12
)


def table(folder: Path, target: str = "Churn?", phone: str = "Phone") -> Path:
    """Forty customers."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "customers.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([phone, "Day Mins", target])
        writer.writerows([f"555-{1000 + i}", i * 7 % 31, "True." if i % 5 == 0 else "False."]
                         for i in range(40))  # fmt: skip
    return path


def init(data: Path, project: Path, **flags: Any) -> dict[str, Any]:
    """Run init with some flags."""
    said: dict[str, Any] = {"target": "", "positive": "", "id": "", "drop": []}
    said |= {"negative": (), "ignore": (), "keep": ()}
    marks: dict[str, Any] = {"decimal": "", "date_order": ""}
    stated: dict[str, Any] = {"header": True, "delimiter": "", "missing": [], "skip_lines": 0}
    force = flags.pop("force", False)
    for known in (said, marks, stated):
        known.update((name, flags.pop(name)) for name in [*flags] if name in known)
    assert not flags
    sections = {"data": stated, "columns": marks}
    return run_init(data, said, sections, project, force, Silent()).document


def test_a_project_is_written_and_loads(tmp_path: Path) -> None:
    """The folder is made, the table stays, and every value comes back through Project.load."""
    data = table(tmp_path / "in")
    document = init(data, tmp_path / "deep" / "project")
    project = Project.load(tmp_path / "deep" / "project")
    assert (project.churn.target, project.churn.positive) == ("Churn?", "True.")
    assert project.churn.id == document["id"] == "Phone"
    assert (project.folder / project.data.train).resolve() == data.resolve()
    assert document["labels"] == {
        "churned": 8,
        "stayed": 32,
        "missing": 0,
        "ignored": 0,
    }
    text = (project.folder / "churn.toml").read_text(encoding="utf-8")
    assert "# Customer: its name is that of a contact" in text
    assert "8 of 40 labelled rows (20.0%)" in text


@settings(
    max_examples=25,
)
@given(target=names, phone=names)
def test_any_column_name_survives(
    tmp_path_factory: pytest.TempPathFactory, target: str, phone: str
) -> None:
    """Quotes, backslashes, newlines and any script in headers come back exactly."""
    folder = tmp_path_factory.mktemp("names")
    target, phone = f"t{target}t", f"p{phone}p"
    init(table(folder, target, phone), folder, target=target, id=phone)
    project = Project.load(folder)
    assert (project.churn.target, project.churn.id) == (target, phone)


def test_an_existing_project_is_not_overwritten(tmp_path: Path) -> None:
    """Only --force replaces a churn.toml."""
    data = table(tmp_path)
    init(data, tmp_path)
    before = (tmp_path / "churn.toml").read_bytes()
    with pytest.raises(ConfigError, match="--force"):
        init(data, tmp_path, id="Day Mins")
    assert (tmp_path / "churn.toml").read_bytes() == before
    init(data, tmp_path, drop=["day mins"], force=True)
    assert Project.load(tmp_path).columns.drop == ("Day Mins",)


def test_what_a_person_has_set_is_kept_when_it_is_written_anew(tmp_path: Path) -> None:
    """--force infers again and keeps costs, drops and the named id; a flag says otherwise."""
    data = table(tmp_path)
    init(data, tmp_path, drop=["day mins"], delimiter=",")
    path = tmp_path / "churn.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('id = "Phone"', 'id = "day mins"').replace("# clv = 0.0", "clv = 400.0")
    path.write_text(text, encoding="utf-8")
    init(data, tmp_path, force=True)
    kept = Project.load(tmp_path)
    assert kept.churn.id == "Day Mins"
    assert kept.decision.clv == 400.0
    assert kept.data.delimiter == ","
    assert "Customer: kept from churn.toml" in path.read_text(encoding="utf-8")
    init(data, tmp_path, force=True, id="Phone")
    assert Project.load(tmp_path).churn.id == "Phone"


SECTIONS = """
[[campaign.offers]]
name = "call"
cost = 5
eligible = { State = ["OH"] }

[[quality.rules]]
column = "Day Mins"
between = [0, 500]

[aws.jobs.train]
volume_gb = 100
"""


def test_sections_inside_sections_are_kept_too(tmp_path: Path) -> None:
    """Offers, rules and jobs, which no flag knows."""
    data = table(tmp_path)
    init(data, tmp_path)
    path = tmp_path / "churn.toml"
    path.write_text(path.read_text("utf-8") + SECTIONS, "utf-8")
    before = Project.load(tmp_path)
    init(data, tmp_path, force=True)
    kept = Project.load(tmp_path)
    assert (kept.campaign, kept.quality, kept.aws) == (before.campaign, before.quality, before.aws)


def test_a_table_does_not_take_the_place_of_a_history(tmp_path: Path) -> None:
    """What is trained on would still be the history, whatever table is named beside it."""
    text = '[churn]\nevent = "inactivity"\n[history.events.orders]\ndata = "orders.csv"\n'
    (tmp_path / "churn.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="asks a history"):
        init(table(tmp_path), tmp_path, force=True)
    assert (tmp_path / "churn.toml").read_text("utf-8") == text


def test_what_another_table_lacks_is_inferred_again(tmp_path: Path) -> None:
    """A kept id that the new table does not have gives way; a broken churn.toml is replaced."""
    init(table(tmp_path / "a", phone="Mobile"), tmp_path, id="Mobile")
    init(table(tmp_path / "b"), tmp_path, force=True)
    assert Project.load(tmp_path).churn.id == "Phone"
    (tmp_path / "churn.toml").write_text("[churn", encoding="utf-8")
    init(table(tmp_path / "b"), tmp_path, force=True)
    assert Project.load(tmp_path).churn.id == "Phone"


def test_flags_about_the_file_are_used_and_written(tmp_path: Path) -> None:
    """How the file is read is said once: by the flag that a message advises."""
    lines = ["a title", "Phone;Charge;Churn"]
    lines += [
        f"555-{1000 + i};{i % 7},{i % 10}5;{'yes' if i % 5 == 0 else 'no'}" for i in range(60)
    ]
    path = tmp_path / "customers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="cp1252")
    flags = {"delimiter": ";", "skip_lines": 1, "decimal": ",", "missing": ["k.A."]}
    init(path, tmp_path, **flags)
    project = Project.load(tmp_path)
    assert project.data.delimiter == ";"
    assert project.data.skip_lines == 1
    assert project.data.missing == ("k.A.",)
    assert project.columns.decimal == ","
    with pytest.raises(ConfigError, match="decimal"):
        init(path, tmp_path / "other", decimal="x")


def test_nothing_is_written_when_something_is_wrong(tmp_path: Path) -> None:
    """A flag that names nothing leaves no folder behind."""
    with pytest.raises(ConfigError):
        init(table(tmp_path / "in"), tmp_path / "project", target="nobody")
    assert not (tmp_path / "project").exists()


def test_the_table_is_named_relative_to_a_project_near_it(tmp_path: Path) -> None:
    """Near tables by a relative path, far ones by a whole one; a glob stays a glob."""
    assert place_of(tmp_path / "data" / "a.csv", tmp_path / "project") == "../data/a.csv"
    assert place_of(tmp_path / "data" / "*.csv", tmp_path) == "data/*.csv"
    far = tmp_path / "one" / "two" / "three" / "four"
    assert place_of(tmp_path / "a.csv", far) == str((tmp_path / "a.csv").resolve())


def test_what_was_inferred_is_shown_in_words(tmp_path: Path) -> None:
    """The same facts for a person, with the next command."""
    page = StringIO()
    show_init(init(table(tmp_path), tmp_path), Console(file=page, width=200))
    assert "Target: Churn?" in page.getvalue()
    assert "unchurn train --project" in page.getvalue()
