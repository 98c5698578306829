"""From what the user wrote to the files behind it: a file, a folder or a glob, of one format."""

from __future__ import annotations

import glob
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from unchurn.errors import ConfigError, DataError, listing
from unchurn.tables.hidden_files import is_hidden, is_mark
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
PACKED = (".gz", ".zst", ".bz2", ".zip")
_KNOWN = (
    "CSV (.csv, .tsv, .txt), workbooks (.xlsx, .xls, .ods), JSON (.jsonl, .ndjson, .json), each also "
    "as .gz, .zst, .bz2 or .zip; Parquet (.parquet), Arrow (.arrow, .feather)"
)
_KEPT_BACK = ("~", ".bak", ".orig", ".old", ".tmp", ".swp", ".part")
"""How names of copies end that a program or a person keeps beside the file."""
_BESIDE = re.compile(
    r"(readme|licen[cs]e|notice|changelog|contributing|makefile|dockerfile)(\.[a-z]{1,4})?"
    r"|.+\.(md|rst|py|ipynb|r|sql|ya?ml|toml|sh)",
    re.IGNORECASE,
)
"""Documents and code that lie in a folder of tables and are none."""
_BEGUN = 1 << 16
_OBJECT = re.compile(rb'\x1e?\{\s*"(?:[^"\\\n]|\\.)*"\s*:')
"""How an object begins; one in quotes is a cell of CSV."""
_DELIMITED = re.compile(rb"[,;\t|]")
_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"FEA1", "arrow"),
)


def find_files(location: str, folder: Path) -> tuple[Path, ...]:
    """Return the files a location stands for, sorted by name; relative ones are in `folder`.

    Hidden files, markers such as ``_SUCCESS`` and copies such as ``a.csv.bak`` are skipped inside
    folders and globs, documents such as ``README.md`` inside folders: see `passed_over`.
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
    if suffixes and suffixes[-1] in PACKED:
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
        if named in ("parquet", "arrow"):
            raise DataError(
                f"{path.name} is {NAMES[named]} inside {packing}, which cannot be read piece by piece.",
                f"Unpack it: {NAMES[named]} is compressed by itself.",
            )
    elif text := _text(path):
        return _of_text(text, named)
    # a suffix that its bytes do not bear out is damage, for whoever opens the file to say
    return named or ("jsonl" if first.lstrip()[:1] in (b"{", b"[") else "csv")


def _text(path: Path) -> bytes:
    """Return how a file begins where that is plain text, else nothing."""
    begun = beginning(path, _BEGUN)
    return b"" if b"\0" in begun else begun.removeprefix(b"\xef\xbb\xbf").lstrip()


def _of_text(text: bytes, named: Format | None) -> Format:
    """Tell JSON from CSV by the text itself; the suffix decides where both could be meant."""
    line = text.partition(b"\n")[0].strip()
    json = _OBJECT.match(text) is not None
    json = json or (text[:1] == b"[" and text[1:].lstrip()[:1] == b"{")
    braces = any(each.lstrip()[:1] in (b"{", b"[") for each in text.split(b"\n"))
    if json or (named == "jsonl" and (braces or not _DELIMITED.search(line))):
        return "jsonl"
    if named is None and text[:1] in (b"{", b"["):
        return "jsonl"
    return "csv"


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
            f"Known formats: {_KNOWN}. Rename the file, export it again as one of these, or take it "
            "out of the folder.",
        )
    return found


def one_format(paths: tuple[Path, ...]) -> Format:
    """Tell the format that all files share. Raises `ConfigError` when they are mixed: they are no table."""
    found = {path: format_of(path) for path in paths}
    kinds = sorted({NAMES[kind] for kind in found.values()})
    if len(kinds) > 1:
        raise ConfigError(
            f"{paths[0].parent} mixes formats: {' and '.join(kinds)} "
            f"({listing((path.name for path in paths), 4)}).",
            "Take out what is no table of customers, or name one format with a glob, for example 'customers/*.parquet'.",
        )
    return found[paths[0]]


def passed_over(location: str, folder: Path) -> list[str]:
    """Name what lies in a folder and is not read: folders, hidden files, documents, kept copies.

    Of a glob, files of its folder that it would match but for capitals or packing.
    """
    path = folder / Path(location).expanduser()
    if glob.has_magic(path.name) and not glob.has_magic(str(path.parent)) and not path.exists():
        return _missed(path)
    if not path.is_dir() or any(_is_partition(each) for each in path.iterdir()):
        return []
    left = (each for each in path.iterdir() if each.is_dir() or _hidden(each) or _is_beside(each))
    named = (f"{each.name}/" if each.is_dir() else each.name for each in left)
    return sorted(name for name in named if not is_mark(name))


def _missed(path: Path) -> list[str]:
    pattern = path.name.casefold()
    if not path.parent.is_dir():
        return []
    left = (each for each in path.parent.iterdir() if each.is_file() and not _hidden(each))
    return sorted(
        each.name
        for each in left
        if not fnmatchcase(each.name, path.name)
        and any(fnmatchcase(each.name.casefold(), f"{pattern}{packed}") for packed in ("", *PACKED))
    )


def would_hold(location: str, folder: Path, path: Path) -> bool:
    """Tell whether a file at `path` would be read as one of the files of a folder or a glob."""
    named, place = folder / Path(location).expanduser(), path.parent.resolve() / path.name
    if named.is_dir():
        partitioned = any(_is_partition(each) for each in named.iterdir())
        inside = place.parent == named.resolve() or (
            partitioned and place.is_relative_to(named.resolve())
        )
        return inside and not _hidden(place) and (partitioned or not _is_beside(place))
    if not glob.has_magic(named.name):
        return False
    return place.parent == named.parent.resolve() and fnmatchcase(place.name, named.name)


def _hidden(path: Path) -> bool:
    return is_hidden(path.name) or path.name.endswith(_KEPT_BACK)


def _is_beside(path: Path) -> bool:
    return _BESIDE.fullmatch(path.name) is not None


def _is_partition(path: Path) -> bool:
    return path.is_dir() and "=" in path.name and not _hidden(path)


def _in_folder(path: Path) -> tuple[Path, ...]:
    inside = _seen(path)
    if any(_is_partition(each) for each in inside):
        return tuple(_in_partitions(path))
    files = [each for each in inside if each.is_file() and not _is_beside(each)]
    if not files:
        deeper = any(each.is_dir() for each in inside)
        hint = f"Name the files with a glob, such as '{path.name}/**/*.csv'." if deeper else ""
        raise ConfigError(f"The folder {path} holds no table.", hint or "Name a folder of tables.")
    return tuple(files)


def _in_partitions(path: Path) -> list[Path]:
    """List the files below folders named ``column=value``, in order of their paths.

    Raises `DataError` where files or other folders lie beside such folders: whose customers
    they are cannot be told, and none may be lost.
    """
    inside = _seen(path)
    if not any(each.is_dir() for each in inside):
        return inside
    odd = [each.name for each in inside if not (each.is_dir() and "=" in each.name)]
    if odd:
        named = [each.name for each in inside if each.name not in odd]
        raise DataError(
            f"{path} holds {listing(odd, 4)} beside "
            f"{f'folders that name a column ({listing(named, 2)})' if named else 'no file'}.",
            "Keep the files of one table in folders column=value of one depth, or name the files "
            "with a glob.",
        )
    return [file for folder in inside for file in _in_partitions(folder)]


def _seen(path: Path) -> list[Path]:
    return sorted((each for each in path.iterdir() if not _hidden(each)), key=lambda e: e.name)


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
