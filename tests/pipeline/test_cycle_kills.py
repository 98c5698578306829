"""A cycle that is killed goes on where it was, and ends with the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import COSTS, Ran, add_sections, copy_as_trained
from unchurn.campaigns import CampaignLedger
from unchurn.pipeline.cycling import cycle
from unchurn.progress import Silent
from unchurn.project import Project

pytestmark = pytest.mark.slow

DAY = "2027-03-01"
KILLED = """
import os, signal, sys
from unchurn.pipeline.cycling import cycle
from unchurn.progress import Silent
from unchurn.project import Project

class Killed(Silent):
    left = int(sys.argv[3])
    def task(self, name, total=None):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().task(name, total)

cycle(Project.load(sys.argv[1]), sys.argv[2], as_of=sys.argv[4], progress=Killed())
"""


class Counted(Silent):
    """Counts tasks."""

    def __init__(self) -> None:
        self.tasks = 0

    def task(self, name: str, total: float | None = None):  # type: ignore[no-untyped-def]
        """Count one."""
        self.tasks += 1
        return super().task(name, total)


def bytes_of(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_killed_cycle_goes_on_and_ends_alike(
    tmp_path: Path, trained: tuple[Path, Ran], telecom: Path
) -> None:
    """Killed a third and two thirds of the way: no summary until it is done, one campaign, same bytes."""
    table = telecom / "this_month.csv"
    for name in ("whole", "killed"):
        copy_as_trained(trained[0], tmp_path / name)
        add_sections(tmp_path / name / "churn.toml", COSTS)
    counted = Counted()
    whole = cycle(Project.load(tmp_path / "whole"), table, as_of=DAY, progress=counted)
    folder = tmp_path / "killed"
    there = folder / ".unchurn" / "cycles" / DAY
    # what was done before is kept, so that the second one has fewer tasks left
    for moment in (counted.tasks // 3, counted.tasks // 3):
        words = [sys.executable, "-c", KILLED, folder, table, str(moment), DAY]
        done = subprocess.run(words, capture_output=True, check=False, timeout=3600)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert not (there / "cycle.json").exists()
    again = cycle(Project.load(folder), table, as_of=DAY)
    assert again.made == whole.made
    assert bytes_of(there) == bytes_of(whole.folder)
    assert len(CampaignLedger(folder / ".unchurn").entries()) == 1
