"""Files and folders that are closed to whoever runs a command: said in words, nothing half-made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Ran, copy_as_trained

# Root may read and write whatever it likes; without these two rights it is a user like others.
WITHOUT_RIGHTS = """
import ctypes, os, sys
for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "unchurn", *sys.argv[1:]])
"""


def plain_user(*words: object) -> Ran:
    command = [sys.executable, "-c", WITHOUT_RIGHTS, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3600, check=False)
    return Ran(done)


@pytest.fixture
def project(trained: tuple[Path, Ran], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of a trained project beside it, opened again in the end."""
    if sys.platform != "linux":
        pytest.skip("rights are taken away as Linux has it")
    folder = tmp_path_factory.mktemp("closed")
    copy_as_trained(trained[0], folder)
    yield folder
    subprocess.run(["chmod", "-R", "u+rwX", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("closed", "words"),
    [
        (".unchurn", ("registry", "restore")),
        (".unchurn", ("registry", "list")),
        ("model", ("train",)),
        ("model/manifest.json", ("score", "--out", "list.csv")),
        ("clean", ("check",)),
        ("evaluation", ("report",)),
    ],
)
def test_what_is_closed_is_named(
    project: Path, telecom: Path, closed: str, words: tuple[str, ...]
) -> None:
    """The path and the next move are said; the exit code is an error's, and nothing is left over."""
    root = project / ".unchurn"
    run = next(root.glob("runs/*/model")).parent
    path = project / closed if closed.startswith(".") else run / closed
    path.chmod(0o000)
    given = [project / word if word.endswith(".csv") else word for word in words]
    table = ("--data", telecom / "this_month.csv") if words[0] == "score" else ()
    ran = plain_user(*given, *table, "--project", project)
    path.chmod(0o755)
    assert ran.code in (1, 2)
    assert "Traceback" not in ran.err
    assert "unexpected" not in ran.err
    assert str(path) in ran.err.replace("\n", " ")
    assert "ermission" in ran.err
    assert not (project / "list.csv").exists()
    left = [name for name in map(str, root.rglob(".*")) if not name.endswith(".lock")]
    assert left == []
