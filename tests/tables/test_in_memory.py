"""Tables of other libraries whose columns are of no kind that cells have."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.in_memory import open_given

pandas = pytest.importorskip("pandas")


@pytest.mark.parametrize(
    ("cells", "words", "hint"),
    [
        (
            lambda: [1, "2,5", 3.0],
            "'x' of a pandas DataFrame holds values of several types: .*'2,5'",
            'astype."string"',
        ),
        (lambda: [1j] * 3, "'x' of a pandas DataFrame holds values of the type complex128", "text"),
        (
            lambda: pandas.period_range("2024-01", periods=3, freq="M"),
            "'x' of a pandas DataFrame holds periods",
            "dt.to_timestamp",
        ),
        (lambda: pandas.interval_range(0, 3), "holds intervals", 'astype."string"'),
    ],
)
def test_a_column_of_another_kind_is_named(cells: Callable[[], Any], words: str, hint: str) -> None:
    """The message names column, value and what makes it readable."""
    frame = pandas.DataFrame({"id": ["a", "b", "c"], "x": cells()})
    with (
        pytest.raises(DataError, match=rf"(?s){words}.*{hint}"),
        open_given(frame, Data(), Path()),
    ):
        pass


def test_one_column_is_no_table() -> None:
    """A Series is told from a table."""
    with (
        pytest.raises(DataError, match="a pandas Series is one column, not a table"),
        open_given(pandas.Series([1, 2], name="x"), Data(), Path()),
    ):
        pass


def test_periods_in_a_file_are_refused_with_pandas_and_without(tmp_path: Path) -> None:
    """What is stored are numbers from 1970, which mean nothing to whoever does not know pandas."""
    cells = pandas.period_range("2024-01", periods=2, freq="M")
    pandas.DataFrame({"id": ["a", "b"], "x": cells}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(DataError, match=r"'x' of t\.parquet holds periods"):
        open_table("t.parquet", Data(), tmp_path)
    code = (
        "import sys, pathlib; from unchurn.project import Data; from unchurn.tables import open_table\n"
        "try: open_table('t.parquet', Data(), pathlib.Path(sys.argv[1]))\n"
        "except Exception as error: print('pandas' in sys.modules, error)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("False The column 'x' of t.parquet holds periods"), ran.stderr
