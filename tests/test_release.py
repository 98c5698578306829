"""A release: the tag is the version, the wheel has everything, and works where nothing else is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SOURCES = REPOSITORY / "src"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as the release workflow builds it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_has_every_file_of_both_packages_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        licence = [name for name in archive.namelist() if re.search(r"dist-info/.*LICENSE", name)]
    files = [path for path in SOURCES.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert held == {path.relative_to(SOURCES).as_posix() for path in files}
    assert len(licence) == 2, "ours, and that of the font whose letters are in the picture"


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Without a network: what the wheel needs is taken from this environment."""
    ran = _script("smoke_test_wheel.py", wheel, "--packages", sysconfig.get_path("purelib"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.endswith("The wheel works.\n")


@pytest.mark.slow
def test_a_wheel_that_lacks_a_part_fails_the_smoke_test(wheel: Path, tmp_path: Path) -> None:
    broken = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(broken, "w") as part:
        for name in whole.namelist():
            if not name.startswith("unchurn/cli/"):
                part.writestr(name, whole.read(name))
    ran = _script("smoke_test_wheel.py", broken, "--packages", sysconfig.get_path("purelib"))
    assert ran.returncode == 1
    assert "The smoke test failed" in ran.stderr
    assert "unchurn.cli" in ran.stderr


def test_a_tag_that_is_not_the_version_is_refused() -> None:
    ran = _script("release_notes.py", "v99.0.0")
    assert ran.returncode == 1
    assert "The tag is v99.0.0, but pyproject.toml says" in ran.stderr


def _write_release(folder: Path, changes: str, package: str = "1.2.3") -> None:
    (folder / "src" / "unchurn").mkdir(parents=True)
    (folder / "scripts").mkdir()
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (folder / "src" / "unchurn" / "version.py").write_text(f'VERSION = "{package}"\n')
    (folder / "CHANGELOG.md").write_text(changes)
    script = REPOSITORY / "scripts" / "release_notes.py"
    (folder / "scripts" / script.name).write_bytes(script.read_bytes())


def test_the_notes_of_a_release_are_its_section_of_the_changelog(tmp_path: Path) -> None:
    _write_release(tmp_path, "# Changes\n\n## 1.2.3 (2026)\n\n- New.\n\n## 1.2.2\n\n- Old.\n")
    ran = _script("release_notes.py", "v1.2.3", repository=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "- New.\n"), ran.stderr


@pytest.mark.parametrize(
    ("changes", "package", "words"),
    [
        ("## Unreleased\n\n- New.\n", "1.2.3", "no section '## 1.2.3'"),
        ("## 1.2.3\n\n## 1.2.2\n\n- Old.\n", "1.2.3", "no section '## 1.2.3'"),
        ("## 1.2.3\n\n- New.\n", "1.2.2", "unchurn/version.py says 1.2.2"),
    ],
)
def test_a_release_that_was_not_prepared_is_refused(
    tmp_path: Path, changes: str, package: str, words: str
) -> None:
    _write_release(tmp_path, changes, package)
    ran = _script("release_notes.py", "v1.2.3", repository=tmp_path)
    assert ran.returncode == 1
    assert words in ran.stderr


def _script(
    name: str, *words: object, repository: Path = REPOSITORY
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(repository / "scripts" / name), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_release_links_to_where_it_lives(tmp_path: Path) -> None:
    """Built where the environment names the repository, a wheel has its links; no one is written down."""
    named = {"GITHUB_SERVER_URL": "https://example.invalid", "GITHUB_REPOSITORY": "acme/unchurn"}
    told = _metadata(tmp_path / "named", {**os.environ, **named})
    home = "https://example.invalid/acme/unchurn"
    assert f"Project-URL: Homepage, {home}\n" in told
    assert f"]({home}/blob/v" in told and "](docs/" not in told
    bare = {name: value for name, value in os.environ.items() if name not in named}
    assert "Project-URL" not in _metadata(tmp_path / "bare", bare)


def _metadata(folder: Path, environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, env=environment)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/METADATA"))
        return archive.read(name).decode()
