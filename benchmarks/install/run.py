"""Installs unchurn as a stranger would, into an empty environment, and weighs every package.

    python benchmarks/install/run.py                        # this Python
    python benchmarks/install/run.py --python /usr/bin/python3.11 --extras serve

Plain ``pip install``, compiling included. Ends with 1 where pip has added more than the limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MOST = 450.0
"""MB (2²⁰ bytes of disk) that pip may add."""
WEIGH = """
import importlib.metadata, json, os
def size(distribution):
    paths = [file.locate() for file in distribution.files or ()]
    return sum(os.stat(path).st_blocks * 512 for path in paths if os.path.isfile(path))
print(json.dumps({d.name: [d.version, size(d)] for d in importlib.metadata.distributions()}))
"""


def disk(folder: Path) -> float:
    """MB of disk that a folder takes, as du counts."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--extras", default="", help="comma-separated; none by default")
    given = parser.parse_args()
    wanted = f"{REPOSITORY}[{given.extras}]" if given.extras else str(REPOSITORY)
    with tempfile.TemporaryDirectory(prefix="unchurn-install-") as name:
        home = Path(name)
        subprocess.run([given.python, "-m", "venv", home], check=True)
        python, before = str(home / "bin" / "python"), disk(home)
        subprocess.run([python, "-m", "pip", "install", "-q", wanted], check=True)
        added = disk(home) - before
        weighed = subprocess.run([python, "-c", WEIGH], capture_output=True, check=True)
    packages = sorted(json.loads(weighed.stdout).items(), key=lambda each: -each[1][1])
    for package, (version, size) in packages:
        print(f"{size / 2**20:7.1f} MB  {package} {version}")
    print(f"{before:7.1f} MB  the empty environment\n{added:7.1f} MB  added by pip")
    return int(added > MOST and not given.extras)


if __name__ == "__main__":
    sys.exit(main())
