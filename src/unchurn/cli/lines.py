"""Progress where there is no terminal: a plain line now and then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from unchurn.cli.running_tasks import Running, RunningTasks, printable
from unchurn.thread_limit import few_threads

INTERVAL_SECONDS = 5.0
"""Least time between two lines of progress; notes are written at once."""


@contextmanager
def lines(
    stream: TextIO, verbose: bool = False, interval: float = INTERVAL_SECONDS
) -> Iterator[RunningTasks]:
    """Write what is running to `stream`, at most one line in `interval` seconds."""
    lock, over = threading.Lock(), threading.Event()

    def write(words: str) -> None:
        # A log that has gone away must not stop the work.
        with lock, suppress(OSError):
            stream.write(printable(words) + "\n")
            stream.flush()

    def tell() -> None:
        last = ""
        while not over.wait(interval):
            words = in_words(running.tasks)
            if words and words != last:
                write(words)
                last = words

    running = RunningTasks(write, verbose)
    teller = threading.Thread(target=tell, daemon=True)
    if not few_threads():  # the work itself needs them more
        teller.start()
    try:
        yield running
    finally:
        over.set()
        if teller.ident is not None:
            teller.join()


def in_words(tasks: tuple[Running, ...]) -> str:
    """Describe the open tasks in one line: ``steps 43% > Fitting 20%, best 0.21``."""
    return " > ".join(map(_task, tasks)).replace("\n", " ")


def _task(task: Running) -> str:
    share = "" if task.share is None else f" {task.share:.0%}"
    detail = f", {task.detail}" if task.detail else ""
    return f"{task.name}{share}{detail}"
