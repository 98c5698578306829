"""Files with customers are for their owner, whatever the umask, unless churn.toml says otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import unchurn
from command_line import add_sections, run_unchurn, write_project

MODES = {"owner": (0o700, 0o600), "group": (0o750, 0o640), "everyone": (0o755, 0o644)}


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A process that keeps nothing to itself, as some shells and containers are."""
    before = os.umask(0)
    yield
    assert os.umask(before) == 0


def widest(folder: Path) -> tuple[int, int]:
    """All permissions that any folder, and any file, at `folder` and below gives."""
    found = [0, 0]
    for path in [folder, *folder.rglob("*")]:
        found[path.is_file()] |= path.stat().st_mode & 0o777
    return found[0], found[1]


@pytest.mark.slow
def test_by_default_only_the_owner_reads_what_was_written(
    tmp_path: Path, telecom: Path, open_umask: None
) -> None:
    """Artefacts, registry, list and rejects: by the command line and from Python, then widened."""
    folder = write_project(tmp_path / "project", telecom / "customers.csv")
    assert (folder / "churn.toml").stat().st_mode & 0o077
    assert run_unchurn("train", "--project", folder).code == 0
    month = tmp_path / "month.csv"
    rows = (telecom / "this_month.csv").read_text().splitlines()
    month.write_text("\n".join([*rows[:40], rows[1] + ",too,many,cells"]) + "\n")
    lists = tmp_path / "lists"
    out = lists / "scores.csv"
    assert (
        run_unchurn(
            "score", "--project", folder, "--data", month, "--out", out, "--make-folder"
        ).code
        == 0
    )
    page = tmp_path / "report.html"
    assert run_unchurn("report", "--project", folder, "--out", page).code == 0
    assert widest(folder / ".unchurn") == MODES["owner"]
    assert {each.name for each in lists.iterdir()} == {"scores.csv", "scores.csv.rejects.csv"}
    assert widest(lists) == MODES["owner"]
    assert page.stat().st_mode & 0o777 == 0o600

    for readers in ("group", "everyone", "owner"):
        text = (folder / "churn.toml").read_text()
        (folder / "churn.toml").write_text(text.partition("\n[artefacts]")[0])
        add_sections(folder / "churn.toml", f'[artefacts]\nreadable_by = "{readers}"')
        project = unchurn.Project.load(folder)
        unchurn.score(project, month, tmp_path / readers / "scores.csv")
        assert widest(folder / ".unchurn" / "runs") == MODES[readers]
        assert widest(folder / ".unchurn")[1] == MODES[readers][1]
        assert widest(tmp_path / readers) == MODES[readers]


def test_who_may_read_is_one_of_three(tmp_path: Path) -> None:
    """Another word is refused with the choices."""
    with pytest.raises(unchurn.ConfigError, match="readable_by") as refused:
        unchurn.Project.from_plain({"artefacts": {"readable_by": "all"}}, tmp_path)
    assert "'group'" in refused.value.hint
