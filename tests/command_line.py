"""The command line as a user runs it, and projects that train in seconds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import warm_command

QUICK = """
[tune]
trials = 0
[train]
configurations = ["shallow"]
threads = 1
[evaluate]
bootstrap = 100
shap_rows = 100
[gate]
min_rows = 50
min_churned = 5
"""
"""Sections that keep a whole training of a small table to a few seconds."""

COSTS = '[decision]\nclv = 500.0\ncontact_cost = 5.0\nincentive_cost = 20.0\ncurrency = "EUR"\n'
"""Costs in euros, for a project that has none."""

_USES = ("batch", "watch")
"""The steps of runs that use a model."""


class Ran:
    """A finished command."""

    def __init__(self, process: subprocess.CompletedProcess[str]) -> None:
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        return dict(json.loads(self.out))


Unchurn = Callable[..., Ran]


def run_unchurn(*words: object, cwd: Path | None = None, **environment: str) -> Ran:
    """Run ``unchurn`` in a process of its own, as a user does."""
    spelled = [str(each) for each in words]
    env = {**os.environ, **environment}
    if warm_command.fits(env):
        done = warm_command.run(spelled, cwd, env)
    else:
        done = subprocess.run(
            [sys.executable, "-m", "unchurn", *spelled],
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            timeout=3600,
            check=False,
        )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done)


def write_project(folder: Path, table: Path, extra: str = QUICK) -> Path:
    """Run ``unchurn init`` on `table` and add sections for speed; return the project folder."""
    made = run_unchurn("init", "--data", table, "--project", folder, "--json")
    assert made.code == 0, made.err
    add_sections(folder / "churn.toml", extra)
    return folder


def copy_as_trained(project: Path, to: Path) -> Path:
    """Copy a project to `to`, without what other tests have scored or watched with it."""

    def used(folder: str, names: list[str]) -> list[str]:
        runs = Path(folder) if Path(folder).name == "runs" else None
        return [n for n in names if runs and any((runs / n / s).exists() for s in _USES)]

    return Path(shutil.copytree(project, to, dirs_exist_ok=True, ignore=used))


def add_sections(path: Path, extra: str) -> None:
    """Put keys into a churn.toml, under the sections it has or new ones; a [[…]] is always one more."""
    text = path.read_text()
    for part in re.split(r"\n(?=\[)", extra.strip()):
        name, keys = part.split("\n", 1)
        header = f"\n{name}\n"
        if header in text and not name.startswith("[["):
            text = text.replace(header, header + keys + "\n", 1)
        else:
            text += header + keys
    path.write_text(text + "\n")
