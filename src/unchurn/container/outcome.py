"""How a job ends: exit code, and the reason where SageMaker looks for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from unchurn.errors import UnchurnError

MOST = 1024
"""Characters of a failure, and bytes of a processing job's exit message, that SageMaker keeps."""
STOPPED = 128 + signal.SIGTERM
_STOPPED = "The job was stopped before it had finished (SIGTERM)."


@contextlib.contextmanager
def told(output: Path) -> Iterator[None]:
    """Turn whatever goes wrong inside into a reason under `output` and an exit code.

    A user's error is one sentence and a hint; anything else leaves its traceback in the log.
    SIGTERM unwinds what is running, so that nothing is left half done.
    """
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except UnchurnError as error:
        _leave(output, str(error), error.exit_code)
    except _Stopped:
        _leave(output, _STOPPED, STOPPED)
    except KeyboardInterrupt:
        _leave(output, "The job was interrupted.", 130)
    except Exception as error:
        # The last line of defence: SageMaker shows what is written here and nothing else.
        traceback.print_exc()
        _leave(output, f"{type(error).__name__}: {error}\nThe log has the details.", 1)


@contextlib.contextmanager
def ending_at_once(output: Path, work: Path, words: Callable[[], str]) -> Iterator[None]:
    """Within, SIGTERM ends the process without unwinding, which would wait for every fit under way.

    `work` is deleted, and `words` are told besides. SageMaker lets two minutes pass before it kills.
    """

    def end(number: int, frame: FrameType | None) -> None:
        told = f"{_STOPPED} {words()}".rstrip()
        os.write(sys.stderr.fileno(), f"{told}\n".encode())  # what is buffered may be half written
        _explain(output, told)
        shutil.rmtree(work, ignore_errors=True)
        os._exit(STOPPED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Stopped(BaseException):
    """SIGTERM arrived."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


def _leave(output: Path, words: str, code: int) -> None:
    sys.stderr.write(f"{words}\n")
    _explain(output, words)
    sys.exit(code)


def _explain(output: Path, words: str) -> None:
    with contextlib.suppress(OSError):
        output.mkdir(parents=True, exist_ok=True)
        (output / "failure").write_text(words[:MOST], encoding="utf-8")
        (output / "message").write_bytes(words.encode()[:MOST])
