from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import ConfigError, DataError
from unchurn.tables.location import find_files, format_of, one_format


def test_a_folder_gives_its_tables_in_name_order_without_hidden_files(tmp_path: Path) -> None:
    """Markers such as _SUCCESS and dot files are no part of a table."""
    for name in ("b.csv", "a.csv", "_SUCCESS", ".hidden.csv"):
        (tmp_path / name).write_text("a\n1\n")
    assert [path.name for path in find_files(".", tmp_path)] == ["a.csv", "b.csv"]


def test_a_glob_is_relative_to_the_folder(tmp_path: Path) -> None:
    """A pattern finds files below the project, also in folders within it."""
    (tmp_path / "month=1").mkdir()
    (tmp_path / "month=1" / "p.csv").write_text("a\n1\n")
    assert [path.name for path in find_files("**/*.csv", tmp_path)] == ["p.csv"]


def test_a_missing_file_names_the_tables_beside_it(tmp_path: Path) -> None:
    """The hint of a wrong path is what could have been meant."""
    (tmp_path / "customers.csv").write_text("a\n1\n")
    with pytest.raises(ConfigError, match=r"customers\.csv"):
        find_files("custmers.csv", tmp_path)


@pytest.mark.parametrize("location", ["", "   ", "nothing/here.csv", "*.parquet", "empty"])
def test_nothing_there_is_a_config_error(tmp_path: Path, location: str) -> None:
    """No name, no file, no match and an empty folder are the user's to mend."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError):
        find_files(location, tmp_path)


def test_an_unknown_suffix_lists_what_is_known() -> None:
    """What is elsewhere is known by name alone; a name that tells nothing lists what is read."""
    with pytest.raises(ConfigError, match=r"Parquet \(.parquet\)"):
        format_of(Path("customers.docx"))


def test_formats_are_told_by_suffix_through_gzip() -> None:
    """Case and compression of a suffix do not matter."""
    assert format_of(Path("a.CSV")) == format_of(Path("a.tsv.gz")) == "csv"
    assert format_of(Path("a.ndjson")) == "jsonl"


def test_mixed_formats_are_refused() -> None:
    """A folder of two formats is two tables."""
    with pytest.raises(DataError, match="CSV and Parquet"):
        one_format((Path("x/a.csv"), Path("x/b.parquet")))
