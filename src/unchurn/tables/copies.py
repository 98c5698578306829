"""Files of one table that are copies of each other: their customers would count twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from unchurn.artefacts import Finding
from unchurn.errors import DataError, counted, listing
from unchurn.tables.location import PACKED, SUFFIXES
from unchurn.tables.table import Source, pass_over

NAME_THEM = "Take it out of the folder, or name the files to read with a glob ('customers-*.csv')."
_FEW = 10
"""Rows below which two files may be the same by chance: parts of a table without ids."""
_KEPT = r"copy|kopie|kopia|copie|copia|backup|bak|old|orig|original|previous|prev"
_BEFORE = re.compile(rf"({_KEPT})[\s_.-]+((of|von|de|di|da)[\s_.-]+)?")
_BEHIND = re.compile(rf"[\s_.-]*(\(\d{{1,3}}\)|[\s_.-]({_KEPT})([\s_.-]*\(?[\d_.-]+\)?)?)")

_PART = re.compile(
    r"(?<![0-9])(?P<number>[0-9]{1,5})[\s_-]*(?:of|von|de|sur|di|av|van|out of)[\s_-]*(?P<all>[0-9]{1,5})(?![0-9])"
)
_MOST_PARTS = 1_000


def refuse_copies(sources: Sequence[Source]) -> list[Finding]:
    """Raise `DataError` where two files hold the same bytes; say so of very small ones.

    Files that folders put under different values of a column are not the same, and files without
    rows are nothing twice. Only files of one size are hashed.
    """
    sizes: dict[int, list[Source]] = defaultdict(list)
    for source in sources:
        sizes[source.path.stat().st_size].append(source)
    same: dict[str, list[Source]] = defaultdict(list)
    for alike in sizes.values():
        for source in alike if len(alike) > 1 else ():
            same[source.sha256()].append(source)
    found = [(each, _rows(each[0])) for each in same.values() if len(each) > 1]
    if large := [each for each, rows in found if rows >= _FEW]:
        first, second, *_ = sorted((source.path for source in large[0]), key=_copied)
        more = sum(len(each) - 1 for each in large) - 1
        raise DataError(
            f"{_name(second, first)} holds the very bytes of {_name(first, second)}"
            f"{f' ({more:,} more files are copies too)' if more else ''}: every customer in it "
            "would count twice.",
            NAME_THEM,
        )
    small = [source.path.name for each, rows in found if rows for source in each]
    if not small:
        return []
    words = (
        f"{listing(small, 4)} hold the same bytes, with few rows, and were all read: if they are "
        "copies, their customers count twice."
    )
    return [Finding("same-files", "warning", words, count=len(small))]


def copied_by_name(paths: Iterable[Path]) -> list[Finding]:
    """Warn of files whose names say that they are copies of others beside them."""
    beside: dict[tuple[Path, str], list[Path]] = defaultdict(list)
    for path in paths:
        beside[path.parent, _base(_stem(path))].append(path)
    pairs = [
        (copy.name, first.name)
        for first, *copies in (sorted(each, key=_copied) for each in beside.values())
        for copy in copies
    ]
    if not pairs:
        return []
    copies, kept = [copy for copy, _ in pairs], {first for _, first in pairs}
    words = (
        f"{listing(copies, 4)} {'looks like a copy' if len(copies) == 1 else 'look like copies'} "
        f"of {listing(sorted(kept), 4)} by name, and all were read: if so, customers count twice. "
        "Name the files to read with a glob."
    )
    return [Finding("named-as-copy", "warning", words, count=len(copies))]


def missing_parts(paths: Sequence[Path]) -> Iterator[Finding]:
    """Say which parts of a set are missing, where names count them: ``export_1_of_3.csv``."""
    sets: defaultdict[tuple[Path, str, int, str], set[int]] = defaultdict(set)
    for path in paths:
        found = _PART.search(_stem(path))
        if found and int(found["number"]) <= int(found["all"]) <= _MOST_PARTS:
            around = found.string[: found.start()], found.string[found.end() :]
            sets[path.parent, around[0], int(found["all"]), around[1]].add(int(found["number"]))
    for (_, before, parts, _), seen in sorted(sets.items()):
        first = 0 if 0 in seen else 1
        missing = sorted(set(range(first, first + parts)) - seen)
        if missing:
            named = listing((str(each) for each in missing), 6)
            words = (
                f"{counted(len(missing), 'part')} of {parts} of {before.strip(' _-.')!r} "
                f"{'is' if len(missing) == 1 else 'are'} not there: {named}. Their customers are not read."
            )
            yield Finding("missing-parts", "warning", words, count=len(missing))


def _rows(source: Source) -> int:
    """Count rows up to `_FEW`."""
    rows = 0
    for _, cells in source.batches(1, pass_over):
        rows += cells.num_rows
        if rows >= _FEW:
            break
    return rows


def _name(path: Path, other: Path) -> str:
    """Name a file by its folder, too, where the other one lies elsewhere."""
    return path.name if path.parent == other.parent else f"{path.parent.name}/{path.name}"


def _stem(path: Path) -> str:
    """Return a file's name without what says how it is written and packed."""
    name = path.name.casefold()
    while (suffix := Path(name).suffix) and (suffix in SUFFIXES or suffix in PACKED):
        name = name[: -len(suffix)]
    return name


def _base(stem: str) -> str:
    """Take off what says that a file is a copy; all of a name is never taken."""
    bare = _BEFORE.sub("", stem, count=1) if _BEFORE.match(stem) else stem
    while found := re.fullmatch(rf"(.+?)(?:{_BEHIND.pattern})", bare):
        bare = found[1]
    return bare or stem


def _copied(path: Path) -> tuple[bool, int, str]:
    """Sort the one that others are copies of first."""
    stem = _stem(path)
    return (_base(stem) != stem, len(path.name), path.name)
