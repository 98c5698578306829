"""Rows for xgboost: CSV without a header, LIBSVM or Parquet, the label first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from scipy.sparse import csr_matrix, vstack

from rehearsal.stand_ins.opt_ml import ClientError

_KINDS = {
    "csv": "csv", "text/csv": "csv",
    "libsvm": "libsvm", "text/libsvm": "libsvm", "text/x-libsvm": "libsvm",
    "parquet": "parquet", "application/x-parquet": "parquet",
}  # fmt: skip
_DELIMITERS = ",;\t|"


@dataclass
class Rows:
    """A matrix, rows × columns, dense with NaN for a blank or sparse; with labels and weights."""

    matrix: Any
    label: Any = None
    weight: Any = None

    def dmatrix(self, columns: int = 0) -> Any:
        """Return them for xgboost; a matrix that is sparse or empty has at least so many `columns`."""
        import xgboost

        matrix = self.matrix
        if not matrix.shape[0]:
            matrix = np.empty((0, max(columns, matrix.shape[1])), np.float32)
        if isinstance(matrix, csr_matrix) and matrix.shape[1] < columns:
            matrix = csr_matrix(
                (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns)
            )
        return xgboost.DMatrix(matrix, label=self.label, weight=self.weight)


def kind_of(content_type: str) -> str:
    """Return csv, libsvm or parquet. Raises `ClientError` for any other content type."""
    message = Message()
    message["Content-Type"] = content_type.lower()
    name, size = content_type.lower().split(";")[0].strip(), message.get_param("label_size", "1")
    if name not in _KINDS:
        raise ClientError(f"{content_type} is not an accepted ContentType: {', '.join(_KINDS)}.")
    if size != "1":
        raise ClientError(f"{content_type}: label_size must be 1.")
    return _KINDS[name]


def read_files(files: Sequence[Path], kind: str, *, weighted: bool = False) -> Rows:
    """Return the rows of all `files`; where CSV is `weighted`, weights are its second column.

    A host that got no file has no rows.
    """
    if not files:
        return Rows(np.empty((0, 0), np.float32), np.empty(0, np.float32))
    parts = [_read_file(path, kind, weighted and kind == "csv") for path in files]
    widths = {part.matrix.shape[1] for part in parts}
    if kind == "libsvm":
        matrix = vstack([_widened(part.matrix, max(widths)) for part in parts], format="csr")
    elif len(widths) > 1:
        raise ClientError(f"The files have different numbers of columns: {sorted(widths)}.")
    else:
        matrix = np.concatenate([part.matrix for part in parts])
    weights = [part.weight for part in parts if part.weight is not None]
    return Rows(
        matrix,
        np.concatenate([part.label for part in parts]),
        np.concatenate(weights) if weights else None,
    )


def read_payload(body: bytes, kind: str) -> Rows:
    """Return the rows of a request: there are no labels in it."""
    if kind == "libsvm":
        return Rows(_libsvm(body.decode(), "the request", labelled=False).matrix)
    return Rows(_numbers(_table(io.BytesIO(body), body[:4096], kind, "the request")))


def _read_file(path: Path, kind: str, weighted: bool) -> Rows:
    if kind == "libsvm":
        text = path.read_text(encoding="utf-8", errors="replace")
        return _libsvm(text, path.name, labelled=True)
    with path.open("rb") as stream:
        start = stream.read(4096)
        stream.seek(0)
        table = _table(stream, start, kind, path.name)
    label = _numbers(table.select([0]))[:, 0]
    if np.isnan(label).any():
        raise ClientError(f"The label, first column of {path.name}, has blanks.")
    first = 2 if weighted else 1
    weight = _numbers(table.select([1]))[:, 0] if weighted else None
    return Rows(_numbers(table.select(range(first, table.num_columns))), label, weight)


def _table(stream: Any, start: bytes, kind: str, name: str) -> pa.Table:
    try:
        if kind == "parquet":
            return pq.read_table(pa.PythonFile(stream, mode="r"))
        first = start.decode("utf-8", errors="replace").partition("\n")[0]
        delimiter = max(_DELIMITERS, key=first.count)
        names = [
            f"column {n + 1}"
            for n in range(len(next(csv.reader([first], delimiter=delimiter), "")))
        ]
        blanks = ["", "NaN", "nan", "NA", "null", "NULL", "None"]
        return arrow_csv.read_csv(
            stream,
            arrow_csv.ReadOptions(column_names=names),
            arrow_csv.ParseOptions(delimiter=delimiter),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.float64()), null_values=blanks
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowException) as error:
        raise ClientError(f"{name} is not {kind} of numbers without a header: {error}") from error


def _numbers(table: pa.Table) -> Any:
    columns = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            known = pc.cast(column, pa.float64(), safe=False)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise ClientError(f"The column {name!r} holds no numbers: {column.type}.") from error
        columns.append(np.asarray(pc.fill_null(known, np.nan), dtype=np.float32))
    return np.stack(columns, axis=1) if columns else np.empty((table.num_rows, 0), np.float32)


def _libsvm(text: str, name: str, *, labelled: bool) -> Rows:
    """Read ``label[:weight] index:value …``, indices from 0; a request's label says nothing."""
    labels, weights, ends = [], [], [0]
    indices: list[int] = []
    values: list[float] = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        words = line.split("#")[0].split()
        try:
            label, _, weight = words.pop(0).partition(":") if labelled else ("0", "", "")
            labels.append(float(label))
            weights.append(float(weight or 1))
            pairs = [word.partition(":") for word in words if ":" in word and word[:4] != "qid:"]
            indices += [int(index) for index, _, _ in pairs]
            values += [float(value) for _, _, value in pairs]
        except (ValueError, IndexError) as error:
            raise ClientError(f"Line {number} of {name} is not LIBSVM: {line[:60]!r}.") from error
        ends.append(len(indices))
    shape = (len(labels), max(indices, default=-1) + 1)
    matrix: Any = csr_matrix((np.asarray(values, np.float32), indices, ends), shape=shape)
    given = np.asarray(weights, np.float32) if set(weights) - {1.0} else None
    return Rows(matrix, np.asarray(labels, np.float32), given)


def _widened(matrix: csr_matrix, columns: int) -> csr_matrix:
    return csr_matrix(
        (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns)
    )
