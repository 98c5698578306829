"""From what the user wrote to the files behind it: a file, a folder or a glob, of one format."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Literal

from unchurn.errors import ConfigError, DataError, listing
from unchurn.tables.packing import beginning, inner_name, packing_of

Format = Literal["csv", "parquet", "jsonl", "arrow"]

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
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".xlsx": "csv",
    ".xlsm": "csv",
    ".xlsb": "csv",
    ".xls": "csv",
    ".ods": "csv",
}
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
NAMES: dict[Format, str] = {
    "csv": "CSV",
    "parquet": "Parquet",
    "jsonl": "JSON Lines",
    "arrow": "Arrow",
}
_PACKED = (".gz", ".zst", ".bz2", ".zip")
_KNOWN = (
    "CSV (.csv, .tsv, .txt), workbooks (.xlsx, .xls, .ods), JSON (.jsonl, .ndjson, .json), each also "
    "as .gz, .zst, .bz2 or .zip; Parquet (.parquet), Arrow (.arrow, .feather)"
)
_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"FEA1", "arrow"),
)


def find_files(location: str, folder: Path) -> tuple[Path, ...]:
    """Return the files a location stands for, sorted by name; relative ones are in `folder`.

    Hidden files and markers such as ``_SUCCESS`` are skipped inside folders and globs.
    Raises `ConfigError` when nothing is there or a folder cannot be listed.
    """
    if not location.strip():
        raise ConfigError(
            "No table is named.", "Set [data] train in churn.toml, or pass --data PATH."
        )
    try:
        path = folder / Path(location).expanduser()
        if path.is_file():
            return (path,)
        if path.is_dir():
            return _in_folder(path)
        if glob.has_magic(str(location)):
            return _in_glob(path)
        found = path.exists()
    except OSError as error:
        raise ConfigError(
            f"{location} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    except (RuntimeError, ValueError) as error:  # ~nobody, a NUL
        raise ConfigError(f"{location!r} is no path: {error}.", "Name a file.") from error
    if found:
        raise ConfigError(f"{path} is neither a file nor a folder.", f"Name a table: {_KNOWN}.")
    raise ConfigError(f"There is no table at {path}.", _nearby(path))


def format_of(path: Path) -> Format:
    """Tell a file's format by its contents, and text by its suffix; by that alone elsewhere.

    Raises `ConfigError` where neither tells.
    """
    named = _by_suffix(path)
    return _by_contents(path, named) if path.is_file() else _required(named, path)


def _by_suffix(path: Path) -> Format | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        packed = suffixes.pop()
        if not suffixes or suffixes[-1] not in SUFFIXES:
            return "csv" if packed == ".zip" else None
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


def _by_contents(path: Path, named: Format | None) -> Format:
    first = beginning(path)
    told = next((found for magic, found in _MAGIC if first.startswith(magic)), None)
    packing = packing_of(path)
    if told or packing == "workbook":
        return told or "csv"
    if packing:
        named = _by_suffix(Path(inner_name(path))) or named
    # a suffix that its bytes do not bear out is damage, for whoever opens the file to say
    return named or ("jsonl" if first.lstrip()[:1] in (b"{", b"[") else "csv")


def misnamed(path: Path, found: Format) -> bool:
    """Tell whether a file's suffix says another format than it was read as."""
    workbook = packing_of(path) == "workbook"
    books = path.suffix.lower() in _BOOKS
    named = _by_suffix(path)
    return named is not None and (named != found or workbook != books)


def _required(found: Format | None, path: Path) -> Format:
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
        files = _in_partitions(path)
    if not files:
        deeper = any(each.is_dir() for each in inside)
        hint = f"Name the files with a glob: '{path.name}/**/*.parquet'." if deeper else ""
        raise ConfigError(f"The folder {path} holds no table.", hint or "Name a folder of tables.")
    return tuple(files)


def _in_partitions(path: Path) -> list[Path]:
    """List the files below folders named ``column=value``, in order of their paths."""
    found: list[Path] = []
    for folder in sorted(each for each in path.iterdir() if each.is_dir() and not _hidden(each)):
        if "=" not in folder.name:
            return []
        inside = [each for each in folder.iterdir() if not _hidden(each)]
        files = sorted(each for each in inside if each.is_file())
        found += files or _in_partitions(folder)
    return found


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
