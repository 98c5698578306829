"""Rows for xgboost: CSV, LIBSVM or Parquet, the label first."""

from __future__ import annotations

import csv
import io
import sys
import tempfile
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
    elif kind == "csv":  # xgboost counts no column behind the last cell that a file has
        matrix = np.concatenate([_filled_up(part.matrix, max(widths)) for part in parts])
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
    if kind == "csv":
        return _csv(path, weighted)
    with path.open("rb") as stream:
        table = _table(stream, b"", kind, path.name)
    label = _numbers(table.select([0]))[:, 0]
    if np.isnan(label).any():
        raise ClientError(f"The label, first column of {path.name}, has blanks.")
    return Rows(_numbers(table.select(range(1, table.num_columns))), label)


def _csv(path: Path, weighted: bool) -> Rows:
    """Read a file as the image does: by xgboost itself, for which every line is a row and all is a number.

    So a header is a row as well, of label 0, and a blank label is 0; any other cell that begins with no
    number is missing. AWS's image says nothing of that; the log says so here.
    """
    import xgboost

    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        line = lines.readline()
    first = line.rstrip("\r\n")
    try:
        delimiter = csv.Sniffer().sniff(line).delimiter
    except csv.Error as error:
        raise ClientError(
            f"Could not determine delimiter on line 1 of {path.name}, {first[:50]!r}: {error}"
        ) from error
    # Under a name of ours: what follows a ? or # in a file's own would be read as something else.
    with tempfile.TemporaryDirectory() as folder, xgboost.config_context(verbosity=0):
        (Path(folder) / "rows").symlink_to(path.resolve())
        uri = f"{folder}?format=csv&label_column=0&delimiter={delimiter}"
        try:
            read = xgboost.DMatrix(f"{uri}&weight_column=1" if weighted else uri)
        except xgboost.core.XGBoostError as error:
            told = str(error).partition("\nStack trace:")[0]
            raise ClientError(f"Failed to load csv data with exception: {told}") from error
    if read.get_label()[0] == 0 and not _is_number(first.split(delimiter)[0]):
        sys.stdout.write(
            f"{path.name} begins with {first[:60]!r}: as in SageMaker's image that is a row, of label 0.\n"
        )
    found = read.get_data()
    matrix = np.full(found.shape, np.nan, np.float32)
    matrix[np.repeat(np.arange(found.shape[0]), np.diff(found.indptr)), found.indices] = found.data
    return Rows(matrix, read.get_label(), read.get_weight() if weighted else None)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


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


def _filled_up(matrix: Any, columns: int) -> Any:
    missing = np.full((matrix.shape[0], columns - matrix.shape[1]), np.nan, np.float32)
    return np.hstack([matrix, missing])


def _widened(matrix: csr_matrix, columns: int) -> csr_matrix:
    return csr_matrix(
        (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns)
    )
