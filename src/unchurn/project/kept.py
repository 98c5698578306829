"""What a churn.toml says beyond its defaults, so that writing it anew loses nothing of it."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from unchurn.errors import UnchurnError
from unchurn.project.load import FILE, Project
from unchurn.project.sections import SECTIONS

Kept = dict[tuple[str, str], Any]
"""Values by section and key."""


def kept_settings(folder: Path) -> Kept:
    """Return every key that `folder`/churn.toml sets to something other than its default.

    Empty where there is no such file, or where it cannot be read as one: nothing of that can be
    kept.
    """
    try:
        plain = tomllib.loads((folder / FILE).read_text(encoding="utf-8-sig"))
        project = Project.from_plain(plain, folder)
    except (OSError, ValueError, UnchurnError):
        return {}
    default = Project(folder)
    return {
        (section, item.name): value
        for section, kind in SECTIONS.items()
        for item in fields(kind)
        if item.name in plain.get(section, {})
        and (value := getattr(getattr(project, section), item.name))
        != getattr(getattr(default, section), item.name)
    }
