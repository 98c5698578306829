"""Where the system allows few threads: real commands under a real limit."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import QUICK, Ran, write_project
from live_server import CSV, running
from unchurn.thread_limit import FEWEST, share_cores, startable

WORDS = "running with fewer"
pytestmark = pytest.mark.skipif(
    not shutil.which("prlimit") or not shutil.which("setpriv"), reason="util-linux limits threads"
)


def under(threads: int) -> list[str]:
    """Return the words before a command that let its user have `threads` in all.

    The limit does not bind root: for root it is a user who has nothing else, and may read what root may.
    """
    become = []
    if os.geteuid() == 0:
        caps = ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
        become = ["setpriv", "--reuid", str(60_000 + os.getpid() % 5_000), "--clear-groups", *caps]
    else:  # what the user's other processes have counts, too, and may change meanwhile
        threads += _running()
    return ["prlimit", f"--nproc={threads}", *become]


def limited(threads: int, *words: object, cwd: Path) -> Ran:
    """Run Python with `words` where a user may have `threads` in all."""
    done = subprocess.run(
        [*under(threads), sys.executable, *map(str, words)],
        cwd=cwd, env={**os.environ, "HOME": str(cwd)}, capture_output=True, text=True,
        timeout=3600, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done)


def _running() -> int:
    mine = [each for each in Path("/proc").glob("[0-9]*") if _owner(each) == os.geteuid()]
    return sum(len(list((each / "task").glob("*"))) for each in mine)


def _owner(process: Path) -> int:
    try:
        return process.stat().st_uid
    except FileNotFoundError:
        return -1


def project(folder: Path, extra: str = QUICK) -> Path:
    """Write 600 customers and a project that trains in seconds."""
    chance = random.Random(5)
    rows = [(n, round(chance.random(), 3), chance.choice("xyz")) for n in range(600)]
    lines = [f"{n},{a},{b},{'yes' if chance.random() < a else 'no'}" for n, a, b in rows]
    folder.mkdir()
    table = folder / "t.csv"
    table.write_text("\n".join(["id,a,b,churned", *lines]) + "\n")
    return write_project(folder, table, extra)


FEW = FEWEST + 1 if os.geteuid() == 0 else 10
ROOT_ONLY = pytest.mark.skipif(
    os.geteuid() != 0, reason="the fewest is exact only for a user who has nothing else"
)


@ROOT_ONLY
def test_one_thread_less_than_the_fewest_is_refused_at_once(tmp_path: Path) -> None:
    """Nothing is begun: the number seen, the number needed, what to raise, exit code 3."""
    made = project(tmp_path / "p")
    ran = limited(FEWEST, "-m", "unchurn", "check", cwd=made)
    assert ran.code == 3 and ran.out == ""
    assert f"{FEWEST - 1} more threads; at least {FEWEST} are needed" in ran.err
    assert "ulimit -u" in ran.err and not (made / ".unchurn").exists()


@pytest.mark.slow
def test_few_threads_are_said_and_change_no_byte(tmp_path: Path) -> None:
    """Training and scoring at a limit end as without one, though more are asked for than allowed."""
    extra = QUICK.replace("threads = 1", "threads = 16") + "[engine]\nthreads = 16\n"
    kept = []
    for name, threads in (("few", FEW), ("many", 10_000)):
        made = project(tmp_path / name, extra)
        for words in (("train",), ("score", "--data", "t.csv", "--out", "list.csv")):
            ran = limited(threads, "-m", "unchurn", *words, cwd=made)
            assert ran.code == 0, ran.err
            assert ran.err.count(WORDS) == (threads == FEW)
        found = [*sorted((made / ".unchurn").rglob("*.ubj")), made / "list.csv"]
        kept.append([each.read_bytes() for each in found])
    assert kept[0] == kept[1] and len(kept[0]) > 1


@pytest.mark.slow
def test_python_and_the_server_run_with_few_threads_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names of the package say so once, before the engines load; a server is one process."""
    made = project(tmp_path / "p")
    body = """
import unchurn
project = unchurn.Project.load(".")
unchurn.train(project)
print(len(unchurn.score(project, "t.csv", "list.csv").to_arrow()))
"""
    ran = limited(FEW, "-c", body, cwd=made)
    assert (ran.code, ran.out) == (0, "600\n"), ran.err
    assert ran.err.count(WORDS) == 1
    monkeypatch.chdir(made)
    with running(Path(), "--workers", 3, before=under(FEW)) as live:
        answer = live.score(b"id,a,b\n1,0.5,x\n", CSV)
        assert answer.body.splitlines()[1].startswith(b"1,0."), answer
        children = Path(f"/proc/{live.process.pid}/task/{live.process.pid}/children")
        assert children.read_text() == ""


def test_startable_counts_what_it_could_start() -> None:
    """Where there is room, all."""
    assert startable(3) == 3


def test_matrices_are_multiplied_on_one_thread_unless_the_user_says_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is said before numpy is there to read it, on the command line and in a job's container."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    share_cores()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    share_cores()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    modules = "unchurn.cli.app, unchurn.cli.session, unchurn.container.__main__"
    code = f"import sys, {modules}; print('numpy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
