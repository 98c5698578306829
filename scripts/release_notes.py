#!/usr/bin/env python3
"""Print what the changelog says of a tagged version; refuse a tag that is not this version's.

    python scripts/release_notes.py v0.1.0

The tag must be `v` and the version of pyproject.toml and of the package, and CHANGELOG.md must
have a section of that name.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def main(words: list[str]) -> int:
    """Print the notes of the tag; return 0, or 1 with a sentence on stderr."""
    if len(words) != 1:
        sys.exit("Usage: python scripts/release_notes.py TAG")
    try:
        print(notes(words[0], REPOSITORY))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def notes(tag: str, repository: Path) -> str:
    """Return the section of the changelog of `tag`. Raises `ValueError` saying what differs."""
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = (repository / "src" / "unchurn" / "version.py").read_text(encoding="utf-8")
    for where, version in (
        ("pyproject.toml", project["version"]),
        ("unchurn/version.py", re.findall(r'^VERSION = "(.*)"$', package, re.MULTILINE)[0]),
    ):
        if tag != f"v{version}":
            raise ValueError(f"The tag is {tag}, but {where} says {version}: tag v{version}.")
    changes = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(
        rf"^## {re.escape(tag[1:])}\b[^\n]*\n(.*?)(?=^## |\Z)", changes, re.MULTILINE | re.DOTALL
    )
    if found is None or not found[1].strip():
        raise ValueError(
            f"CHANGELOG.md has no section '## {tag[1:]}': rename 'Unreleased' and commit first."
        )
    return found[1].strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
