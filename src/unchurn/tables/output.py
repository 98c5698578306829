"""The customer list, in the format that the file's suffix names, whole or not at all.

A CSV file is likely to be opened in a spreadsheet, which runs cells that begin with ``=``,
``+``, ``-``, ``@``, a tab or a carriage return: such text cells get a leading apostrophe
(OWASP, "CSV Injection"). Ids are looked up elsewhere, so they are written exactly as read;
[score] neutral_ids puts an apostrophe before those that begin with ``=`` or ``@`` too. Numbers
are never altered, nor is anything in Parquet or JSON Lines.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from unchurn.disk import replacing, replacing_all
from unchurn.errors import ConfigError, UnchurnError, listing
from unchurn.tables.excel_locales import RFC4180, CsvForm, localised
from unchurn.tables.location import find_files, would_hold
from unchurn.tables.parquet import stream_parquet
from unchurn.tables.scored import AS_SCORED, Arrangement
from unchurn.tables.text_rows import csv_header, csv_rows, json_rows

Rows: TypeAlias = Iterator[pa.RecordBatch]


def check_suffix(out: Path) -> None:
    """Raise `ConfigError` unless the suffix of `out` names a format that can be written."""
    if out.suffix.lower() not in _WRITERS:
        raise ConfigError(
            f"The list cannot be written as {out.name!r}: its suffix names no known format.",
            f"Choose a name that ends in one of {listing(_WRITERS)}.",
        )
    if out.is_dir():
        raise ConfigError(f"{out} is a folder.", "Give the name of a file in it.")


def check_replaces_none(out: Path, location: str, folder: Path) -> None:
    """Raise `ConfigError` where a list, or the rejects beside it, would be among tables.

    It would replace a file that `location` (relative to `folder`) stands for, or be read as one
    more of them by whoever reads that table next.
    """
    try:
        tables = find_files(location, folder)
    except ConfigError:  # nothing there, or an address: nothing to lose
        return
    for each in (out, rejects_path(out)):
        if any(each.exists() and each.samefile(table) for table in tables):
            raise ConfigError(
                f"{each} is a table that this project reads: the list, or its rejects, would "
                "replace it.",
                "Give the list another name.",
            )
    if would_hold(location, folder, out):
        raise ConfigError(
            f"{out} would be read as one more file of {location}, which is a table.",
            "Put the list into another folder.",
        )


def rejects_path(out: Path) -> Path:
    """Where the rows that could not be scored are listed: ``<out>.rejects.csv``."""
    return out.with_name(f"{out.name}.rejects.csv")


def write_scores(
    scores: Path,
    rejects: Path,
    out: Path,
    neutral_ids: bool = False,
    arrangement: Arrangement = AS_SCORED,
) -> Path | None:
    """Write `scores` (Parquet, id first) to `out` as `arrangement` says, and the rejects beside it.

    `rejects` is a CSV file with columns row_number, line, reason, text. Where it has no rows,
    nothing is written for it, and a list of rejects that an earlier scoring left is removed;
    returns the path of the rejects otherwise. Both files appear whole, or neither.
    Raises `ConfigError` for an unknown suffix, `UnchurnError` when the disk does not take it.
    """
    check_suffix(out)
    beside = rejects_path(out)

    def write(stream: BinaryIO) -> None:
        _write_list(scores, out, stream, neutral_ids, arrangement)

    try:
        if _is_empty(rejects):
            with replacing(out) as stream:
                write(stream)
            beside.unlink(missing_ok=True)
            return None
        with replacing_all(beside, out) as (second, first):
            _write_rejects(rejects, second)
            write(first)
    except OSError as error:
        raise UnchurnError(
            f"{out} could not be written: {error.strerror or error}. Nothing was left behind.",
            "Free some space or choose another place for the list.",
        ) from error
    return beside


def write_table(table: Path, out: Path, form: CsvForm = RFC4180) -> None:
    """Write a table (Parquet, id first) to `out`, whole or not at all; as CSV in a `form`.

    Raises `ConfigError` for an unknown suffix, `OSError` when the disk does not take it.
    """
    check_suffix(out)
    with replacing(out) as stream:
        if form == RFC4180:
            _write_list(table, out, stream, False, AS_SCORED)
            return
        rows = localised(pq.read_table(table), form, ids=1)
        stream.write(csv_header(rows.column_names, 1, form))
        for batch in rows.to_batches():
            stream.write(csv_rows(batch, 1, form=form))


def _write_list(
    scores: Path, out: Path, stream: BinaryIO, neutral_ids: bool, arrangement: Arrangement
) -> None:
    suffix = out.suffix.lower()
    if suffix == ".parquet" and arrangement == AS_SCORED:
        with scores.open("rb") as copied:
            shutil.copyfileobj(copied, stream, 1 << 20)
        return
    with pq.ParquetFile(scores, pre_buffer=False) as source:  # flat memory
        rows = arrangement.rows(source, out.parent)
        _WRITERS[suffix](source.schema_arrow, rows, stream, neutral_ids)


def _write_csv(schema: pa.Schema, rows: Rows, stream: BinaryIO, neutral_ids: bool) -> None:
    stream.write(csv_header(schema.names, ids=1))
    for batch in rows:
        stream.write(csv_rows(batch, 1, neutral_ids))


def _write_jsonl(schema: pa.Schema, rows: Rows, stream: BinaryIO, neutral_ids: bool) -> None:
    for batch in rows:
        stream.write(json_rows(batch))


def _write_parquet(schema: pa.Schema, rows: Rows, stream: BinaryIO, neutral_ids: bool) -> None:
    stream_parquet(rows, stream, schema)


def _write_rejects(rejects: Path, stream: BinaryIO) -> None:
    with _opened_rejects(rejects) as batches:
        stream.write(csv_header(batches.schema.names, ids=0))
        for batch in batches:
            stream.write(csv_rows(batch, ids=0))


_WRITERS: dict[str, Callable[[pa.Schema, Rows, BinaryIO, bool], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".jsonl": _write_jsonl,
}


@contextlib.contextmanager
def _opened_rejects(rejects: Path) -> Iterator[pacsv.CSVStreamingReader]:
    text = pacsv.ConvertOptions(
        column_types=dict.fromkeys(("line", "reason", "text"), pa.string())
        | {"row_number": pa.int64()},
        strings_can_be_null=False,
    )
    multiline = pacsv.ParseOptions(newlines_in_values=True)
    with pacsv.open_csv(rejects, parse_options=multiline, convert_options=text) as batches:
        yield batches


def _is_empty(rejects: Path) -> bool:
    with rejects.open("rb") as stream:
        return not (stream.readline() and stream.readline().strip())
