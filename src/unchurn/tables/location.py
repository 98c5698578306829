"""From what the user wrote to the files behind it: a file, a folder or a glob, of one format."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Literal

from unchurn.errors import ConfigError, DataError, listing

Format = Literal["csv", "parquet", "jsonl"]

SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".data": "csv",
    ".dat": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
NAMES: dict[Format, str] = {"csv": "CSV", "parquet": "Parquet", "jsonl": "JSON Lines"}
_KNOWN = "CSV (.csv, .tsv, .txt, also .gz), Parquet (.parquet), JSON Lines (.jsonl, .ndjson, .json)"


def find_files(location: str, folder: Path) -> tuple[Path, ...]:
    """Return the files a location stands for, sorted by name; relative ones are in `folder`.

    Hidden files and markers such as ``_SUCCESS`` are skipped inside folders and globs.
    Raises `ConfigError` when nothing is there or a folder cannot be listed.
    """
    if not location.strip():
        raise ConfigError(
            "No table is named.", "Set [data] train in churn.toml, or pass --data PATH."
        )
    path = folder / Path(location).expanduser()
    try:
        if path.is_file():
            return (path,)
        if path.is_dir():
            return _in_folder(path)
        if glob.has_magic(str(location)):
            return _in_glob(path)
        found = path.exists()
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    if found:
        raise ConfigError(f"{path} is neither a file nor a folder.", f"Name a table: {_KNOWN}.")
    raise ConfigError(f"There is no table at {path}.", _nearby(path))


def format_of(path: Path) -> Format:
    """Tell a file's format by its suffix. Raises `ConfigError` on one that is not known."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    found = SUFFIXES.get(suffixes[-1]) if suffixes else None
    if found is None:
        raise ConfigError(
            f"{path.name} is not a table that unchurn reads: its suffix is "
            f"{''.join(path.suffixes[-1:])!r}.",
            f"Known formats: {_KNOWN}. Rename the file, or export it again as one of these.",
        )
    return found


def one_format(paths: tuple[Path, ...]) -> Format:
    """Tell the format that all files share. Raises `DataError` when they are mixed."""
    found = {path: format_of(path) for path in paths}
    kinds = sorted({NAMES[kind] for kind in found.values()})
    if len(kinds) > 1:
        raise DataError(
            f"{paths[0].parent} mixes formats: {' and '.join(kinds)} "
            f"({listing((path.name for path in paths), 4)}).",
            "Name one format with a glob, for example 'customers/*.parquet'.",
        )
    return found[paths[0]]


def _hidden(path: Path) -> bool:
    return path.name.startswith((".", "_"))


def _in_folder(path: Path) -> tuple[Path, ...]:
    inside = [each for each in path.iterdir() if not _hidden(each)]
    files = sorted((each for each in inside if each.is_file()), key=lambda each: each.name)
    if not files:
        deeper = any(each.is_dir() for each in inside)
        hint = f"Name the files with a glob: '{path.name}/**/*.parquet'." if deeper else ""
        raise ConfigError(f"The folder {path} holds no table.", hint or "Name a folder of tables.")
    return tuple(files)


def _in_glob(path: Path) -> tuple[Path, ...]:
    found = [Path(each) for each in glob.glob(str(path), recursive=True)]  # noqa: PTH207 (a glob may be absolute)
    files = sorted(each for each in found if each.is_file() and not _hidden(each))
    if not files:
        raise ConfigError(f"No file matches {path}.", "Check the pattern, or name a folder.")
    return tuple(files)


def _nearby(path: Path) -> str:
    try:
        inside = [each.name for each in path.parent.iterdir() if not _hidden(each)]
    except OSError:
        return f"The folder {path.parent} does not exist or cannot be read."
    tables = sorted(name for name in inside if Path(name).suffix.lower() in SUFFIXES)
    return f"Tables there: {listing(tables)}." if tables else f"{path.parent} holds no table."
