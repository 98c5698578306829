"""The Python of a container: its image's, with a place of its own for what pip installs.

An environment as ``python -m venv`` makes them, over what the image has and without a copy of it: that is
found, counts as installed, and stays as it is; what a script installs lies above it and goes with the
container. (A folder given to pip as its target does less: nothing counts as installed then, and an old pip
builds no package.)
"""

from __future__ import annotations

import functools
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SITES = "site.getsitepackages() + [site.getusersitepackages()] * bool(site.ENABLE_USER_SITE)"
# Before 3.8 no Python tells what its environment was made of; and a link to a Python does not lie where its library is.
_MADE_OF = "os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable)"
_ASKED = f"""
import json, os, site, sys
print(json.dumps([{_MADE_OF}, "%d.%d" % sys.version_info[:2], {_SITES}]))
"""
_SECONDS = 60.0
_CONFIGURATION = """home = {home}
include-system-site-packages = false
version = {version}
"""
_PIP = """#!/bin/sh
exec {python} -m pip "$@"
"""
_OF_THE_USER = ("CONDA_PREFIX", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PYTHONHOME")
"""Variables that would have a job's pip install elsewhere, or its Python look elsewhere."""
_SPARK = ("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON")
"""Variables that name the Python of a script that spark-submit runs."""


@dataclass(frozen=True)
class _Image:
    """What a Python says of itself: what it was made of, its version, where its packages lie."""

    base: str
    version: str
    sites: tuple[str, ...]


def _answer(python: str) -> _Image | None:
    """Ask a Python of itself; None where it does not answer as one."""
    try:
        return _asked(python)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


@functools.cache
def _asked(python: str) -> _Image:
    done = subprocess.run(  # noqa: S603 - the image's own
        [python, "-c", _ASKED], capture_output=True, text=True, check=True, timeout=_SECONDS
    )
    # its last line: what a Python's own sitecustomize prints comes before
    base, version, sites = json.loads(done.stdout.splitlines()[-1])
    return _Image(base, version, tuple(sites))


def is_python(word: str) -> bool:
    """Tell whether a command's first word is a Python, by its name."""
    return re.fullmatch(r"python[0-9.]*", Path(word).name) is not None


def in_virtual_environment(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, python: str
) -> tuple[list[str], dict[str, str]]:
    """Return `command` and `environment` with a Python in `folder` in place of the command's.

    One that begins with no Python has that of `python` first in its PATH, with the ``pip`` of it.
    """
    first, *rest = command
    named = shutil.which(first, path=environment.get("PATH")) if is_python(first) else None
    python = named if named and _answer(named) else python
    image = _answer(python)
    if image is None:
        return list(command), dict(environment)
    if not folder.is_dir():
        _write(folder, image)
    own = str(folder / "bin" / "python")
    kept = {name: value for name, value in environment.items() if name not in _OF_THE_USER}
    kept |= {name: own for name in _SPARK if name in environment}
    kept |= {"PIP_USER": "0", "VIRTUAL_ENV": str(folder)}
    kept["PATH"] = ":".join(filter(None, [str(folder / "bin"), kept.get("PATH")]))
    return [own if named == python else first, *rest], kept


def _write(folder: Path, image: _Image) -> None:
    packages = folder / "lib" / f"python{image.version}" / "site-packages"
    packages.mkdir(parents=True)
    lines = [f"import site; site.addsitedir({each!r})\n" for each in image.sites]
    (packages / "image.pth").write_text("".join(lines))
    home = str(Path(image.base).parent)
    configuration = _CONFIGURATION.format(home=home, version=image.version)
    (folder / "pyvenv.cfg").write_text(configuration)
    commands = folder / "bin"
    commands.mkdir()
    for name in ("python", "python3", f"python{image.version}"):
        (commands / name).symlink_to(image.base)
    for name in ("pip", "pip3"):
        path = commands / name
        path.write_text(_PIP.format(python=shlex.quote(str(commands / "python"))))
        path.chmod(0o755)
