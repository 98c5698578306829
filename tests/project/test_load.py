"""churn.toml: read whole, or refused with key, value and choices."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ConfigError
from unchurn.project import SECTIONS, Project
from unchurn.project.load import section_of


def load(tmp_path: Path, text: str) -> Project:
    """Write a churn.toml and load it."""
    (tmp_path / "churn.toml").write_text(text, encoding="utf-8")
    return Project.load(tmp_path)


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    """Every key has a default."""
    assert load(tmp_path, "").split.test == 0.2


def test_values_are_typed(tmp_path: Path) -> None:
    """Whole numbers stand for numbers, lists become tuples, a clv may name a column."""
    project = load(tmp_path, '[decision]\nclv = "Value"\ncontact_cost = 2\n[columns]\ndrop = ["a"]')
    assert project.decision.clv == "Value"
    assert isinstance(project.decision.contact_cost, float)
    assert project.columns.drop == ("a",)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """The root of runs lies beside churn.toml wherever the command is run."""
    assert load(tmp_path, '[artefacts]\nroot = "made"').root == tmp_path / "made"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[trian]\n", "Did you mean 'train'"),
        ("[train]\nmember = 1", "Did you mean 'members'"),
        ("[train]\nseed = true", r"\[train\] seed is True; it must be a whole number"),
        ('[train]\nrefit = "False"', "it must be true or false"),
        ('[train]\ndevice = "gpu"', "Choose one of 'cpu', 'cuda'"),
        ("[split]\ntest = 1.5", "above 0 and below 0.9"),
        ("[split]\ntest = nan", "is nan"),
        ("[decision]\naccept_rate = inf", "is inf"),
        ("[score]\nbands = [0.1, nan]", "is nan"),
        ("[engine]\nthreads = 100000", "at most 256"),
        (f"[train]\nthreads = {'9' * 400}", "at most 256"),
        (f"[decision]\nclv = {'9' * 400}", "no number is that large"),
        (f"[decision]\nclv = {'9' * 5000}", "is not valid TOML"),
        (f"[train]\nseed = {'[' * 5000}{']' * 5000}", "is not valid TOML"),
        (f"[train]\nseed = {'[' * 60}{']' * 60}", "must be a whole number"),
        ("[score]\nbands = [0.1]", "has 1 values; it must have 2"),
        ("[columns]\ndrop = [3]", r"drop\[0\] is 3; it must be text in quotes"),
        ('[columns.types]\nzip = "str"', "Choose one of 'number'"),
        ("train = 3", "unknown section 'train'|must be a section"),
        ("[data\n", "is not valid TOML"),
    ],
)
def test_a_mistake_names_key_value_and_choices(tmp_path: Path, text: str, words: str) -> None:
    """A person can mend the file from the message alone."""
    with pytest.raises(ConfigError, match=words) as caught:
        load(tmp_path, text)
    assert caught.value.exit_code == 2


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """Without churn.toml the next move is unchurn init."""
    with pytest.raises(ConfigError, match="unchurn init"):
        Project.load(tmp_path)


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    """A binary churn.toml is a config error."""
    (tmp_path / "churn.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        Project.load(tmp_path)


@settings(max_examples=300)
@given(section=st.sampled_from(sorted(SECTIONS)), data=st.data())
def test_no_value_of_any_key_is_more_than_a_mistake(section: str, data: st.DataObject) -> None:
    """Whatever TOML can say of a key is taken or refused in words."""
    name = data.draw(st.sampled_from([item.name for item in fields(SECTIONS[section])]))
    plain: st.SearchStrategy[Any] = (
        st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400) | st.dates()
    )
    nested = st.recursive(
        plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6
    )
    with suppress(ConfigError):
        Project.from_plain({section: {name: data.draw(nested)}}, Path())


def _inside(section: Any) -> list[type]:
    return [kind for hint in get_type_hints(section).values() if (kind := section_of(hint))]


@pytest.mark.parametrize("section", SECTIONS.values())
def test_every_key_is_documented_and_its_default_is_valid(section: Any) -> None:
    """A key without a sentence, or with a default it would refuse, cannot be added."""
    for kind in (section, *_inside(section)):
        plain = [item for item in fields(kind) if not section_of(get_type_hints(kind)[item.name])]
        assert all(item.metadata["doc"].endswith(".") for item in plain)
    name = next(name for name, kind in SECTIONS.items() if kind is section)
    again = Project.from_plain({name: asdict(section())}, Path())
    assert getattr(again, name) == section()


HISTORY = """
[history]
windows = [30]
[history.subscriptions]
data = "s.csv"
[history.events.orders]
data = "o.csv"
values = ["amount"]
[history.events."log ins"]
data = "l.csv"
[churn]
eligible = { plan = ["basic", "plus"], country = "DE" }
"""


def test_sections_lie_inside_sections(tmp_path: Path) -> None:
    """Tables of a history are named, each a section with the defaults of its kind."""
    project = load(tmp_path, HISTORY)
    assert project.history.subscriptions.data == "s.csv"
    assert project.history.events["orders"].values == ("amount",)
    assert project.history.events["log ins"].time == "time"
    assert project.churn.eligible == {"plan": ("basic", "plus"), "country": ("DE",)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[history]\nevents = 3", r"\[history.events\] in churn.toml is 3"),
        ("[history.events]\norders = 3", r"\[history.events.orders\] in churn.toml is 3"),
        ("[history.events.orders]\ntimes = 'x'", r"unknown key 'times'"),
        ("[history.subscriptions]\nfixed_terms = 'yes'", "must be true or false"),
        ("[history]\nwindows = [0]", "at least 1"),
        ("[churn]\neligible = { plan = 3 }", "eligible has 3"),
        ("[churn]\neligible = { plan = [3] }", "must be text in quotes"),
    ],
)
def test_sections_inside_sections_are_checked(tmp_path: Path, text: str, words: str) -> None:
    """A mistake names the inner section and the key."""
    with pytest.raises(ConfigError, match=words):
        load(tmp_path, text)


def test_offers_are_sections_that_repeat(tmp_path: Path) -> None:
    """[[campaign.offers]] reads as offers in order; what is wrong names the offer's section."""
    (tmp_path / "churn.toml").write_text(
        '[[campaign.offers]]\nname = "call"\ncost = 2\neligible = { Plan = "basic" }\n'
        '[[campaign.offers]]\nname = "gift"\ncost = 9.5\naccept_rate = 0.6\n'
    )
    first, second = Project.load(tmp_path).campaign.offers
    assert (first.name, first.cost, first.eligible) == ("call", 2.0, {"Plan": ("basic",)})
    assert (second.name, second.accept_rate) == ("gift", 0.6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[campaign]\noffers = 3", "write \\[\\[campaign.offers\\]\\] for each"),
        ("[campaign]\ncapacity = -1", "at least 0"),
        ("[campaign]\nholdout = 1.0", "below 1"),
        ("[[campaign.offers]]\naccept_rate = 0", "above 0 and below 1"),
        ("[[campaign.offers]]\naccept_rate = 1", "above 0 and below 1"),
        ("[[campaign.offers]]\ncosts = 1", "Did you mean 'cost'"),
        ('[[campaign.offers]]\ncost = "two"', "it must be a number"),
    ],
)
def test_campaigns_are_refused_where_they_cannot_be(tmp_path: Path, text: str, words: str) -> None:
    """Limits below nothing, rates of nobody and everybody, keys that are none."""
    (tmp_path / "churn.toml").write_text(text)
    with pytest.raises(ConfigError, match=words):
        Project.load(tmp_path)
