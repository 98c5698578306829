"""A list as a country's Excel opens it: separator, decimal mark, signature; and read back as it was."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.errors import ConfigError
from unchurn.project import Data
from unchurn.tables.excel_locales import EXCEL_LOCALES, RFC4180, csv_form, localised
from unchurn.tables.id_lists import read_ids
from unchurn.tables.output import write_table

IDS = ["001001", "=1+1", "+44 20", "a;b", "c,d", 'e"f', "Ängström", "1,5", "1.5", "12345.0"]
TABLE = pa.table(
    {
        "Phone": IDS,
        "Charge": ["12.07", " 3", "-4.5", "0.25", None, "", "7.1", "?", "9.99", "n.a."],
        "Tariff; name": ["=cmd", "x;y", "x,y", "l\nm", "Größe", "", None, "a", "b", "c"],
        "probability": [0.5, 0.25, 1.0, 1e-5, 1.5e-7, None, 0.1, 0.2, 0.3, 0.4],
        "rank": pa.array(range(1, 11)),
    }
)


def written(folder: Path, locale: str, table: pa.Table = TABLE) -> Path:
    pq.write_table(table, folder / "list.parquet")
    out = folder / "contact.csv"
    write_table(folder / "list.parquet", out, csv_form(locale, out))
    return out


def test_a_german_excel_gets_semicolons_commas_and_a_signature(tmp_path: Path) -> None:
    """Decimals have a comma, those of text columns too; ids stay; what would run is made harmless."""
    text = written(tmp_path, "de").read_bytes()
    assert text.startswith(b'\xef\xbb\xbfPhone;Charge;"Tariff; name";probability;rank\r\n')
    _, *rows = csv.reader(text.decode("utf-8-sig").splitlines(keepends=True), delimiter=";")
    assert [row[0] for row in rows] == IDS
    assert [row[1] for row in rows[:4]] == ["12,07", " 3", "'-4,5", "0,25"]
    assert rows[0][2] == "'=cmd"
    assert [row[3] for row in rows[2:6]] == ["1", "0,00001", "1,5e-7", ""]
    assert rows[9][4] == "10"


@pytest.mark.parametrize("locale", sorted(EXCEL_LOCALES))
def test_every_locale_reads_back_to_the_same_ids(locale: str, tmp_path: Path) -> None:
    """Whatever its separator, our own reader finds it, and each id is as it was."""
    out = written(tmp_path, locale)
    assert list(read_ids(out, "Phone", Data()).reasons) == IDS


def test_an_english_excel_gets_points_where_the_table_had_commas(tmp_path: Path) -> None:
    """A comma would be a thousands' mark there, and 12,5 a hundred and twenty-five."""
    table = pa.table({"id": ["1", "2"], "Preis": ["12,5", "3"], "Stück": ["1,250", "2"]})
    assert written(tmp_path, "en", table).read_text("utf-8-sig").splitlines()[1:] == [
        '1,12.5,"1,250"',
        "2,3,2",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ["1.250", "12.500"],
        ["0171.55", "3.5"],
        ["1.5", "Tariff 2"],
        ["10.03.2027", "1.5"],
        ["2", "3"],
        ["", None],
    ],
)
def test_what_may_be_no_decimal_number_stays(cells: list[str | None]) -> None:
    """Thousands, numbers with zeros before them, words, days, whole numbers and blanks."""
    table = pa.table({"id": ["1", "2"], "kept": pa.array(cells, pa.string())})
    assert localised(table, EXCEL_LOCALES["de"], 1) == table


def test_without_a_locale_a_list_is_as_it_ever_was(tmp_path: Path) -> None:
    """RFC 4180 to the byte."""
    pq.write_table(TABLE, tmp_path / "list.parquet")
    write_table(tmp_path / "list.parquet", tmp_path / "plain.csv")
    assert (tmp_path / "plain.csv").read_bytes() == written(tmp_path, "").read_bytes()
    assert csv_form("", None) is RFC4180


def test_names_are_forgiving_and_others_are_refused(tmp_path: Path) -> None:
    """Case and underscores pass; an unknown locale names those there are, another format is said."""
    assert csv_form("DE_ch", tmp_path / "x.CSV") == EXCEL_LOCALES["de-CH"]
    with pytest.raises(ConfigError, match="'xx', which is not known") as refused:
        csv_form("xx", tmp_path / "x.csv")
    assert all(f"'{name}'" in refused.value.hint for name in EXCEL_LOCALES)
    with pytest.raises(ConfigError, match=r"the list is 'x\.parquet'"):
        csv_form("de", tmp_path / "x.parquet")
    with pytest.raises(ConfigError, match="no list is written"):
        csv_form("de", None)
