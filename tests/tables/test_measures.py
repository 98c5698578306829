from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal as Exact

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.tables.measures import (
    in_unit,
    may_be_number_or_date,
    measured,
    measured_both,
    read_numbers,
)

Form = Callable[[str, str, str], str]
"""Whole digits in groups, decimals, sign ("" or "-") → a cell."""


def _read(cell: str, decimal: str, unit: str = "") -> float | None:
    read = read_numbers(pa.array([cell, "zzz"]), decimal, unit)  # type: ignore[arg-type]
    return float(read.values[0]) if read.readable[0] else None


FORMS: dict[str, Callable[[str, bool], str]] = {
    "as it is": lambda n, neg: "-" * neg + n,
    "sign, currency": lambda n, neg: "-" * neg + "$" + n,
    "currency, sign": lambda n, neg: "€ " + "-" * neg + n,
    "currency after": lambda n, neg: "-" * neg + n + " zł",
    "brackets": lambda n, neg: f"({n})" if neg else n,
    "currency before brackets": lambda n, neg: f"$({n})" if neg else "$" + n,
    "currency in brackets": lambda n, neg: f"({n} €)" if neg else n + " €",
    "code before brackets": lambda n, neg: f"USD ({n})" if neg else "USD " + n,
    "per cent in brackets": lambda n, neg: f"({n}%)" if neg else n + "%",
    "trailing minus": lambda n, neg: n + "-" * neg,
    "trailing minus, currency": lambda n, neg: n + "-" * neg + " kr.",
    "Unicode minus": lambda n, neg: "\u2212" * neg + n,
    "en dash": lambda n, neg: "\u2013" * neg + n,
    "plus": lambda n, neg: ("-" if neg else "+") + n,
    "apostrophe first": lambda n, neg: "'" + "-" * neg + n,
    "code and sign": lambda n, neg: "-" * neg + "R$ " + n + " BRL",
    "no-break spaces": lambda n, neg: "-" * neg + "CHF\u00a0" + n,
    "direction marks": lambda n, neg: "\u200e" + "-" * neg + n + " \u20aa",
    "fullwidth": lambda n, neg: ("-" * neg + n).translate(_WIDE),
    "Devanagari": lambda n, neg: ("-" * neg + n).translate(_NAGARI),
}
_WIDE = str.maketrans("0123456789.-,", "０１２３４５６７８９．－，")
_NAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
GROUPS = {"": "", "comma": ",", "space": " ", "narrow": "\u202f", "apostrophe": "'", "quote": "’"}


@settings(max_examples=150)
@given(
    st.integers(-(10**9), 10**9),
    st.integers(2, 2),
    st.sampled_from(sorted(FORMS)),
    st.sampled_from(sorted(GROUPS)),
    st.sampled_from([".", ","]),
)
def test_a_number_is_the_same_in_every_form(
    hundredths: int, places: int, form: str, groups: str, decimal: str
) -> None:
    """Number → form → number, for all forms, groupings and both marks."""
    value = Exact(hundredths) / 10**places
    text = f"{abs(value):,.{places}f}"
    mark = GROUPS[groups] if groups != "comma" else {".": ",", ",": "."}[decimal]
    text = text.replace(",", "\0").replace(".", decimal).replace("\0", mark)
    negative = value < 0
    assert _read(FORMS[form](text, negative), decimal) == float(value)


@settings(max_examples=60)
@given(st.integers(0, 10**12), st.sampled_from([".", ","]))
def test_indian_groups_are_thousands(whole: int, decimal: str) -> None:
    """12,34,567.00 is read as a plain number too; no decimal comma groups in twos."""
    digits = str(whole)
    head, tail = digits[:-3], digits[-3:]
    pairs = []
    while head:
        pairs.insert(0, head[-2:])
        head = head[:-2]
    cell = ",".join([*pairs, tail]) + ".50"
    assert _read(cell, ".") == whole + 0.5
    assert _read(cell, ",") is None or whole < 1000


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("$ -", ".", 0),
        ("$-", ",", 0),
        ("- €", ",", 0),
        ("1.234,-", ",", 1234),
        ("1.234,-", ".", None),
        ("99,--", ",", 99),
        ("Fr. 12.-", ".", 12),
        ("Rs. 1,200/-", ".", 1200),
        ("1 234,50 $US", ",", 1234.5),
        ("12 percent", ".", 12),
        ("12 Prozent", ".", 12),
        ("999:-", ".", 999),
        ("999:-", ",", 999),
        ("￥1,286", ".", 1286),
        ("￥1,286", ",", None),
        ("1.286 Ft", ",", 1286),
        ("1.286 Ft", ".", None),
        ("-5,- €", ",", -5),
        ("Rs.500", ".", 500),
        ("Rs. 1,23,456", ".", 123456),
        ("руб. 5", ".", 5),
        ("5 руб.", ".", 5),
        ("\u0663\u066b\u0665", ".", 3.5),
        ("\u0663\u066b\u0665", ",", 3.5),
        ("\u0661\u066c\u0662\u0663\u0664", ".", 1234),
        ("1.2345E+03 €", ".", 1234.5),
        ("1,2345E+03", ",", 1234.5),
        (">3000", ".", 3000),
        ("<5", ".", 5),
        ("10+", ".", 10),
        ("~5", ".", 5),
        ("$.50", ".", 0.5),
        ("0,061", ".", None),
        ("0.061", ",", None),
        ("-0,061", ".", None),
        ("2.5K", ".", 2500),
        ("1.13M", ".", 1130000),
        ("1.13e2K", ".", 113000),
        ("1,5 Mio. €", ",", 1500000),
        ("$300k", ".", 300000),
        ("3.5 GB", ".", None),
        ("-", ".", None),
        ("--", ".", None),
        ("$", ".", None),
        ("USD", ".", None),
        ("- A", ".", None),
        ("(5", ".", None),
        ("5)", ".", None),
        ("-(5)", ".", None),
        ("--5", ".", None),
        ("-5-", ".", None),
        ("$5$6", ".", None),
        ("€ £ 5 ¥", ".", None),
        ("%12,5", ",", 12.5),
        ("-%5", ".", -5),
        ("%5%", ".", None),
        ("5%%", ".", None),
        ("0-10", ".", None),
        ("5²", ".", None),
        ("3½", ".", None),
        ("R1", ".", None),
        ("RM12", ".", None),
        ("12P", ".", None),
        ("CR1", ".", None),
        ("RM12.50", ".", 12.5),
        ("R 1 234.50", ".", 1234.5),
        ("TOP 10", ".", None),
        ("Level 3", ".", None),
        ("2nd", ".", None),
        ("12 Main Street", ".", None),
        ("555-1234", ".", None),
    ],
)
def test_cells_read_as_they_were_meant(cell: str, decimal: str, value: float | None) -> None:
    """What is a number is that number; what is a code, a range or half of one is none."""
    assert _read(cell, decimal) == value


CURRENCIES = """
$ € £ ¥ ₹ ₽ ₩ ₺ ₴ ₫ ₦ ₱ ฿ ₪ ₡ ₲ ₸ US$ CA$ C$ A$ AU$ NZ$ HK$ S$ R$ MX$ NT$ kr kr. Kč zł Ft lei лв
лв. руб руб. р. грн Rs. Rs Rp RM TL SFr. Fr. ден дин din. KSh Tk Nu. S/ S/. B/. Bs. Dhs DH LE. 円 元 원
USD EUR GBP JPY CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY UAH RUB INR PKR BDT LKR NPR CNY
HKD TWD KRW SGD MYR THB IDR PHP VND BRL MXN ARS CLP COP PEN ZAR NGN KES EGP AED SAR ILS usd eur euro
""".replace("LE. ", "").split()


@pytest.mark.parametrize("sign", CURRENCIES)
def test_currencies_stand_before_or_after(sign: str) -> None:
    """Ninety ways to write a currency, with and without a blank between."""
    for cell in (f"{sign} 1,234.50", f"{sign}1,234.50", f"1,234.50 {sign}", f"1,234.50{sign}"):
        assert _read(cell, ".") == 1234.5, cell
        assert may_be_number_or_date(pa.array([cell]))[0], cell
        assert _read(f"-{cell}", ".") == -1234.5, cell


def test_units_are_remembered_and_brought_to_the_columns_own() -> None:
    """MB beside GB is exact; another kind of unit, or an unknown one, is unreadable."""
    cells = pa.array(["3.5 GB", "512 MB", "2", "1.13 TB", "3 h", "5 tickets", None])
    read = in_unit(measured(cells, "."), "GB")
    np.testing.assert_array_equal(read.values, [3.5, 0.512, 2, 1130, math.nan, math.nan, math.nan])
    assert read.readable.tolist() == [True] * 4 + [False] * 3
    assert _read("5 tickets", ".", "ticket") == 5
    assert _read("1 ticket", ".", "ticket") == 1
    assert _read("18 months", ".", "year") == 1.5
    assert _read("18 MONTHS", ".", "year") == 1.5
    assert _read("1.5 L", ".", "ml") == 1500
    assert _read("3 days", ".", "month") is None
    assert _read("50.00 CR", ".", "DR") == -50
    assert _read("(50.00) CR", ".", "DR") == 50


piece = st.sampled_from(
    [
        *"0123456789.,-+()%'$€ ²",
        "1,234",
        "1.234",
        " GB",
        "K",
        "kr",
        "CR",
        "\u2212",
        "٫",
        "3",
        "h",
        "x",
        *"\x1f\x00\u2028",
    ]
)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(st.lists(piece, max_size=6).map("".join), min_size=1, max_size=5))
def test_a_cell_means_the_same_alone_and_under_both_marks_at_once(cells: list[str]) -> None:
    """No neighbour, and no second look, changes a cell; anything at all can be looked at."""
    point, comma = measured_both(pa.array(cells))
    for both, decimal in ((point, "."), (comma, ",")):
        together = in_unit(both, "")
        for place, cell in enumerate(cells):
            alone = _read(cell, decimal)
            assert bool(together.readable[place]) is (alone is not None), cell
            if alone is not None:
                np.testing.assert_equal(together.values[place], alone)
