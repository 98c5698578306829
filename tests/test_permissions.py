"""What is written is readable by whom it should be."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from unchurn.disk import replacing
from unchurn.permissions import give_to, readable_by


def test_what_is_written_is_for_those_who_were_chosen(tmp_path: Path) -> None:
    """Each choice takes away what it says from new files, whatever the umask was; then it is back."""
    before = os.umask(0)
    try:
        for readers, mode in (("owner", 0o600), ("group", 0o640), ("everyone", 0o644)):
            with readable_by("owner"), readable_by(readers), replacing(tmp_path / readers) as list_:
                list_.write(b"x")
            assert (tmp_path / readers).stat().st_mode & 0o777 == mode
        with readable_by("owner"), readable_by(None):
            (tmp_path / "usual").write_bytes(b"x")
        assert (tmp_path / "usual").stat().st_mode & 0o777 == 0o666
        assert os.umask(0) == 0
    finally:
        os.umask(before)


def test_where_threads_differ_the_strictest_counts(tmp_path: Path) -> None:
    """A process has one umask: what one thread wants private is so while another shares."""
    wanted, done = threading.Event(), threading.Event()

    def share() -> None:
        with readable_by("everyone"):
            wanted.set()
            done.wait(3600)

    thread = threading.Thread(target=share)
    with readable_by("owner"):
        thread.start()
        assert wanted.wait(3600)
        (tmp_path / "mine").write_bytes(b"x")
    done.set()
    thread.join()
    assert (tmp_path / "mine").stat().st_mode & 0o077 == 0


def test_what_lies_there_is_given_to_readers_and_no_further(tmp_path: Path) -> None:
    """Folders are entered, files read, nothing written, and links are not followed."""
    kept, other = tmp_path / "kept", tmp_path / "other"
    (kept / "in").mkdir(parents=True)
    (kept / "in" / "file").write_bytes(b"x")
    other.write_bytes(b"x")
    other.chmod(0o600)
    (kept / "link").symlink_to(other)
    for readers, folder, file in (("everyone", 0o755, 0o644), ("owner", 0o700, 0o600)):
        give_to(kept, readers)
        assert (kept / "in").stat().st_mode & 0o777 == folder
        assert (kept / "in" / "file").stat().st_mode & 0o777 == file
    give_to(kept, "everyone")
    assert other.stat().st_mode & 0o777 == 0o600
