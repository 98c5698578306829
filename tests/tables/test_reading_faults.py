"""Reading that stops half-way ends the program as it should: code 3 or Ctrl-C's, never an abort."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROWS = 120_000
"""Several blocks of text, so that reading is under way when it stops."""


def body(damage: str = "") -> str:
    """A large table, with a line put into its middle."""
    rows = [
        f"C{n},{n % 97},{n * 7 % 1000}.5,plän {n % 5},{'Yes' if n % 4 else 'No'}\n"
        for n in range(ROWS)
    ]
    if damage:
        rows.insert(ROWS // 2, damage)
    return "id,a,b,c,churn\n" + "".join(rows)


def ended(path: Path, *more: str) -> tuple[int, str]:
    """Run `unchurn init` on a file; its exit code and what it said."""
    command = [sys.executable, "-m", "unchurn", "init", "--quiet", "--data", str(path)]
    ran = subprocess.run(
        [*command, "--project", str(path.parent / "p"), *more],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    return ran.returncode, ran.stderr


def cut(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


def flipped(packed: bytes) -> bytes:
    changed = bytearray(packed)
    changed[len(changed) // 2] ^= 0xFF
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [cut, flipped])
def test_damaged_compression_exits_with_3(tmp_path: Path, fault: object) -> None:
    """A gzip file cut short, or with a byte changed, is refused and nothing else happens."""
    path = tmp_path / "t.csv.gz"
    path.write_bytes(fault(gzip.compress(body().encode(), 1)))  # type: ignore[operator]
    code, said = ended(path)
    assert (code, "damaged or cut short" in said) == (3, True)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_fault_in_the_middle_exits_with_3(tmp_path: Path, encoding: str, packed: bool) -> None:
    """A label that is none is found while a large file is read, however it is encoded."""
    text = body('C,"1,2,plan,Perhaps\n').encode(encoding)
    path = tmp_path / ("t.csv.gz" if packed else "t.csv")
    path.write_bytes(gzip.compress(text, 1) if packed else text)
    code, said = ended(path, "--target", "churn")
    assert code == 3
    assert "Perhaps" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_records_over_4_mb_in_a_compressed_file_are_read(tmp_path: Path) -> None:
    """On one line or on many."""
    large = ['C,1,2,"' + "x y" * 2_000_000 + '",No\n', 'C,1,2,"' + "x y\n" * 1_500_000 + '",No\n']
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(body("".join(large)).encode(), 1))
    code, said = ended(path)
    assert (code, "Traceback" in said) == (0, False)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_reading_can_be_interrupted_at_any_moment(tmp_path: Path, name: str) -> None:
    """Ctrl-C while a large file is read ends the program with 130, soon, whenever it comes."""
    path = tmp_path / name
    text = (body() * 6).encode("utf-16")
    path.write_bytes(gzip.compress(text, 1) if name.endswith(".gz") else text)
    chance = random.Random(7)
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-m", "unchurn", "init", "--quiet", "--data", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        while child.poll() is None and not opened(child.pid, path):
            time.sleep(0.01)
        time.sleep(chance.random())
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=3600)
        assert child.returncode in (0, 3, 130)


def opened(process: int, path: Path) -> bool:
    """Tell whether a process reads a file: before that, Ctrl-C ends what has not begun."""
    try:
        return any(each.resolve() == path for each in Path(f"/proc/{process}/fd").iterdir())
    except OSError:  # something was closed meanwhile
        return False
