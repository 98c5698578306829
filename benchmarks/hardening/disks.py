"""Runs out of disk, again and again: is it said in words, and is nothing left behind?

    python benchmarks/hardening/disks.py [--disks 24] [--seed 1]

A project lies on a small disk (a tmpfs, so this needs root) with little room left, of another size
each time, and is trained, scored or has its champion changed. The command must succeed or say what
it could not write; no staging, part or half a list may be left, and no version without its files;
with room again, the same command must succeed. Counted, each must be 0: **unexpected** ends,
**hung** commands, **partial** files, champions **lost**, and **silent** ones: a command that ended
well without what it should have made.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands import (
    FAULTS,
    Command,
    asked,
    champion,
    ended,
    is_unexpected,
    left_over,
    preload,
    set_seed,
    told,
    write_project,
)

_PAGE = 4096
KINDS = ("train", "fresh", "score csv", "fresh", "score jsonl", "rollback", "score parquet")


@contextmanager
def disk(place: Path, size: int) -> Iterator[None]:
    """Mount a disk of `size` bytes at `place`, for the length of the block."""
    place.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def resize(place: Path, size: int) -> None:
    """Give a mounted disk another size."""
    _mount("-o", f"remount,size={size}", str(place))


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def used(place: Path) -> int:
    """Return the bytes that are taken on a disk."""
    return shutil.disk_usage(place).used


def words_of(kind: str, folder: Path) -> tuple[object, ...]:
    """Return the command of a kind."""
    verb, _, suffix = kind.partition(" ")
    if verb == "score":
        table = folder / "this_month.csv"
        return (
            "score",
            "--data",
            table,
            "--out",
            folder / f"out/list.{suffix}",
            "--make-folder",
            "--project",
            folder,
        )
    if verb == "rollback":
        return ("registry", "rollback", "--project", folder)
    flags = ("--fresh",) if kind == "fresh" else ()
    return ("train", *flags, "--project", folder)


def judge(kind: str, room: int, sound: Path, place: Path, said: Path) -> Counter[str]:
    """Do one command with `room` bytes left, and again with enough; count what went wrong."""
    found: Counter[str] = Counter(disks=1)
    with disk(place, 1 << 26):
        folder = place / "project"
        shutil.copytree(sound, folder)
        if kind == "train":
            set_seed(folder, 1000 + room % 1000)
        before = champion(folder)
        resize(place, used(place) + room)
        code, text = Command.start(said, *words_of(kind, folder)).wait()
        found["hung"] += code is None
        found["unexpected"] += code is not None and is_unexpected(code, text)
        found["failed" if code else "fitted"] += 1
        partial = left_over(folder)
        if code and kind.startswith("score") and (folder / "out").exists():
            partial.append("out")
        found["partial"] += bool(partial)
        resize(place, 1 << 26)
        try:
            found["lost"] += bool(code) and champion(folder) != before
        except Exception as error:
            found["lost"] += 1
            text += f"\n{error}"
        again, later = Command.start(said, *words_of(kind, folder)).wait()
        found["lost"] += again != 0 and not (kind == "rollback" and code == 0)
        if kind.startswith("score"):
            whole = folder / f"out/list.{kind.split()[1]}"
            found["silent"] += not whole.exists()
    return told(f"{kind}, {room} bytes", found, partial, f"{text}\n{later}")


def main() -> int:
    """Fill many disks; print the counts as JSON."""
    disks, random = asked("disks", 24)
    preload()
    total: Counter[str] = Counter(dict.fromkeys(FAULTS, 0))
    with tempfile.TemporaryDirectory() as near:
        said, sound = Path(near) / "said", write_project(Path(near) / "sound")
        for seed in (7, 8):  # two versions, so that there is one to go back to
            set_seed(sound, seed)
            code, text = Command.start(said, "train", "--project", sound).wait()
            if code:
                print(text, file=sys.stderr)
                return 1
        for number in range(disks):
            kind = KINDS[number % len(KINDS)]
            most = {"train": 300, "fresh": 200, "score": 40, "rollback": 24}[kind.split()[0]]
            room = random.randrange(most) * _PAGE
            total += judge(kind, room, sound, Path(near) / "disk", said)
    return ended(total)


if __name__ == "__main__":
    raise SystemExit(main())
