"""Where rows pass into Spark and out again: a folder that every worker of Spark can see.

On one machine it is a folder of the step's scratch. On a cluster it is an ``s3://`` prefix,
which the workers read and write natively and this process through Arrow.
"""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from unchurn.errors import ConfigError
from unchurn.tables.hidden_files import is_hidden
from unchurn.tables.parquet import READING
from unchurn.tables.table import BATCH_ROWS

_SCHEME = re.compile("([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_FILE = re.compile("^file:(//(localhost)?)?(?=/(?!/))", re.IGNORECASE)
_S3 = ("s3", "s3a", "s3n")
"""What Spark calls S3: ``s3`` on Glue and EMR, ``s3a`` elsewhere, ``s3n`` once."""
GROUPS = 16
"""Row groups of a piece: few enough that the footer of a very wide one stays small."""

_COPIED = 8 << 20
"""Bytes of a file that are copied at once."""


def address(place: str, named: str = "the folder that Spark's workers share") -> str:
    """Write an address in S3 with ``s3://``, whatever Spark calls it, and a folder as its path.

    `named` says in words what the place is. Raises `ConfigError` for an address of anything else.
    """
    local = _FILE.sub("", place)
    found = _SCHEME.match(local)
    if found is None:
        return local
    if found[1].lower() not in _S3:
        raise ConfigError(
            f"{place!r} is {named}, and {found[1]}:// is neither S3 nor a folder.",
            "Write it as s3://BUCKET/PREFIX, or as the path of a folder.",
        )
    return f"s3://{local[found.end() :]}"


class Exchange:
    """A folder, local or in S3, of tables in pieces. Raises `OSError` as files do.

    What `place` may be says `address`, which raises `ConfigError`.
    """

    def __init__(self, place: str) -> None:
        plain = address(place).rstrip("/")
        self.place = plain
        if "://" in plain:
            scheme = place.partition("://")[0].lower()  # Spark finds by it who reads there
            self.place = f"{scheme}{plain.removeprefix('s3')}"
            self._files, self._folder = pafs.FileSystem.from_uri(plain)
        else:
            self._files, self._folder = pafs.LocalFileSystem(), self.place

    def location(self, name: str) -> str:
        """Where Spark finds, or makes, the table `name`."""
        if "://" not in self.place:
            return f"file:{self.place}/{name}"
        return f"{self.place.partition('?')[0].rstrip('/')}/{name}"  # ? begins Arrow's own options

    def write(
        self,
        name: str,
        batches: Iterable[pa.RecordBatch],
        schema: pa.Schema,
        told: Sequence[str] = (),
        begun: str = "",
    ) -> int:
        """Write a table, a batch at a time; return its size in bytes.

        Several may write parts of one, each with names `begun` in its own way. A piece is whole once
        it has its name, and each batch is a group of its rows. Of columns `told`, each batch says the least and the largest value, so that who asks for
        some of a sorted table reads no other.
        """
        if "://" not in self.place:  # a prefix needs no making
            self._files.create_dir(f"{self._folder}/{name}", recursive=True)
        stream = iter(batches)
        number = 0
        while self._write_piece(
            f"{self._folder}/{name}", f"{begun}{_piece(number)}", stream, schema, told
        ):
            number += 1
        return self.size(name)

    def size(self, name: str) -> int:
        """Return a table's size in bytes."""
        return sum(each.size or 0 for each in self._pieces(name))

    def _write_piece(
        self,
        folder: str,
        name: str,
        stream: Iterator[pa.RecordBatch],
        schema: pa.Schema,
        told: Sequence[str],
    ) -> bool:
        """Write one piece; tell whether more may follow."""
        settings: dict[str, Any] = {
            "compression": "snappy",
            "store_schema": False,
            "write_statistics": list(told) or False,
            "use_dictionary": [each.name for each in schema if pa.types.is_string(each.type)],
        }
        path, made = f"{folder}/{name}", self._made_as(folder, name)
        with (
            self._files.open_output_stream(made) as sink,
            pq.ParquetWriter(sink, schema, **settings) as writer,
        ):
            groups = 0
            for batch in islice(stream, GROUPS):
                writer.write_batch(batch)
                groups += 1
        if made != path:
            self._files.move(made, path)
        return groups == GROUPS

    def _made_as(self, folder: str, name: str) -> str:
        """Return where a file is written: an object appears once it is whole, a file is hidden until then."""
        return f"{folder}/{name}" if "://" in self.place else f"{folder}/.{uuid.uuid4().hex}-{name}"

    def read(self, name: str, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """Yield a table's rows, at most `rows` at once, in the order of its pieces' names."""
        for piece in self._pieces(name):
            with self._files.open_input_file(piece.path) as source:
                yield from pq.ParquetFile(source, **READING).iter_batches(rows)

    def groups(self, name: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns of a table as its batches were written."""
        for piece in self._pieces(name):
            with self._files.open_input_file(piece.path) as source:
                file = pq.ParquetFile(source, **READING)
                for group in range(file.num_row_groups):
                    rows = file.metadata.row_group(group).num_rows
                    for batch in file.iter_batches(max(1, rows), [group], list(columns)):
                        yield batch.select(list(columns))

    def copied(self, file: Path, name: str) -> str:
        """Copy a file of this machine's to `name`; return where other machines open it."""
        if "://" not in self.place:
            self._files.create_dir(str(Path(f"{self._folder}/{name}").parent), recursive=True)
        with (
            file.open("rb") as source,
            self._files.open_output_stream(f"{self._folder}/{name}") as sink,
        ):
            shutil.copyfileobj(source, sink, _COPIED)
        if "://" not in self.place:
            return f"{self._folder}/{name}"
        place, mark, options = self.place.partition("?")
        return f"s3://{place.split('://', 1)[1].rstrip('/')}/{name}{mark}{options}"

    def count(self, name: str) -> int:
        """Return how many pieces a table has."""
        return len(self._pieces(name))

    def piece(self, name: str, number: int) -> pa.Table:
        """Return the rows of one piece of a table that `write` made."""
        path = f"{self._folder}/{name}/{_piece(number)}"
        with self._files.open_input_file(path) as source:
            return pq.ParquetFile(source, **READING).read()

    def put(self, name: str, *content: bytes | memoryview) -> None:
        """Write a file that is no table, of one piece or several; it is whole once it has its name."""
        path = f"{self._folder}/{name}"
        folder, _, last = path.rpartition("/")
        if "://" not in self.place:
            self._files.create_dir(folder, recursive=True)
        made = self._made_as(folder, last)
        with self._files.open_output_stream(made) as sink:
            for piece in content:
                sink.write(piece)
        if made != path:
            self._files.move(made, path)

    def get(self, name: str) -> bytes:
        """Return what `put` wrote."""
        with self._files.open_input_file(f"{self._folder}/{name}") as source:
            return bytes(source.read())

    def schema(self, name: str) -> pa.Schema:
        """Return a table's columns, which are told also where it has no rows."""
        with self._files.open_input_file(self._pieces(name)[0].path) as source:
            return pq.ParquetFile(source, **READING).schema_arrow

    def _pieces(self, name: str) -> list[pafs.FileInfo]:
        selector = pafs.FileSelector(f"{self._folder}/{name}", allow_not_found=True)
        found = self._files.get_file_info(selector)
        # markers and checksums of Spark's lie beside the pieces
        return sorted(
            (
                each
                for each in found
                if each.extension == "parquet" and not is_hidden(each.base_name)
            ),
            key=lambda each: each.base_name,
        )

    def remove(self, name: str) -> None:
        """Remove a table."""
        self._files.delete_dir(f"{self._folder}/{name}")

    def clear(self) -> None:
        """Remove the folder and everything in it."""
        info = self._files.get_file_info(self._folder)
        if info.type != pafs.FileType.NotFound:
            self._files.delete_dir(self._folder)


def _piece(number: int) -> str:
    return f"{number:06d}.parquet"
