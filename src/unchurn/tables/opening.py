"""Opening a table: what the user wrote → files → one `Table`."""

from __future__ import annotations

from pathlib import Path

from unchurn.errors import ConfigError, DataError
from unchurn.project import Data
from unchurn.tables.csv_source import open_csv
from unchurn.tables.json_source import open_json
from unchurn.tables.location import Format, find_files, one_format
from unchurn.tables.parquet_source import open_parquet
from unchurn.tables.table import Source, Table, assemble


def open_table(location: str, data: Data, folder: Path) -> Table:
    """Open a file, a folder or a glob (relative to `folder`) as one table.

    Text files are passed over once here, for their encoding, their hash and signs of damage;
    of Parquet only the footers are read.

    Raises `ConfigError` where nothing readable is there, `DataError` where it is no table:
    empty, binary, cut short, without rows, with duplicate headers.
    """
    paths = find_files(location, folder)
    kind = one_format(paths)
    try:
        if kind == "parquet":
            return _parquet(location, paths)
        sources: list[Source] = [_text(kind, path, data) for path in paths]
    except PermissionError as error:
        raise ConfigError(
            f"{error.filename} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    return assemble(location, sources)


def _text(kind: Format, path: Path, data: Data) -> Source:
    return open_csv(path, data) if kind == "csv" else open_json(path, data)


def _parquet(location: str, paths: tuple[Path, ...]) -> Table:
    found = [open_parquet(path) for path in paths]
    rows = sum(source.rows for source in found)
    if not rows:
        raise DataError(f"{location} has columns and no rows.", "Add customers.")
    return assemble(location, found, rows)
