"""Commands of a build that stand for those of its image: this interpreter, and what is answered.

A build on AWS installs packages, runs the project's tests and builds images with Docker. Here that
is answered at once, and said; everything else that a build calls, it calls for real. A thorough
rehearsal gives each build an empty environment of Python instead, installs and tests: only what
changes the machine itself is answered then.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ANSWERED = (
    *("pip", "pip3", "uv", "yum", "dnf", "apt-get", "npm", "docker"),
    *("make", "pytest", "ruff", "mypy", "lint-imports", "cfn-lint", "checkov"),
)
"""Commands that install, check or test: the rehearsal answers them."""
UNDER_ROOT = ("yum", "dnf", "apt-get", "docker")
"""Those that would change this machine: never run."""
MODULES = ("pip", "venv", "ensurepip", "build", "pytest", "ruff", "mypy")
"""Modules that are the same, as ``python -m``."""
_PYTHON = ("python", "python3", f"python3.{sys.version_info.minor}")
_ANSWER = """#!/bin/sh
echo "$(basename "$0")${{1:+ $*}}" >> {heard}
echo "The rehearsal answers this: $(basename "$0")${{1:+ $*}}"
exit {status}
"""
_INTERPRETER = """#!/bin/sh
if [ "${{1-}}" = -m ]; then
  case "${{2-}}" in {modules})
    echo "python $*" >> {heard}
    echo "The rehearsal answers this: python $*"
    exit {status} ;;
  esac
fi
exec {python} "$@"
"""
_GIVEN = """#!/bin/sh
exec {command} "$@"
"""


def write_stand_ins(
    folder: Path,
    heard: Path,
    given: Mapping[str, Sequence[str]],
    status: int = 0,
    thorough: bool = False,
) -> None:
    """Write the commands into `folder`, to be first in PATH; the `given` among them.

    Each call that is answered is a line of the file `heard`; it exits with `status`. A `thorough`
    build has an interpreter of its own: see `make_python`.
    """
    folder.mkdir(parents=True)
    python = shlex.quote(sys.executable)
    words = {"heard": shlex.quote(str(heard)), "status": status, "python": python}
    scripts = dict.fromkeys(UNDER_ROOT if thorough else ANSWERED, _ANSWER.format(**words))
    if not thorough:
        interpreter = _INTERPRETER.format(**words, modules="|".join(MODULES))
        scripts |= dict.fromkeys(_PYTHON, interpreter)
    scripts |= {name: _GIVEN.format(command=shlex.join(given[name])) for name in given}
    for name, text in scripts.items():
        path = folder / name
        path.write_text(text)
        path.chmod(0o755)


def make_python(folder: Path) -> Path:
    """Make an empty environment of Python; return the folder of its commands, pip among them.

    What a build installs is found there before what it was `given`. Raises `OSError` where this
    Python cannot make one.
    """
    command = [sys.executable, "-m", "venv", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise OSError(f"no environment for the build: {(done.stdout + done.stderr).strip()}")
    return folder / "bin"
