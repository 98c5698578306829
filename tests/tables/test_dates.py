from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.tables import date_words
from unchurn.tables.dates import DateOrder, read_dates


@pytest.mark.parametrize(
    ("cell", "order", "moment"),
    [
        ("2024-02-29", "ymd", "2024-02-29"),
        ("2024/2/9", "ymd", "2024-02-09"),
        ("2024-01-31 10:05", "ymd", "2024-01-31T10:05"),
        ("2024-01-31T10:05:06.1234567", "ymd", "2024-01-31T10:05:06.123456"),
        ("2024-01-31T23:30:00-02:00", "ymd", "2024-02-01T01:30"),
        ("2024-01-31T10:05:00Z", "ymd", "2024-01-31T10:05"),
        ("31/12/2024", "dmy", "2024-12-31"),
        ("12/31/2024", "mdy", "2024-12-31"),
        ("1.2.24", "dmy", "2024-02-01"),
        ("1/2/71", "mdy", "1971-01-02"),
        ("1/2/2024 12:30 AM", "mdy", "2024-01-02T00:30"),
        ("1/2/2024 1:30 pm", "mdy", "2024-01-02T13:30"),
        ("2024-02-01", "dmy", "2024-02-01"),
        ("0001-01-01", "ymd", "0001-01-01"),
        ("9999-12-31 23:59:59", "ymd", "9999-12-31T23:59:59"),
        ("2023-02-29", "ymd", None),
        ("2024-13-01", "ymd", None),
        ("31/12/2024", "mdy", None),
        ("2024-01-31 25:00", "ymd", None),
        ("0/1/2024", "dmy", None),
        ("yesterday", "ymd", None),
        ("20240131", "ymd", None),
    ],
)
def test_a_cell_is_one_moment_or_none(cell: str, order: DateOrder, moment: str | None) -> None:
    """ISO, day-first and month-first dates are read with their times; impossible ones are not."""
    read = read_dates(pa.array([cell]), order)
    assert bool(read.readable[0]) is (moment is not None)
    if moment:
        assert read.values[0] == np.datetime64(moment, "us")


def test_the_zero_date_is_missing_and_no_fault() -> None:
    """MySQL's 0000-00-00 stands for nothing."""
    read = read_dates(pa.array(["0000-00-00 00:00:00"]), "ymd")
    assert read.readable[0]
    assert np.isnat(read.values[0])


def test_compact_dates_are_read_where_asked() -> None:
    """Eight digits are a date only in a column known to hold dates."""
    read = read_dates(pa.array(["20240131"]), "ymd", compact=True)
    assert read.values[0] == np.datetime64("2024-01-31", "us")


def test_digits_that_became_a_fraction_are_days() -> None:
    """Where other cells are missing, programs write 20240131.0; 20240131.5 and 5.0 are none."""
    cells = pa.array(["20240131.0", "20240131,0", None, "20240131.5", "5.0"])
    read = read_dates(cells, "ymd", compact=True)
    assert read.readable.tolist() == [True, True, False, False, False]
    assert read.values[0] == read.values[1] == np.datetime64("2024-01-31", "us")
    assert not read_dates(cells, "ymd").readable[0]


@pytest.mark.parametrize("cell", ["2024051712", "202405171200", "20240517120000"])
def test_digits_may_go_on_to_the_hour_the_minute_and_the_second(cell: str) -> None:
    """They are days and times, and no seconds since 1970."""
    read = read_dates(pa.array([cell]), "ymd", compact=True)
    assert read.values[0] == np.datetime64("2024-05-17T12:00", "us")


@settings(max_examples=100)
@given(st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)))
def test_every_iso_moment_comes_back(moment: dt.datetime) -> None:
    """What Python writes as ISO is read to the microsecond."""
    read = read_dates(pa.array([moment.isoformat()]), "ymd")
    assert read.values[0] == np.datetime64(moment, "us")


_FORMS = """
2023-11-09T20:01:02.500+0000 = 2023-11-09T20:01:02.5
2023-11-09 20:01:02 UTC = 2023-11-09T20:01:02
2023-11-09T20:01:02-05 = 2023-11-10T01:01:02
2023-11-09T20:01:02−03:30 = 2023-11-09T23:31:02
2023-11-09 20:01:02 PST = 2023-11-10T04:01:02
2023-11-09 20:01 Europe/Berlin = 2023-11-09T19:01
2023-07-09 20:01:02.000 America/Los_Angeles = 2023-07-10T03:01:02
2023-11-09T20:01:02+01:00[Europe/Paris] = 2023-11-09T19:01:02
2023-11-09T20:01:02[Asia/Tokyo] = 2023-11-09T11:01:02
2023-11-09 20:01:02 GMT+2 = 2023-11-09T18:01:02
2023-11-09+02:00 = 2023-11-09
2023-11-09Z = 2023-11-09
20231109T200102Z = 2023-11-09T20:01:02
2023-11-09-20.01.02.250000 = 2023-11-09T20:01:02.25
2023:11:09 20:01:02 = 2023-11-09T20:01:02
09-NOV-23 = 2023-11-09
09-NOV-23 08.01.02.000000 PM = 2023-11-09T20:01:02
09NOV2023 = 2023-11-09
09NOV2023:20:01:02.5 = 2023-11-09T20:01:02.5
Nov 9, 2023 = 2023-11-09
Nov 9, 2023, 8:01:02 PM = 2023-11-09T20:01:02
November 9th, 2023 = 2023-11-09
9th of November, 2023 = 2023-11-09
Thursday, November 09, 2023 = 2023-11-09
9/Nov/23 8:01 p.m. = 2023-11-09T20:01
2023-11-09 8:01 a. m. = 2023-11-09T08:01
2023-11-09 12:01 AM = 2023-11-09T00:01
Thu, 09 Nov 2023 20:01:02 +0100 = 2023-11-09T19:01:02
Thu, 09 Nov 2023 20:01:02 GMT = 2023-11-09T20:01:02
Thursday, 09-Nov-23 20:01:02 GMT = 2023-11-09T20:01:02
Thu Nov  9 20:01:02 2023 = 2023-11-09T20:01:02
Thu Nov 09 20:01:02 EDT 2023 = 2023-11-10T00:01:02
Thu Nov 09 20:01:02 +0000 2023 = 2023-11-09T20:01:02
Thu Nov 09 2023 20:01:02 GMT+0100 (Central European Standard Time) = 2023-11-09T19:01:02
09/Nov/2023:20:01:02 -0700 = 2023-11-10T03:01:02
Nov  9 2023 08:01:02:500PM = 2023-11-09T20:01:02.5
2023-11 = 2023-11-01
2023/11 = 2023-11-01
11/2023 = 2023-11-01
Nov-23 = 2023-11-01
Nov '23 = 2023-11-01
November 2023 = 2023-11-01
2023 Nov = 2023-11-01
2023M11 = 2023-11-01
2023Q4 = 2023-10-01
2023-Q2 = 2023-04-01
Q3 2023 = 2023-07-01
1Q23 = 2023-01-01
4. Quartal 2023 = 2023-10-01
2023-W45 = 2023-11-06
2023-W45-4 = 2023-11-09
KW 45/2023 = 2023-11-06
2020-W53 = 2020-12-28
2023年11月9日 = 2023-11-09
24年09月05日 = 2024-09-05
99年1月2日 = 1999-01-02
24년 9월 5일 = 2024-09-05
2023年11月9日 20時1分02秒 = None
2023年11月9日 20時01分02秒 = 2023-11-09T20:01:02
2023년 11월 9일 = 2023-11-09
2023년 11월 9일 오후 8:01 = 2023-11-09T20:01
2023/11/09(木) = 2023-11-09
２０２３－１１－０９ = 2023-11-09
٢٠٢٣-١١-٠٩ = 2023-11-09
09. 11. 2023 = 2023-11-09
09.11.2023. = 2023-11-09
9 / 11 / 2023 = 2023-11-09
09 11 2023 = 2023-11-09
Thu 09/11/2023 = 2023-11-09
09/11/2023 (Thu) = 2023-11-09
2023. 11. 9. = 2023-11-09
2016-12-31T23:59:60Z = 2017-01-01
9999-12-31T23:59:59-05:00 = 9999-12-31T23:59:59
'2023-11-09 = 2023-11-09
"2023-11-09" = 2023-11-09
ISODate("2023-11-09T20:01:02Z") = 2023-11-09T20:01:02
2023-11-09 20:01:02.5 +0100 CET = 2023-11-09T19:01:02.5
2023-11-09 20:01:02 +0000 UTC m=+0.01 = 2023-11-09T20:01:02
2023-11-09t20:01:02z = 2023-11-09T20:01:02
09/11/2023 - 20:01 = 2023-11-09T20:01
November 9, 2023 at 8:01 PM = 2023-11-09T20:01
2023-11-09 20:01:02,250 = 2023-11-09T20:01:02.25
31 Feb 2023 = None
2023-13 = None
2023W53 = None
2023-11-09 24:00:00 = None
2023-11-09 13:01 AM = None
2023-11-09T20:01:02+25:00 = None
2023-11-09 20:01:02 XYZT = None
2023-11-09 20:01 Europe/Nowhere = None
0 Nov 2023 = None
May 9 = None
Pro 2023 = None
Plan 12 = None
Customer 2023 = None
1 of 10 = None
12:30 = None
10-20-30 = None
+4917612345678 = None
1,234 = None
"""


@pytest.mark.parametrize("form", _FORMS.strip().splitlines())
def test_every_common_form_is_one_moment(form: str) -> None:
    """Zones, words, parts of a date and other scripts are read; the impossible is not."""
    cell, moment = form.split(" = ")
    read = read_dates(pa.array([cell]), "dmy")
    expected = np.datetime64("NaT" if moment == "None" else moment, "us")
    assert np.array_equal(read.values, [expected], equal_nan=True)


@pytest.mark.parametrize(
    ("march", "december"),
    [
        ("9 March 2023", "9 Dec 2023"),
        ("9. März 2023", "9. Dez. 2023"),
        ("9 mars 2023", "9 décembre 2023"),
        ("9 de marzo de 2023", "9 dic. 2023"),
        ("giovedì 9 marzo 2023", "9 dic 2023"),
        ("9 de março de 2023", "9 de dezembro de 2023"),
        ("9 maart 2023", "9 dec. 2023"),
        ("9 mrt 2023", "9 december 2023"),
        ("9 marca 2023", "9 grudnia 2023"),
        ("9 mars 2023", "9 dec 2023"),
        ("9. marts 2023", "9. dec. 2023"),
        ("9. března 2023", "9. prosince 2023"),
        ("9 Mart 2023", "9 Aralık 2023"),
        ("9 марта 2023 г.", "9 декабря 2023"),
        ("2023. március 9.", "2023. dec. 9."),
        ("9. maaliskuuta 2023", "9. joulukuuta 2023"),
    ],
)
def test_months_are_known_in_many_languages(march: str, december: str) -> None:
    """Full and short names, with dots, accents and days of the week."""
    read = read_dates(pa.array([march, december]), "ymd")
    assert read.values.astype("datetime64[D]").astype(str).tolist() == ["2023-03-09", "2023-12-09"]


def test_no_name_of_a_month_means_two() -> None:
    """Were a folded name in two languages' lists for two months, it would be read wrong."""
    names = [
        (date_words._plain(w), n) for n, ws in enumerate(date_words._MONTHS, 1) for w in ws.split()
    ]
    assert all(date_words.MONTHS[name] == number for name, number in names)


@pytest.mark.parametrize(
    "cell",
    ["TBD", "never", "n.a.", "-", "0000-00-00", "00/00/0000", "Offen", "NaT", "k.A.", "k. A."],
)
def test_words_for_no_date_are_missing_and_no_fault(cell: str) -> None:
    """A placeholder is readable, absent and no moment."""
    read = read_dates(pa.array([cell]), "ymd")
    assert read.readable[0] and read.absent[0] and np.isnat(read.values[0])


def test_year_then_day_then_month_is_an_order_of_its_own() -> None:
    """Under ydm, 2023-31-12 is the last of December and 2023-12-31 is nothing."""
    read = read_dates(pa.array(["2023-31-12", "2023-12-31", "2023-05-06"]), "ydm")
    assert read.readable.tolist() == [True, False, True]
    assert read.values[2] == np.datetime64("2023-06-05", "us")


_WRITTEN: dict[DateOrder, tuple[str, ...]] = {
    "ymd": (
        "%Y-%m-%d", "%Y/%m/%d", "%d-%b-%Y", "%d%b%Y", "%B %d, %Y", "%d. %m. %Y|dmy", "%a %b %d %Y",
        "%A, %d %B %Y", "%Y%m%d",
    ),
    "dmy": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d%m%Y", "%d / %m / %Y"),
    "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%Y %I:%M %p", "%m%d%Y"),
    "ydm": ("%Y-%d-%m", "%Y/%d/%m"),
}  # fmt: skip


@settings(max_examples=60)
@given(
    st.dates(dt.date(1905, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from([(order, form) for order, forms in _WRITTEN.items() for form in forms]),
)
def test_a_day_written_in_any_form_comes_back(day: dt.date, how: tuple[DateOrder, str]) -> None:
    """Date to form to date is the same date, alone or among others in other forms."""
    order, form = how
    order = "dmy" if form.endswith("|dmy") else order
    cell = dt.datetime(day.year, day.month, day.day).strftime(form.removesuffix("|dmy"))
    for cells in ([cell], [cell, "1 Jan 2020", "x"]):
        read = read_dates(pa.array(cells), order, compact=True)
        assert read.values[0] == np.datetime64(day, "us")


@settings(max_examples=100)
@given(st.text(st.sampled_from("0123456789 -/.:TZaAmMpPjJan年,+"), max_size=24))
def test_a_cell_means_the_same_alone_and_among_others(text: str) -> None:
    """Nothing breaks on any text, and no cell's meaning depends on its neighbours."""
    text = text.strip()
    among = read_dates(pa.array([text, "2020-01-01", "5 Jan 2020", None]), "mdy", compact=True)
    alone = read_dates(pa.array([text]), "mdy", compact=True)
    assert np.array_equal(among.values[:1], alone.values, equal_nan=True)
    assert among.readable[0] == alone.readable[0]


_LANGUAGES = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    "el, alone": "Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος Ιούλιος Αύγουστος Σεπτέμβριος Οκτώβριος Νοέμβριος Δεκέμβριος",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}


@settings(max_examples=150)
@given(
    st.dates(dt.date(1971, 1, 1), dt.date(2069, 12, 31)),
    st.sampled_from(sorted(_LANGUAGES)),
    st.sampled_from(
        ["{d} {m} {y}", "{d}. {m} {y}", "{d}-{m}-{y}", "{m} {d}, {y}", "{d} de {m} de {y}"]
    ),
    st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_a_day_in_words_of_any_language_comes_back(
    day: dt.date, language: str, form: str, case: Callable[[str], str]
) -> None:
    """Date to words to date, in any letters' case."""
    name = case(_LANGUAGES[language].split()[day.month - 1])
    cell = form.format(d=day.day, m=name, y=day.year)
    assert read_dates(pa.array([cell]), "ymd").values[0] == np.datetime64(day, "us")
