"""Progress and errors: on stderr only, on a terminal and off it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import run_unchurn
from unchurn.cli.bars import draw
from unchurn.cli.console import open_progress, render_error
from unchurn.cli.lines import in_words, lines
from unchurn.cli.running_tasks import Running, RunningTasks, printable
from unchurn.errors import (
    ArtefactError,
    ConfigError,
    DataError,
    RegistryError,
    UnchurnError,
)

pytestmark = pytest.mark.slow

LONG = """
import sys, time
from unchurn.cli.console import open_progress
with open_progress(quiet="quiet" in sys.argv, verbose="verbose" in sys.argv) as progress:
    with progress.task("Fitting", 4) as task:
        progress.note("7,043 customers [bold] in")
        task.advance(); task.say("best so far 0.21 [red]")
        time.sleep(1.5)
        progress.note("an early note")
        task.advance(); time.sleep(0.3)
    print("the result")
    with progress.task("Unknown length"):
        time.sleep(0.4)
"""
SHORT = """
import sys
from unchurn.cli.console import open_progress
with open_progress() as progress, progress.task("Fitting", 4) as task:
    task.advance(4)
print("rich" in sys.modules)
"""


def on_a_terminal(body: str, *arguments: str, term: str = "xterm") -> tuple[str, str, int]:
    """Run with stderr on a pseudo-terminal; return stdout, what the terminal got, exit code."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", body, *arguments],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env={**os.environ, "TERM": term, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says EIO once the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    out, _ = child.communicate()
    return out, seen.decode(), child.returncode


def test_long_work_shows_a_bar_with_detail_and_notes() -> None:
    """The bar, its share, the detail and the notes reach the terminal; stdout has the result."""
    out, seen, code = on_a_terminal(LONG)
    assert (out, code) == ("the result\n", 0)
    for part in ("Fitting", "25%", "50%", "best so far 0.21 [red]", "Unknown length"):
        assert part in seen
    assert seen.count("7,043 customers [bold] in\r\n") == 1
    assert seen.count("an early note") == 1
    assert seen.index("\x1b[?25l") < seen.rindex("\x1b[?25h")


def test_short_work_shows_nothing_on_a_terminal() -> None:
    """Under a second there is no bar, and rich is never imported."""
    assert on_a_terminal(SHORT) == ("False\n", "", 0)


def test_quiet_shows_nothing_on_a_terminal() -> None:
    """Neither bars nor notes."""
    assert on_a_terminal(LONG, "quiet") == ("the result\n", "", 0)


def test_verbose_keeps_how_long_each_task_took() -> None:
    """A finished task leaves a line with its seconds and its last detail."""
    _, seen, _ = on_a_terminal(LONG, "verbose")
    assert re.search(r"Fitting: [1-9]\d*(\.\d)? s \(best so far 0\.21 \[red\]\)", seen)
    assert re.search(r"Unknown length: (0\.[4-9]|[1-9]\d*(\.\d)?) s", seen)


def test_a_terminal_that_cannot_draw_gets_lines() -> None:
    """TERM=dumb has no cursor to move."""
    out, seen, _ = on_a_terminal(LONG, term="dumb")
    assert (out, "\x1b" in seen) == ("the result\n", False)
    assert seen.splitlines() == ["7,043 customers [bold] in", "an early note"]


def test_an_exception_leaves_the_terminal_usable() -> None:
    """The cursor comes back before the error is told."""
    body = """
import sys, time
from unchurn.cli.console import open_progress, render_error
from unchurn.errors import DataError
try:
    with open_progress() as progress, progress.task("Fitting"):
        time.sleep(1.4)
        raise DataError("customers.csv has no rows.", "Name another file.")
except DataError as error:
    sys.exit(render_error(error).code)
"""
    _, seen, code = on_a_terminal(body)
    assert code == 3
    assert seen.endswith("error: customers.csv has no rows.\r\nName another file.\r\n")
    assert seen.rindex("\x1b[?25h") < seen.rindex("error:")


def test_without_a_terminal_there_are_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A log gets notes at once and a line of progress once an interval, not one a step."""
    began = time.monotonic()
    with lines(sys.stderr, interval=0.1) as progress, progress.task("steps", 2) as steps:
        progress.note("a note")
        steps.advance()
        with progress.task("Fitting", 1000) as task:
            for _ in range(250):
                task.advance()
                task.say("best 0.21")
                time.sleep(0.001)
    captured = capsys.readouterr()
    told = captured.err.splitlines()
    assert captured.out == ""
    assert told[0] == "a note"
    assert 1 <= len(told) - 1 <= (time.monotonic() - began) / 0.1 + 1
    assert all(line.startswith("steps 50% > Fitting") for line in told[1:])
    assert told[1].endswith(", best 0.21")


def test_a_line_that_says_nothing_new_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """A long step that cannot count itself is named once, not every interval."""
    with lines(sys.stderr, interval=0.02) as progress, progress.task("reading the table"):
        time.sleep(1)
    assert capsys.readouterr().err == "reading the table\n"


def test_captured_output_gets_lines_and_quiet_none(capsys: pytest.CaptureFixture[str]) -> None:
    """Off a terminal a note is a plain line; quiet drops it; stdout stays empty."""
    for quiet in (False, True):
        with open_progress(quiet=quiet) as progress, progress.task("Fitting") as task:
            task.advance()
            task.say("words")
            progress.note("only once")
    assert capsys.readouterr() == ("", "only once\n")


def test_tasks_close_in_any_order_and_on_errors() -> None:
    """The running holds what is open, also after an exception inside."""
    said: list[str] = []
    running = RunningTasks(said.append, verbose=True)
    with pytest.raises(ValueError, match="x"), running.task("a"), running.task("b", 3) as inner:
        inner.advance(2)
        assert [task.name for task in running.tasks] == ["a", "b"]
        raise ValueError("x")
    assert (running.tasks, [line.split(":")[0] for line in said]) == ((), ["b", "a"])


@pytest.mark.parametrize(
    ("total", "done", "share"),
    [(4, 1, 0.25), (4, 9, 1.0), (4, -1, 0.0), (None, 3, None), (0, 0, None)],
)
def test_a_share_is_between_0_and_1(total: float | None, done: float, share: float | None) -> None:
    """Counting too far, an unknown total and an empty one are all shown without complaint."""
    task = Running("a", total, done)
    assert task.share == share
    assert draw((task,)).row_count == 1
    assert in_words((task,)) == ("a" if share is None else f"a {share:.0%}")


def test_a_closed_stderr_does_not_stop_the_work() -> None:
    """When the reader of stderr has gone, notes are dropped and the work goes on."""
    body = """
import sys
from unchurn.cli.console import open_progress, render_error
with open_progress() as progress:
    progress.note("x" * 100_000)
    progress.note("y")
sys.stdout.write("done")
sys.exit(render_error(KeyboardInterrupt()).code)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", body], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stderr.close()
    assert child.communicate()[0] == "done"
    assert child.returncode == 130


@pytest.mark.parametrize(
    ("kind", "code"),
    [(UnchurnError, 1), (ConfigError, 2), (DataError, 3), (ArtefactError, 1), (RegistryError, 1)],
)
@pytest.mark.parametrize("verbose", [False, True])
def test_an_expected_error_is_a_sentence_and_a_hint(
    capsys: pytest.CaptureFixture[str], kind: type[UnchurnError], code: int, verbose: bool
) -> None:
    """Message, hint on its own line, the error's own exit code, never a traceback."""
    assert render_error(kind("It is 'x'.", "Use 'y'."), verbose).code == code
    assert render_error(kind("It is 'x'."), verbose).code == code
    assert capsys.readouterr() == ("", "error: It is 'x'.\nUse 'y'.\nerror: It is 'x'.\n")


def test_an_interrupt_exits_130(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is told in a sentence."""
    assert render_error(KeyboardInterrupt()).code == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Interrupted.")


def test_what_the_operating_system_refuses_is_said_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A closed file or a full disk is nobody's bug, wherever it is met."""
    assert render_error(PermissionError(13, "Permission denied", "/x/y.csv")).code == 1
    assert render_error(OSError(28, "No space left on device")).code == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "error: /x/y.csv cannot be used: Permission denied."
    assert said[2] == "error: No space left on device."


def test_an_unexpected_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Several lines become one, and the way to the traceback is given."""
    assert render_error(ValueError("bad\n  thing")).code == 1
    assert render_error(MemoryError()).code == 1
    assert capsys.readouterr().err == (
        "unexpected: ValueError: bad thing; run again with --verbose for the traceback\n"
        "unexpected: MemoryError; run again with --verbose for the traceback\n"
    )


def test_verbose_gives_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """With --verbose an unexpected error shows where it came from, causes included."""
    try:
        try:
            Path("/nonexistent/file").read_text()
        except OSError as cause:
            raise ValueError("bad thing") from cause
    except ValueError as error:
        assert render_error(error, verbose=True).code == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    for part in ("Traceback", "FileNotFoundError", "test_console.py", "ValueError: bad thing"):
        assert part in captured.err


@given(st.text())
def test_nothing_printed_can_steer_the_terminal(text: str) -> None:
    """Escape sequences from a table's cells are spelt out; ordinary text stays as it is."""
    shown = printable(text)
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert shown == text or not all(c.isprintable() or c == "\n" for c in text)


def test_an_escape_sequence_in_an_error_is_spelt_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A column name that clears the screen does not."""
    render_error(DataError("Column \x1b[2Jx"))
    assert capsys.readouterr().err == "error: Column \\x1b[2Jx\n"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("check", "--project", "/nowhere"), "unchurn init"),
        (("check", "--bogus"), "unchurn check --help"),
        (("bogus",), "unchurn --help"),
        (("score", "--out", "/nowhere/at/all.csv"), "--make-folder"),
    ],
)
def test_an_error_is_a_document_where_json_is_asked_for(words: tuple[str, ...], hint: str) -> None:
    """stdout has the error, the next move and the exit code; stderr the sentence as ever."""
    ran = run_unchurn(*words, "--json")
    assert ran.document["code"] == ran.code == 2
    assert ran.document["error"] and ran.document["error"] in ran.err
    assert hint in ran.document["hint"]


@pytest.mark.parametrize(
    "words", ["--help", "--version", "check --help", "check --project /nowhere --json", "demo -h"]
)
def test_a_reader_who_leaves_is_no_error(words: str) -> None:
    """A pipe that closes early ends the command without a word about it."""
    command = f"(sleep 0.2; exec {sys.executable} -m unchurn {words}) | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert "Broken" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("--help",), ("registry", "list", "--json")])
def test_a_full_stdout_is_said(words: tuple[str, ...], tmp_path: Path) -> None:
    """What cannot be written is a sentence, not a traceback."""
    (tmp_path / "churn.toml").touch()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "unchurn", *words],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "could not be written" in done.stderr or "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr and "unexpected" not in done.stderr


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("can't start new thread"),
        OSError("Failed to launch worker thread: Resource temporarily unavailable"),
    ],
)
def test_a_limit_on_threads_is_told_as_one(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the machine's, and says what to raise."""
    assert render_error(error).code == 1
    said = capsys.readouterr().err
    assert "ulimit -u" in said and "unexpected" not in said
