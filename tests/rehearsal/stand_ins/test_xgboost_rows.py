"""Rows for the built-in algorithm: CSV, LIBSVM and Parquet, blanks, weights and what is none of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rehearsal.stand_ins.opt_ml import ClientError
from rehearsal.stand_ins.xgboost_algorithm.tables import kind_of, read_files, read_payload


def test_csv_has_the_label_first_and_a_blank_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("1,0.5,\n0,,2\n")
    rows = read_files([file], "csv")
    assert rows.label.tolist() == [1, 0]
    assert np.array_equal(rows.matrix, [[0.5, np.nan], [np.nan, 2]], equal_nan=True)


def test_csv_has_rows_alone_and_numbers_alone_as_the_image_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of xgboost 3.4.1, and of 1.2.1 alike: a blank label is 0, text is missing, a number may have more behind it."""
    file = tmp_path / "a.csv"
    file.write_text('churn,age,plan\n1,30,basic\n,"4",7x\n1, 5 ,nan\n')
    rows = read_files([file], "csv")
    assert rows.label.tolist() == [0, 1, 0, 1]
    told = [[np.nan, np.nan], [30, np.nan], [np.nan, 7], [5, np.nan]]
    assert np.array_equal(rows.matrix, told, equal_nan=True)
    said = (
        "a.csv begins with 'churn,age,plan': as in SageMaker's image that is a row, of label 0.\n"
    )
    assert capsys.readouterr().out == said


def test_a_file_of_any_name_is_read(tmp_path: Path) -> None:
    (tmp_path / "a?b.csv").write_text("1,2\n")
    assert read_files([tmp_path / "a?b.csv"], "csv").matrix.tolist() == [[2]]


def test_weights_are_the_second_column_where_that_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("1,3,0.5\n0,4,0.25\n")
    rows = read_files([file], "csv", weighted=True)
    assert rows.weight.tolist() == [3, 4]
    assert rows.matrix.tolist() == [[0.5], [0.25]]


def test_several_files_are_one_table_of_the_widest(tmp_path: Path) -> None:
    """A part whose last column is blank is one column narrower for xgboost, which reads them together."""
    for name, text in {"a.csv": "1,2,\n", "b.csv": "0,3,4\n"}.items():
        (tmp_path / name).write_text(text)
    rows = read_files(sorted(tmp_path.iterdir()), "csv")
    assert rows.label.tolist() == [1, 0]
    assert np.array_equal(rows.matrix, [[2, np.nan], [3, 4]], equal_nan=True)


def test_files_of_parquet_have_one_width(tmp_path: Path) -> None:
    for name, columns in {"a": ["l", "x"], "b": ["l", "x", "y"]}.items():
        pq.write_table(pa.table({each: [1.0] for each in columns}), tmp_path / f"{name}.parquet")
    with pytest.raises(ClientError, match="different numbers of columns"):
        read_files(sorted(tmp_path.iterdir()), "parquet")


@pytest.mark.parametrize("start", ["1 2 3\n0 4 5\n", "\ufeff1,2,3\n0,4,5\n", "1|2|3\r\n0|4|5\r\n"])
def test_the_delimiter_is_found_as_the_image_finds_it(
    tmp_path: Path, start: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text(start, newline="")
    rows = read_files([tmp_path / "a.csv"], "csv")
    assert (rows.label.tolist(), rows.matrix.tolist()) == ([1, 0], [[2, 3], [4, 5]])
    assert capsys.readouterr().out == ""


def test_libsvm_has_weights_comments_and_indices_from_nought(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("1:2 0:0.5 3:4 # first\n\n0 qid:7 1:3\n")
    rows = read_files([file], "libsvm")
    assert rows.matrix.toarray().tolist() == [[0.5, 0, 0, 4], [0, 3, 0, 0]]
    assert (rows.label.tolist(), rows.weight.tolist()) == ([1, 0], [2, 1])


def test_parquet_has_the_label_in_its_first_column(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"churn": [True, False], "age": [30, None]}), file)
    rows = read_files([file], "parquet")
    assert rows.label.tolist() == [1, 0]
    assert np.array_equal(rows.matrix, [[30], [np.nan]], equal_nan=True)


def test_a_request_has_no_labels() -> None:
    assert read_payload(b"1,2\n3,4", "csv").matrix.tolist() == [[1, 2], [3, 4]]
    assert read_payload(b"0 0:1 1:2\n1:4", "libsvm").matrix.toarray().tolist() == [[1, 2], [0, 4]]


@pytest.mark.parametrize(
    ("name", "text", "kind", "words"),
    [
        ("a.csv", "", "csv", "delimiter on line 1 of a.csv"),
        ("a.csv", "1\n0\n", "csv", "delimiter .* is not found|delimiter on line 1"),
        ("a.txt", "1,2,3\n", "libsvm", "Line 1 of a.txt is not LIBSVM"),
        ("a.parquet", "1,2\n", "parquet", "a.parquet is not parquet"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(
    tmp_path: Path, name: str, text: str, kind: str, words: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ClientError, match=f"(?i){words}"):
        read_files([tmp_path / name], kind)


@pytest.mark.parametrize("told", ["text/csv;label_size=2", "image/png", ""])
def test_content_types_that_are_not_read_are_refused(told: str) -> None:
    with pytest.raises(ClientError):
        kind_of(told)


@pytest.mark.parametrize(
    "told", ["csv", "text/csv", "text/csv; label_size=1", "Text/CSV;charset=utf8"]
)
def test_content_types_of_csv_are_one(told: str) -> None:
    assert kind_of(told) == "csv"
