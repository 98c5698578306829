"""What a plain installation brings: each package is here because somebody decided so."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from unchurn.aws.bundles import PACKAGE

REPOSITORY = Path(__file__).parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BASE = {
    "annotated-doc", "jinja2", "markdown-it-py", "markupsafe", "mdurl", "numpy", "pyarrow",
    "pygments", "python-calamine", "rich", "scipy", "shellingham", "typer", "tzdata", "xgboost-cpu",
}  # fmt: skip
"""All of it, brought along included: 434 MB at most (docs/decisions/0032, benchmarks/install)."""


def name_of(requirement: str) -> str:
    """The package of a requirement, as registries spell it."""
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def brought_by(name: str) -> set[str]:
    """The packages that one asks for without extras, on this system."""
    asked = metadata.requires(name) or []
    return {name_of(each) for each in asked if not re.search("extra *==|win32|Windows", each)}


def test_the_base_is_what_was_decided() -> None:
    """A package that starts to bring others (Pydantic, SQLAlchemy) is met here, not on a disk."""
    found: set[str] = set()
    waiting = {name_of(each) for each in PROJECT["dependencies"]}
    while waiting:
        found |= waiting
        waiting = {each for name in waiting for each in brought_by(name)} - found
    assert found == BASE


def test_every_extra_that_is_named_exists() -> None:
    """In the documents, in what errors advise, in the container, and in one another."""
    files = [*(REPOSITORY / "docs").rglob("*.md"), *PACKAGE.rglob("*.py"), REPOSITORY / "README.md"]
    files += [REPOSITORY / "Makefile", REPOSITORY / "pyproject.toml"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    text += (PACKAGE / "container" / "Dockerfile").read_text(encoding="utf-8")
    lists = re.findall(r"(?:unchurn|'\.|\.whl\)\")\[([a-z,]+)\]", text)
    named = {extra for each in lists for extra in each.split(",")}
    assert named == set(PROJECT["optional-dependencies"])
