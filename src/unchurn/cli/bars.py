"""Progress on a terminal: bars that appear when the work takes a while, notes above them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from unchurn.cli.running_tasks import Running, RunningTasks, printable
from unchurn.thread_limit import few_threads

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

DELAY_SECONDS = 1.0
"""Work that ends sooner shows no bar, and rich is not even imported."""
REFRESHES = 8
BAR_WIDTH = 28


@contextmanager
def bars(
    stream: TextIO, verbose: bool = False, delay: float = DELAY_SECONDS
) -> Iterator[RunningTasks]:
    """Show open tasks as bars on `stream`, a terminal, after `delay` seconds."""
    screen = _Screen(stream)
    running = RunningTasks(screen.write, verbose)
    timer = threading.Timer(delay, screen.start, [running])
    timer.daemon = True
    if not few_threads():  # the work itself needs them more
        timer.start()
    try:
        yield running
    finally:
        timer.cancel()
        screen.stop()


class _Screen:
    """The terminal: plain until it is started, then live until it is stopped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._closed = False

    def start(self, running: RunningTasks) -> None:
        with self._lock:
            if self._closed:
                return
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                console=Console(file=self._stream, highlight=False),
                get_renderable=lambda: draw(running.tasks),
                refresh_per_second=REFRESHES,
                transient=True,
                # Redirecting would send what a verb prints on stdout to stderr.
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def stop(self) -> None:
        with self._lock:
            self._closed = True
            if self._live is not None:
                self._live.stop()
                self._live = None

    def write(self, words: str) -> None:
        # A terminal that has gone away must not stop the work.
        with self._lock, suppress(OSError):
            if self._live is None:
                self._stream.write(printable(words) + "\n")
                self._stream.flush()
            else:
                self._live.console.print(printable(words), markup=False, soft_wrap=True)


def draw(tasks: tuple[Running, ...]) -> Table:
    """Lay out a line a task: name, bar, share, time, detail cut to what room is left."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    for _ in range(4):
        grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for task in tasks:
        share = task.share
        bar = ProgressBar(1.0, share or 0.0, BAR_WIDTH, pulse=share is None)
        percent = "" if share is None else f"{share:4.0%}"
        minutes, seconds = divmod(int(task.seconds), 60)
        words = (percent, f"{minutes}:{seconds:02d}", printable(task.detail).replace("\n", " "))
        grid.add_row(Text(printable(task.name)), bar, *map(Text, words))
    return grid
