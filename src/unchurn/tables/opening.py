"""Opening a table: what the user wrote → files → one `Table`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from unchurn.artefacts import Finding
from unchurn.errors import DataError, listing
from unchurn.project import Data
from unchurn.tables.alike_headers import alike
from unchurn.tables.arrow_source import open_arrow
from unchurn.tables.copies import NAME_THEM, copied_by_name, missing_parts, refuse_copies
from unchurn.tables.csv_source import open_csv
from unchurn.tables.heading_checks import NoRowsError
from unchurn.tables.json_source import open_json
from unchurn.tables.location import Format, find_files, misnamed, one_format, passed_over
from unchurn.tables.matching import fold
from unchurn.tables.packing import packing_of
from unchurn.tables.parquet_source import ParquetSource, open_parquet
from unchurn.tables.partitions import PartitionedSource, partitions_of, root_of
from unchurn.tables.table import Source, Table, assemble


def open_table(location: str, data: Data, folder: Path) -> Table:
    """Open a file, a folder or a glob (relative to `folder`) as one table.

    Text is read to its end here, for its encoding, its hash and signs of damage, JSON once more
    for its keys; of Parquet only the footers are read, of Arrow the schemas.

    Raises `ConfigError` where nothing readable is there, `DataError` where it is no table:
    empty, binary, cut short, without rows, with duplicate headers, or two files of one content.
    """
    paths = find_files(location, folder)
    kind = one_format(paths)
    sources, without = _each_opened(kind, paths, data)
    root = root_of(location, folder)
    rows = sum(s.rows for s in sources if isinstance(s, ParquetSource))
    if kind == "parquet" and not rows:
        raise DataError(f"{location} has columns and no rows.", "Add customers.")
    found = alike([_with_partitions(source, root) for source in sources])
    table = assemble(location, found, rows if kind == "parquet" else None)
    if len(paths) > 1:
        table.notes[:0] = [*refuse_copies(found), *copied_by_name(paths), *without]
    table.notes.extend([*_passed_over(location, folder), *missing_parts(paths)])
    if data.sheet and not any(packing_of(path) == "workbook" for path in paths):
        words = f"[data] sheet names {data.sheet!r}, and {location} is no workbook: it chooses nothing there."
        table.notes.append(Finding("sheet-unused", "note", words))
    if wrong := [path.name for path in paths if misnamed(path, kind)]:
        words = f"{listing(wrong, 4)}: read by what is inside, which the suffix does not say."
        table.notes.append(Finding("suffix-misleads", "note", words, count=len(wrong)))
    return table


def _passed_over(location: str, folder: Path) -> Iterator[Finding]:
    if left := passed_over(location, folder):
        things = "entry is" if len(left) == 1 else "entries are"
        words = (
            f"{len(left)} {things} not read in {location}: {listing(left, 6)}. If they hold "
            "customers, name all files with a glob ('folder/**/*.csv', '*.[cC][sS][vV]')."
        )
        yield Finding("passed-over", "warning", words, count=len(left))


def _each_opened(
    kind: Format, paths: Sequence[Path], data: Data
) -> tuple[list[Source], list[Finding]]:
    """Open every file; say which of several have a header and no rows, of which nothing is read."""
    sources: list[Source] = []
    empty: list[NoRowsError] = []
    for path in paths:
        try:
            sources.append(_opened(kind, path, data, len(paths) > 1))
        except NoRowsError as error:
            empty.append(error)
    for part in empty:
        if not sources or not _names_alike(part.header, sources[0].columns):
            hint = f"{part.hint} {_no_table(part.name)}" if len(paths) > 1 else part.hint
            raise DataError(part.message, hint)
    if not empty:
        return sources, []
    names = listing((error.name for error in empty), 4)
    words = f"{names} {'has' if len(empty) == 1 else 'have'} a header and no rows: nothing was read there."
    return sources, [Finding("no-rows", "note", words, count=len(empty))]


def _opened(kind: Format, path: Path, data: Data, among: bool) -> Source:
    """Open one file; `among` others, it may be no table at all."""
    try:
        _require_bytes(path)
        if kind == "parquet":
            return open_parquet(path)
        if kind == "arrow":
            return open_arrow(path)
        return open_csv(path, data) if kind == "csv" else open_json(path, data)
    except NoRowsError:  # others may tell whether that is a header
        raise
    except DataError as error:
        if not among:
            raise
        raise DataError(error.message, f"{error.hint} {_no_table(path.name)}".strip()) from error


def _no_table(name: str) -> str:
    return f"If {name} is no table of customers: {NAME_THEM[0].lower()}{NAME_THEM[1:]}"


def _names_alike(header: Sequence[str], columns: Sequence[str]) -> bool:
    return {fold(name) for name in header} == {fold(name) for name in columns}


def _require_bytes(path: Path) -> None:
    if not path.stat().st_size:
        raise DataError(f"{path.name} is empty: it has no bytes.", "Name a table with rows.")


def _with_partitions(source: Source, root: Path) -> Source:
    named = partitions_of(source.path, root)
    return PartitionedSource(source, named) if named else source
