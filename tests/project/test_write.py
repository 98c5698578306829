"""churn.toml as text, and back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ConfigError
from unchurn.project import Offer, Project
from unchurn.project.write import MATTER, Setting, churn_toml, save_churn_toml, toml

names = st.text(min_size=1, max_size=20) | st.sampled_from(
    [
        "Int'l Plan",
        'say "hi"',
        "a\\b",
        "new\nline",
        "tab\there",
        "Ünïcode ✓",
        "\x7f\x00",
        "'''",
        "#",
    ]
)


@settings(max_examples=60)
@given(target=names, positive=names, drop=st.lists(names, max_size=6), reason=names)
def test_any_name_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    target: str,
    positive: str,
    drop: list[str],
    reason: str,
) -> None:
    """Quotes, backslashes, newlines and control characters in names and reasons survive."""
    written = [
        Setting("churn", "target", target, (reason,)),
        Setting("churn", "positive", positive),
        Setting("columns", "drop", tuple(drop), (reason, "")),
        Setting("columns", "types", {target: "number"}),
    ]
    text = churn_toml(written, {"": (reason,), "split": (reason,)})
    folder = tmp_path_factory.mktemp("project")
    save_churn_toml(text, folder)
    project = Project.load(folder)
    assert project.churn.target == target
    assert project.churn.positive == positive
    assert project.columns.drop == tuple(drop)
    assert project.columns.types == {target: "number"}


def test_defaults_are_shown_as_comments_and_are_the_defaults() -> None:
    """Uncommenting every default of a fresh file changes nothing and is valid."""
    text = churn_toml([], {})
    bare = "\n".join(line.removeprefix("# ") for line in text.splitlines())
    assert Project.from_plain(tomllib.loads(bare), Path()) == Project.from_plain({}, Path())
    shown = {(name, key) for name, keys in tomllib.loads(bare).items() for key in keys}
    assert shown == {tuple(each.split(".")) for each in MATTER} and len(shown) == 20


@pytest.mark.parametrize("value", [True, 3, 0.25, "x", (), ("a", "b"), {}, ("y" * 60, "z" * 60)])
def test_values_are_valid_toml(value: object) -> None:
    """Every type of key is rendered as TOML reads it."""
    read = tomllib.loads(f"key = {toml(value)}")["key"]
    assert (tuple(read) if isinstance(value, tuple) else read) == value


def test_an_existing_file_is_kept_unless_forced(tmp_path: Path) -> None:
    """Nobody's churn.toml is overwritten by accident."""
    save_churn_toml("# one\n", tmp_path)
    with pytest.raises(ConfigError, match="--force"):
        save_churn_toml("# two\n", tmp_path)
    assert (tmp_path / "churn.toml").read_text() == "# one\n"
    save_churn_toml("# two\n", tmp_path, force=True)
    assert (tmp_path / "churn.toml").read_text() == "# two\n"
    assert [each.name for each in tmp_path.iterdir()] == ["churn.toml"]


def test_a_folder_that_cannot_be_made_is_a_config_error(tmp_path: Path) -> None:
    """A file in the way of the project folder is named."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigError, match="taken"):
        save_churn_toml("", tmp_path / "taken" / "project")


def test_sections_inside_sections_are_written_and_read_back(tmp_path: Path) -> None:
    """Whatever the tables of a history are called."""
    written = [
        Setting("history", "windows", (30, 90)),
        Setting("history.subscriptions", "data", "s.csv", ("has a start and an end",)),
        Setting('history.events.log ins & "outs"', "data", "l.csv"),
        Setting("churn", "eligible", {"plan": ("basic",)}),
    ]
    save_churn_toml(churn_toml(written, {}), tmp_path)
    project = Project.load(tmp_path)
    assert project.history.windows == (30, 90)
    assert project.history.subscriptions.data == "s.csv"
    assert project.history.events['log ins & "outs"'].data == "l.csv"
    assert project.churn.eligible == {"plan": ("basic",)}


def test_offers_are_written_and_read_back(tmp_path: Path) -> None:
    """Sections that repeat survive `init --force`, names and values as they were."""
    offers = (Offer('say "hi"', 2.0, eligible={"Int'l Plan": ("yes",)}), Offer("gift", 9.0, 5.0))
    save_churn_toml(churn_toml([Setting("campaign", "offers", offers)], {}), tmp_path)
    assert Project.load(tmp_path).campaign.offers == offers
