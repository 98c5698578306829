"""`make` finds a Python that really runs, or says what to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "find-python"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
LACKS_ENSUREPIP = f"""\
case "$2" in
  *ensurepip*) exit 1 ;;
  *) exec {sys.executable} "$@" ;;
esac
"""


def _program(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}", encoding="utf-8")
    path.chmod(0o755)
    return path


def _find(home: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    """Run the script where nothing but `folders` and `home` can hold a Python."""
    tools = home / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    for tool in ("cut", "dirname"):
        real = next(p for p in map(Path, ("/usr/bin", "/bin")) if (p / tool).exists()) / tool
        if not (tools / tool).exists():
            (tools / tool).symlink_to(real)
    path = os.pathsep.join(map(str, (*folders, tools)))
    return subprocess.run(
        ["/bin/sh", str(SCRIPT)],
        env={"PATH": path, "HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _no_python_of_this_machine() -> None:
    if list(Path("/usr/local/bin").glob("python3.1[123]")):
        pytest.skip("/usr/local/bin holds Pythons, which the script rightly finds")


def test_shim_that_points_nowhere_is_passed_over(tmp_path: Path) -> None:
    """A name on PATH that fails when run is not taken; a later one that runs is."""
    _program(tmp_path / "shims", f"python{VERSION}", "echo 'command not found' >&2; exit 127\n")
    good = _program(tmp_path / "good", f"python{VERSION}", f'exec {sys.executable} "$@"\n')
    found = _find(tmp_path, tmp_path / "shims", tmp_path / "good")
    assert (found.returncode, found.stdout.strip()) == (0, str(good)), found.stderr


def test_another_version_under_the_name_is_passed_over(tmp_path: Path) -> None:
    """The version that runs counts, not the name of the file."""
    _program(tmp_path / "bin", "python3", "echo 3.9\n")
    assert _find(tmp_path, tmp_path / "bin").returncode == 1


def test_version_managers_folder_is_searched(tmp_path: Path) -> None:
    """Pythons that pyenv keeps are found although none is on PATH."""
    place = tmp_path / ".pyenv" / "versions" / f"{VERSION}.9" / "bin"
    good = _program(place, f"python{VERSION}", f'exec {sys.executable} "$@"\n')
    assert _find(tmp_path).stdout.strip() == str(good)


def test_missing_venv_names_the_package(tmp_path: Path) -> None:
    """A Python without ensurepip, as on Debian, is an error that names what to install."""
    _program(tmp_path / "bin", f"python{VERSION}", LACKS_ENSUREPIP)
    found = _find(tmp_path, tmp_path / "bin")
    assert (found.returncode, found.stdout) == (1, "")
    assert f"apt-get install python{VERSION}-venv" in found.stderr


def test_no_python_says_what_to_do(tmp_path: Path) -> None:
    """Without any Python the message names the versions and the way to point at one."""
    found = _find(tmp_path)
    assert found.returncode == 1
    assert "make PYTHON=" in found.stderr
