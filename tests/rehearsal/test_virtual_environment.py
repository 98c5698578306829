"""A container's own Python: what pip installs in it, and what of its image it has."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from threading import Event

import pytest

from rehearsal.containers import Container
from rehearsal.virtual_environment import in_virtual_environment


def _wheel(folder: Path, name: str, version: str, code: str) -> Path:
    module = name.replace("-", "_")
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    told = f"{module}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{module}.py", code)
        archive.writestr(
            f"{told}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        archive.writestr(f"{told}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{told}/RECORD", "")
    return wheel


def _ran(tmp_path: Path, *command: str) -> str:
    """Run a command as a container to its end; return what it printed."""
    container = Container.start(command, tmp_path / "ml", tmp_path / "log", dict(os.environ))
    assert container.wait(3600, Event()) == 0, container.output
    return container.output


def _installing(*words: str) -> str:
    pip = ["-m", "pip", "install", "--no-index", "--disable-pip-version-check", *words]
    return f"import subprocess, sys; subprocess.check_call([sys.executable, *{pip!r}])"


def test_what_a_script_installs_is_its_containers_alone(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, "acme-tool", "1.0", "ANSWER = 42\n")
    script = f"{_installing(str(wheel))}; import acme_tool; print(acme_tool.ANSWER)"
    assert _ran(tmp_path, sys.executable, "-c", script).strip().endswith("42")
    assert importlib.util.find_spec("acme_tool") is None


def test_what_the_image_has_counts_as_installed(tmp_path: Path) -> None:
    told = _ran(tmp_path, sys.executable, "-c", _installing("numpy>=1"))
    assert "Requirement already satisfied: numpy" in told


def test_another_version_lies_over_the_images_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    """pip would take the other version away where it is its own environment's."""
    before = importlib.metadata.version("execnet")
    wheel = _wheel(tmp_path, "execnet", "0.0.1", "ANSWER = 'older'\n")
    script = f"{_installing(str(wheel))}; import execnet; print(execnet.ANSWER)"
    assert _ran(tmp_path, sys.executable, "-c", script).strip().endswith("older")
    importlib.invalidate_caches()
    assert importlib.metadata.version("execnet") == before


def test_a_package_is_built_in_isolation_as_pip_does_it(tmp_path: Path) -> None:
    """A backend of its own source: nothing is fetched, and pip still makes a prefix for the build."""
    source = tmp_path / "acme"
    source.mkdir()
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    wheel = _wheel(tmp_path, "acme-built", "2.0", "ANSWER = 7\n")
    (source / "backend.py").write_text(
        "import shutil\n"
        "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        f"    shutil.copy({str(wheel)!r}, folder)\n"
        f"    return {wheel.name!r}\n"
    )
    script = f"{_installing(str(source))}; import acme_built; print(acme_built.ANSWER)"
    assert _ran(tmp_path, sys.executable, "-c", script).strip().endswith("7")


def test_a_command_that_is_no_python_finds_one_and_its_pip(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, "acme-tool", "1.0", "ANSWER = 42\n")
    line = (
        f"pip install --no-index {wheel} && python -c 'import acme_tool; print(acme_tool.ANSWER)'"
    )
    assert _ran(tmp_path, "sh", "-c", line).strip().endswith("42")


def test_it_has_all_that_its_image_has_and_ends_where_it_ended(tmp_path: Path) -> None:
    told = _ran(tmp_path, sys.executable, "-c", "import pyarrow, sys; print(sys.prefix)")
    assert told.strip() == str(tmp_path / "ml-python")


@pytest.mark.parametrize("name", ["python3.11", "/usr/bin/python3"])
def test_another_python_of_this_machine_is_had_as_well(tmp_path: Path, name: str) -> None:
    found = shutil.which(name)
    if found is None or found.startswith(sys.prefix):
        pytest.skip(f"this machine has no {name}")
    ask = "import sys; print(sys.version)"
    theirs = subprocess.run([found, "-c", ask], capture_output=True, text=True, check=True)
    assert _ran(tmp_path, name, "-c", ask) == theirs.stdout


def test_what_only_calls_itself_python_is_run_as_it_is(tmp_path: Path) -> None:
    """An image's command can be anything; its PATH has this machine's Python."""
    other = tmp_path / "python9"
    other.write_text("#!/bin/sh\necho no Python\n")
    other.chmod(0o755)
    place = tmp_path / "own"
    command, environment = in_virtual_environment(
        [str(other)], {"PATH": "/bin"}, place, sys.executable
    )
    assert command == [str(other)]
    assert environment["PATH"] == f"{tmp_path / 'own' / 'bin'}:/bin"


def test_the_users_settings_of_pip_do_not_lead_a_job_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs"
    for name, value in {"PIP_TARGET": str(theirs), "PIP_USER": "1", "VIRTUAL_ENV": "/a"}.items():
        monkeypatch.setenv(name, value)
    wheel = _wheel(tmp_path, "acme-tool", "1.0", "ANSWER = 42\n")
    script = f"{_installing(str(wheel))}; import acme_tool, os; print(os.environ['VIRTUAL_ENV'])"
    assert (
        _ran(tmp_path, sys.executable, "-c", script).strip().endswith(str(tmp_path / "ml-python"))
    )
    assert not theirs.exists()


def test_a_python_that_prints_at_its_start_has_its_own_as_well(tmp_path: Path) -> None:
    talks = tmp_path / "python9"
    talks.write_text(f'#!/bin/sh\necho hello\nexec {sys.executable} "$@"\n')
    talks.chmod(0o755)
    place = tmp_path / "own"
    command, _ = in_virtual_environment([str(talks)], dict(os.environ), place, sys.executable)
    assert command == [str(place / "bin" / "python")]


def test_a_link_to_a_python_finds_the_library_of_what_it_leads_to(tmp_path: Path) -> None:
    base = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
    link = tmp_path / "bin" / "python3"
    link.parent.mkdir()
    link.symlink_to(base)
    told = _ran(tmp_path, str(link), "-c", "import json, sys; print(json.__file__)")
    assert Path(told.strip()).is_relative_to(base.parents[1])


def test_a_command_that_is_no_python_has_the_images(tmp_path: Path) -> None:
    """Not this machine's: a shell's script of an image calls the image's Python."""
    other = shutil.which("python3.11") or sys.executable
    line = "python3 -c 'import sys; print(sys.version_info[:2])'"
    start = (["sh", "-c", line], tmp_path / "ml", tmp_path / "log", dict(os.environ))
    container = Container.start(*start, python=other)
    assert container.wait(3600, Event()) == 0
    ask = [other, "-c", "import sys; print(sys.version_info[:2])"]
    assert (
        container.output == subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    )
