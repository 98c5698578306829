"""A place is tried by Spark's workers before anything is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from unchurn.errors import ConfigError
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.sharing import try_sharing
from unchurn.tables.engines.spark_session import local_session

pytest.importorskip("pyspark", reason="the extra 'spark' is not installed")
pytestmark = pytest.mark.slow


class Elsewhere(Exchange):
    """A folder of this machine, which workers look for on their own disks."""

    def location(self, name: str) -> str:
        return f"file:/of/another/machine/{name}"


class Apart(Exchange):
    """A folder that workers have too, of the same name: what they write stays with them."""

    def location(self, name: str) -> str:
        if name != "back":
            return super().location(name)
        return f"file:{self.place}-theirs"


def test_a_folder_that_workers_cannot_see_is_told_first(tmp_path: Path) -> None:
    """One that they read and write passes, and nothing stays behind in either case."""
    with local_session(2, 700, tmp_path / "session") as session:
        try_sharing(session, Exchange(str(tmp_path / "seen")), "seen")
        with pytest.raises(ConfigError, match=r"workers cannot see /mnt/x: .+exist") as caught:
            try_sharing(session, Elsewhere(str(tmp_path / "unseen")), "/mnt/x")
        with pytest.raises(ConfigError, match="0 of the 2 rows that they were given came back"):
            try_sharing(session, Apart(str(tmp_path / "apart")), "/mnt/x")
    assert "mounted" in caught.value.hint
    shutil.rmtree(tmp_path / "apart-theirs")
    assert {path.name for path in tmp_path.iterdir()} <= {"session"}
