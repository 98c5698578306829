from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, signal
from unchurn import interruption

class Dying:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

def heard():
    try:
        interruption.heed()
    except KeyboardInterrupt:
        return True
    return False

with interruption.remembered():
    assert not heard()
    dying = Dying()
    del dying
    print("went on")
    print(heard(), heard())
    interruption.answered()
    print(heard())
    try:
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            pass
    except KeyboardInterrupt:
        print("at once")
print(heard(), signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


IMPORTING = """
import time
from unchurn import interruption
with interruption.remembered():
    try:
        import presses
        while True:
            time.sleep(0.01)
    except KeyboardInterrupt:
        print(presses.whole)
"""


def test_a_press_waits_for_what_is_being_imported(tmp_path: Path) -> None:
    """An extension that is interrupted while it is loaded may end the process."""
    module = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhole = 'whole'\n"
    (tmp_path / "presses.py").write_text(module)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=3600,
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("whole\n", "", 0)


def test_a_press_that_python_drops_is_heard_at_the_next_step() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=3600
    )
    assert done.stdout.splitlines() == [
        "went on", "True True", "False", "at once", "False True",
    ]  # fmt: skip
    assert "Exception ignored" in done.stderr
    assert done.returncode == 0
