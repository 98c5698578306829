from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import ConfigError, DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.location import find_files, format_of, one_format, passed_over, would_hold


def test_a_folder_gives_its_tables_in_name_order_without_hidden_files(tmp_path: Path) -> None:
    """Markers such as _SUCCESS and dot files are no part of a table."""
    for name in ("b.csv", "a.csv", "_SUCCESS", ".hidden.csv"):
        (tmp_path / name).write_text("a\n1\n")
    assert [path.name for path in find_files(".", tmp_path)] == ["a.csv", "b.csv"]


def test_what_a_folder_holds_and_is_not_read_is_said(tmp_path: Path) -> None:
    """Another folder, hidden files and copies kept back may hold customers; markers do not."""
    for name in ("a.csv", "a.csv~", "a.csv.bak", "_b.csv", "_SUCCESS", ".DS_Store", "sub/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a,b\n1,2\n")
    assert [path.name for path in find_files(".", tmp_path)] == ["a.csv"]
    (said,) = [f for f in open_table(".", Data(), tmp_path).notes if f.code == "passed-over"]
    assert (said.severity, said.count) == ("warning", 4)
    assert "'_b.csv', 'a.csv.bak', 'a.csv~', 'sub/'" in said.words
    assert passed_over("a.csv", tmp_path) == []
    (tmp_path / "month=1").mkdir()
    assert passed_over(".", tmp_path) == []  # refused there: see `test_formats`


def test_what_a_glob_misses_by_capitals_or_packing_is_said(tmp_path: Path) -> None:
    """Programs on Windows write .CSV, and one month may be packed."""
    for name in ("a.csv", "b.CSV", "c.csv.gz", "d.parquet", "_e.CSV", "a.csv.bak"):
        (tmp_path / name).write_text("a,b\n1,2\n")
    (said,) = open_table("*.csv", Data(), tmp_path).notes
    assert (said.code, said.severity, said.count) == ("passed-over", "warning", 2)
    assert "'b.CSV', 'c.csv.gz'" in said.words
    assert passed_over("*.[cC][sS][vV]", tmp_path) == ["c.csv.gz"]
    assert passed_over("nowhere/*.csv", tmp_path) == []


def test_documents_beside_tables_are_no_tables(tmp_path: Path) -> None:
    """They are passed over in a folder and named; what may be a table is refused with a way out."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"id,x\n{name},1\n")
    for name in ("readme.md", "LICENSE", "README.txt", "load.py", "schema.yaml"):
        (tmp_path / name).write_text("# Customers\n\nOne row each, as of June.\n")
    assert [path.name for path in find_files(".", tmp_path)] == ["a.csv", "b.csv"]
    (said,) = [f for f in open_table(".", Data(), tmp_path).notes if f.code == "passed-over"]
    assert said.count == 5
    (tmp_path / "page.html").write_text("<html></html>")
    with pytest.raises(DataError, match=r"(?s)page.html is a web page.*take it out of the folder"):
        open_table(".", Data(), tmp_path)
    (tmp_path / "page.html").write_text("")
    with pytest.raises(DataError, match=r"(?s)page.html is empty.*take it out of the folder"):
        open_table(".", Data(), tmp_path)


@pytest.mark.parametrize(
    ("location", "path", "held"),
    [
        ("d", "d/list.csv", True),
        ("d", "d/../d/list.csv", True),
        ("d", "d/_list.csv", False),
        ("d", "d/sub/list.csv", False),
        ("d", "list.csv", False),
        ("p", "p/month=1/list.csv", True),
        ("d/t*.csv", "d/t9.csv", True),
        ("d/t*.csv", "d/list.csv", False),
        ("d/a.csv", "d/list.csv", False),
    ],
)
def test_where_a_list_would_be_one_more_table(
    tmp_path: Path, location: str, path: str, held: bool
) -> None:
    """In the folder, or under the pattern, that a table is read from."""
    for name in ("d/a.csv", "p/month=1/a.csv"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("a,b\n1,2\n")
    assert would_hold(location, tmp_path, tmp_path / path) is held


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
    with pytest.raises(ConfigError, match="CSV and Parquet"):
        one_format((Path("x/a.csv"), Path("x/b.parquet")))
