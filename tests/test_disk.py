from __future__ import annotations

import errno
import fcntl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from unchurn import disk
from unchurn.disk import copy_tree, publish, replacing, replacing_all, scratch, sweep


def test_a_file_takes_the_place_of_another_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "list.csv"
    for text in (b"one", b"another"):
        with replacing(target) as stream:
            stream.write(text)
            assert not target.exists() or target.read_bytes() == b"one"
        assert target.read_bytes() == text
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("stopped", [OSError, KeyboardInterrupt])
def test_what_is_cut_short_leaves_the_file_and_the_folder_as_they_were(
    tmp_path: Path, stopped: type[BaseException]
) -> None:
    target = tmp_path / "list.csv"
    target.write_bytes(b"before")
    with pytest.raises(stopped), replacing(target) as stream:
        stream.write(b"half")
        raise stopped
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_two_files_are_written_or_neither(tmp_path: Path) -> None:
    """What fails in the second leaves the first as it was, and no folder that was made for it."""
    with (
        pytest.raises(OSError, match="full"),
        replacing_all(tmp_path / "a", tmp_path / "n/b") as two,
    ):
        two[0].write(b"whole")
        raise OSError("full")
    assert list(tmp_path.iterdir()) == []
    with replacing_all(tmp_path / "a", tmp_path / "n/b") as two:
        for stream in two:
            stream.write(b"whole")
    assert (tmp_path / "n/b").read_bytes() == (tmp_path / "a").read_bytes() == b"whole"


def test_what_a_killed_process_left_is_swept_and_what_is_being_written_is_not(
    tmp_path: Path,
) -> None:
    """A file that nobody holds goes; another writer's stays."""
    target = tmp_path / "list.csv"
    (tmp_path / ".list.csv.999999.part").write_bytes(b"half")
    (tmp_path / ".list.csv.1.part").write_bytes(b"being written")
    with (tmp_path / ".list.csv.1.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with replacing(target) as stream:
            stream.write(b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".list.csv.1.part", "list.csv"]


def test_a_folder_is_replaced_without_a_moment_in_which_there_is_none(tmp_path: Path) -> None:
    """Whoever looks all the time finds the one or the other."""
    target, done = tmp_path / "model", threading.Event()
    missed: list[int] = []

    def look() -> None:
        while not done.is_set():
            if not target.exists():
                missed.append(1)

    target.mkdir()
    watcher = threading.Thread(target=look)
    watcher.start()
    for _ in range(200):
        staging = tmp_path / ".model.staging"
        staging.mkdir()
        publish(staging, target)
        staging.rmdir()
    done.set()
    watcher.join()
    assert missed == []


def test_a_file_system_that_cannot_exchange_names_gets_the_old_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There a folder is put aside first; one that was not replaced comes back, others go."""
    monkeypatch.setattr(disk, "_exchanged", lambda one, other: False)
    target, staging = tmp_path / "model", tmp_path / ".model.staging"
    for folder, text in ((target, "old"), (staging, "new")):
        folder.mkdir()
        (folder / "file").write_text(text)
    publish(staging, target)
    assert (target / "file").read_text() == "new"
    target.rename(tmp_path / ".model.old")
    (tmp_path / ".clean.staging").mkdir()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_scratch_rooms_of_killed_processes_go_with_the_next(tmp_path: Path) -> None:
    """A room in use stays, however many others are made."""
    (tmp_path / ".scratch-killed").mkdir()
    with scratch(tmp_path) as one, scratch(tmp_path) as other:
        assert {one, other} == set(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_rooms_made_at_once_do_not_sweep_one_another(tmp_path: Path) -> None:
    """Between its making and its holding, a room looks like one that somebody left."""

    def use(_: int) -> bool:
        with scratch(tmp_path) as room:
            (room / "file").write_text("kept")
            return (room / "file").read_text() == "kept"

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(800)))
    assert list(tmp_path.iterdir()) == []


def test_closed_folders_are_removed_too(tmp_path: Path) -> None:
    """What was put aside does not stay because somebody had closed a folder in it."""
    body = f"""
import ctypes, sys
from pathlib import Path
from unchurn.disk import discard
for right in (1, 2):  # root may pass everywhere without these
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)
if sys.argv[1:]:
    discard(Path({str(tmp_path / "old")!r}))
else:
    import os
    os.execv(sys.executable, [sys.executable, __file__, "again"])
"""
    (tmp_path / "old" / "inner" / "most").mkdir(parents=True)
    (tmp_path / "old" / "inner" / "most" / "file").touch()
    (tmp_path / "old" / "inner").chmod(0o000)
    (tmp_path / "script.py").write_text(body)
    subprocess.run([sys.executable, str(tmp_path / "script.py")], check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_folder_that_cannot_be_copied_says_what_happened(tmp_path: Path) -> None:
    """The first file that fails is named with its reason; a sound one comes over whole."""
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "file").write_text("text")
    copy_tree(source, target)
    assert (target / "inner" / "file").read_text() == "text"
    (target / "inner" / "file").unlink()
    (target / "inner" / "file").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as failed:
        copy_tree(source, target)
    assert failed.value.errno == errno.ENOSPC
