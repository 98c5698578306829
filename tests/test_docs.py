"""What the documents say is what the code does."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from typer.main import get_command

import unchurn
from unchurn import errors
from unchurn.cli.app import app
from unchurn.pipeline.learning import LEARNING
from unchurn.pipeline.monitoring import WATCHING
from unchurn.pipeline.observing import OBSERVING
from unchurn.pipeline.scoring import INFERENCE
from unchurn.pipeline.targeting import TARGETING
from unchurn.pipeline.training import TRAINING
from unchurn.project import SECTIONS
from unchurn.project.reference import render

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
PAGES = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += [*sorted(DOCS.rglob("*.md")), REPOSITORY / "src" / "rehearsal" / "README.md"]


def _commands(command: Any, name: str = "unchurn") -> Iterator[tuple[str, Any]]:
    nested = getattr(command, "commands", None)
    if not nested:
        yield name, command
    for word, child in (nested or {}).items():
        yield from _commands(child, f"{name} {word}")


COMMANDS = dict(_commands(get_command(app)))


def _flags(command: Any) -> set[str]:
    spelled = {flag for item in command.params for flag in (*item.opts, *item.secondary_opts)}
    return {flag for flag in spelled if flag.startswith("--")}


def _examples() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        for block in re.findall(r"```(?:sh|console)\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for words in _commands_of(block):
                if words and words[0].endswith("unchurn"):
                    yield page.name, words[1:]


def _commands_of(block: str) -> Iterator[list[str]]:
    """Part a block into commands, each a line or, within quotes, several."""
    command = ""
    for line in block.replace("\\\n", " ").splitlines():
        command += f"{line}\n"
        try:
            words = shlex.split(command, comments=True)
        except ValueError:
            continue  # a quote is still open
        command = ""
        yield words
    assert not command, command


def test_configuration_is_what_the_sections_declare() -> None:
    """docs/configuration.md is made from the declared keys; renew it with `make docs`."""
    assert (DOCS / "configuration.md").read_text(encoding="utf-8") == render()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_flag_is_documented(name: str) -> None:
    """docs/commands.md has a section for each command that names each of its own flags."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    found = re.search(rf"^## `{name}.*?`$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no section '## `{name}`'"
    shared = set(re.findall(r"`(--[a-z-]+)", text.split("\n## ")[1]))
    missing = _flags(COMMANDS[name]) - shared - set(re.findall(r"`(--[a-z-]+)", found[1]))
    assert not {flag for flag in missing if not flag.startswith("--no-")}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_flag_names_flags_of_the_same_command(name: str) -> None:
    """A text that several commands share names none that one of them lacks."""
    helped = " ".join(getattr(each, "help", None) or "" for each in COMMANDS[name].params)
    assert set(re.findall(r"--[a-z][a-z-]+", helped)) <= _flags(COMMANDS[name])


def test_documented_examples_use_real_commands() -> None:
    """Every command line shown in a code block names a verb and flags that exist."""
    examples = list(_examples())
    assert len(examples) > 10
    for page, words in examples:
        count = 2 if words[0] in {"registry", "aws", "campaign", "runs"} else 1
        count = 3 if words[:2] == ["aws", "endpoint"] else count
        name = " ".join(["unchurn", *words[:count]])
        if words[0].startswith("--"):
            continue
        assert name in COMMANDS, f"{page}: {words}"
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        assert used <= _flags(COMMANDS[name]), f"{page}: {words}"


def test_exit_codes_are_documented() -> None:
    """Each error's exit code stands in the table of exit codes."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| (\d+) \|", text, re.MULTILINE))
    raised = {
        str(kind.exit_code)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.UnchurnError)
    }
    assert raised | {"0", "4", "130"} == codes


def test_public_names_are_documented() -> None:
    """The README shows each function of the Python API."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    functions = [name for name in unchurn.__all__ if name.islower() and name != "__version__"]
    assert not [name for name in functions if f"unchurn.{name}(" not in text]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link points at a file of the repository."""
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    broken = [
        link for link in links if "://" not in link and not (page.parent / link).resolve().exists()
    ]
    assert not broken


def test_the_list_of_documents_has_every_how_to() -> None:
    """Whoever looks for how to do something finds the page in docs/README.md."""
    listed = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = sorted(page.name for page in (DOCS / "how-to").glob("*.md"))
    assert not [name for name in pages if f"(how-to/{name})" not in listed]


def test_make_targets_of_the_readme_exist() -> None:
    """Each `make x` that a page names is a target of the Makefile."""
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9]+):", makefile, re.MULTILINE))
    named = {
        word
        for page in PAGES
        for word in re.findall(r"(?:^|`)make ([a-z0-9]+)", page.read_text("utf-8"), re.M)
    }
    assert named <= targets


def test_architecture_names_what_exists() -> None:
    """Every folder of both packages is in the tree of docs/architecture.md, and none besides."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    tree = text.split("## The tree")[1].split("```")[1]
    for name, drawing in re.findall(r"^src/([a-z]+)/(.*?)(?=^\S)", tree, re.MULTILINE | re.DOTALL):
        drawn = set(re.findall(r"^  ([a-z_]+)/", drawing, re.MULTILINE))
        package = REPOSITORY / "src" / name
        assert drawn == {path.parent.name for path in package.glob("*/__init__.py")}


def test_architecture_gives_each_step_the_sections_it_reads() -> None:
    """The table of steps names exactly the sections of each signature, in its order."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\w+) \| ([^|]+) \| \w+ \| [^|]+ \|$", text, re.MULTILINE))
    names = {kind: name for name, kind in SECTIONS.items()}
    for step in (*OBSERVING, *TRAINING, *INFERENCE, *TARGETING, *LEARNING, *WATCHING):
        hints = get_type_hints(step)
        asked = [names[kind] for kind in hints.values() if kind in names]
        assert re.findall(r"\[(\w+)\]", rows[step.__name__]) == asked, step.__name__
