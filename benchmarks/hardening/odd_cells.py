"""Ways in which people and programs write numbers, days and ids: each makes a column of a table.

A way is (name of the column, what is meant, how it is spelled, what parts the cells). What is meant
are floats, days, or texts; None is a blank.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

ROWS = 150
_DRAW = np.random.default_rng(8)
WHOLE = [int(x) for x in _DRAW.gamma(1.2, 4_000, ROWS) + 3]
AMOUNTS = [round(float(x) + 2, 2) for x in _DRAW.gamma(1.1, 3_000, ROWS)]
SIGNED = [round(float(x), 2) for x in _DRAW.normal(300, 4_000, ROWS)]
SHARES = [round(float(x), 1) for x in _DRAW.uniform(0.5, 99, ROWS)]
SMALL = [int(x) for x in _DRAW.integers(1, 90, ROWS)]
DAYS = [dt.date(2016, 1, 5) + dt.timedelta(days=int(x)) for x in _DRAW.integers(0, 3_000, ROWS)]
Way = tuple[str, Sequence[Any], Callable[[Any], str], str]


def grouped(mark: str, point: str = ".") -> Callable[[float], str]:
    """1234.5 → 1.234,50 and the like."""
    return lambda x: f"{x:,.2f}".translate({44: mark, 46: point})


def lakh(x: float) -> str:
    """1234567.5 → 12,34,567.50."""
    whole, parts = f"{x:.2f}".split(".")
    head, last = whole[:-3], whole[-3:]
    pairs = [head[max(0, at - 2) : at] for at in range(len(head), 0, -2)][::-1]
    return ",".join([*pairs, last]) + "." + parts


def script(zero: str, point: str = ".") -> Callable[[float], str]:
    """Write in the digits of another script."""
    table = {48 + n: chr(ord(zero) + n) for n in range(10)} | {46: point}
    return lambda x: f"{x:.2f}".translate(table)


def minus(before: str, behind: str = "", sign: str = "-") -> Callable[[float], str]:
    """Write a sign around an amount, for those below zero."""
    return lambda x: f"{before}{sign if x < 0 else ''}{abs(x):,.2f}{behind}"


def bracketed(before: str = "", behind: str = "") -> Callable[[float], str]:
    """-5 → (5.00)."""
    return lambda x: f"({before}{-x:,.2f}{behind})" if x < 0 else f"{before}{x:,.2f}{behind}"


def ended(end: str) -> Callable[[float], str]:
    """-5 → 5.00-."""
    return lambda x: f"{abs(x):,.2f}{end if x < 0 else ''}"


german, french, thin = grouped(".", ","), grouped("\u00a0", ","), grouped("\u202f", ",")
NUMBERS: dict[str, Way] = {
    "lakh": ("spend", [x * 100 for x in AMOUNTS], lakh, ","),
    "french nbsp": ("spend", AMOUNTS, french, ";"),
    "french thin": ("spend", AMOUNTS, lambda x: thin(x) + "\u202f€", ";"),
    "thin space 2009": ("spend", AMOUNTS, grouped("\u2009"), ","),
    "plain blank": ("spend", AMOUNTS, grouped(" "), ","),
    "swiss": ("spend", AMOUNTS, grouped("'"), ","),
    "swiss curly": ("spend", AMOUNTS, grouped("’"), ","),
    "turkish": ("tutar", AMOUNTS, lambda x: german(x) + " TL", ";"),
    "lira first": ("tutar", AMOUNTS, lambda x: "₺" + german(x), ";"),
    "turkish percent": ("oran", SHARES, lambda x: f"%{x}".replace(".", ","), ";"),
    "percent": ("rate", SHARES, lambda x: f"{x}%", ","),
    "percent nbsp": ("rate", SHARES, lambda x: f"{x}\u00a0%".replace(".", ","), ";"),
    "per mille": ("rate", SHARES, lambda x: f"{x}‰", ","),
    "points": ("rate", SHARES, lambda x: f"{x} pp", ","),
    "bracketed percent": ("rate", [-x for x in SHARES], lambda x: f"({-x}%)", ","),
    "unicode minus": ("balance", SIGNED, minus("", sign="\u2212"), ","),
    "figure dash": ("balance", SIGNED, minus("", sign="\u2012"), ","),
    "en dash": ("balance", SIGNED, minus("", sign="\u2013"), ","),
    "minus and blank": ("balance", SIGNED, minus("", sign="- "), ","),
    "trailing minus": ("balance", SIGNED, ended("-"), ","),
    "trailing minus, german": (
        "saldo", SIGNED, lambda x: german(abs(x)) + ("-" if x < 0 else ""), ";"),
    "credit": ("balance", SIGNED, lambda x: f"{abs(x):,.2f} {'CR' if x < 0 else 'DR'}", ","),
    "soll haben": ("saldo", SIGNED, lambda x: f"{german(abs(x))} {'H' if x < 0 else 'S'}", ";"),
    "brackets": ("balance", SIGNED, bracketed(), ","),
    "brackets, dollars": ("balance", SIGNED, bracketed("$"), ","),
    "brackets, pounds": ("balance", SIGNED, lambda x: f"GBP{bracketed()(x)}", ","),
    "dollar minus": ("balance", SIGNED, minus("$"), ","),
    "plus": ("balance", SIGNED, lambda x: f"{x:+.2f}", ","),
    "scientific": ("spend", AMOUNTS, lambda x: f"{x:.6E}", ","),
    "scientific, comma": ("spend", AMOUNTS, lambda x: f"{x:.6E}".replace(".", ","), ";"),
    "fortran": ("spend", AMOUNTS, lambda x: f"{x:.6E}".replace("E", "D"), ","),
    "no zero": ("share", [round(x / 100, 3) for x in SHARES], lambda x: f"{x:.3f}"[1:], ","),
    "point last": ("minutes", WHOLE, lambda x: f"{x}.", ","),
    "euro last": ("spend", AMOUNTS, lambda x: german(x) + " €", ";"),
    "EUR first": ("spend", AMOUNTS, lambda x: "EUR " + german(x), ";"),
    "USD glued": ("spend", AMOUNTS, lambda x: f"USD{x:,.2f}", ","),
    "koruna": ("spend", AMOUNTS, lambda x: french(x) + " Kč", ";"),
    "reais": ("spend", AMOUNTS, lambda x: "R$ " + german(x), ";"),
    "kroner dash": ("spend", WHOLE, lambda x: f"{x:,},-".replace(",", ".", 1), ";"),
    "yen": ("spend", WHOLE, lambda x: f"¥{x:,}", ","),
    "yen wide": ("spend", WHOLE, lambda x: f"￥{x:,}", ","),
    "won": ("spend", WHOLE, lambda x: f"{x:,}원", ","),
    "rupees": ("spend", WHOLE, lambda x: f"Rs. {x}/-", ","),
    "dinar": ("spend", AMOUNTS, lambda x: f"{x:.3f} KWD", ","),
    "formula": ("spend", AMOUNTS, lambda x: f'="{x}"', ","),
    "apostrophe": ("spend", AMOUNTS, lambda x: f"'{x}", ","),
    "backtick": ("spend", AMOUNTS, lambda x: f"`{x}", ","),
    "arabic": ("spend", AMOUNTS, script("٠", "٫"), ","),
    "persian": ("spend", AMOUNTS, script("۰", "٫"), ","),
    "devanagari": ("spend", AMOUNTS, script("०"), ","),
    "full width": ("spend", AMOUNTS, script("０", "．"), ","),
    "zero width first": ("spend", AMOUNTS, lambda x: f"\u200b{x}", ","),
    "zero width inside": ("spend", AMOUNTS, lambda x: f"{x:,.2f}".replace(",", "\u200b"), ","),
    "byte-order mark": ("spend", AMOUNTS, lambda x: f"\ufeff{x}", ","),
    "left to right": ("spend", AMOUNTS, lambda x: f"\u200e{x}\u200e", ","),
    "nbsp around": ("spend", AMOUNTS, lambda x: f"\u00a0{x}\u00a0", ","),
    "tabs around": ("spend", AMOUNTS, lambda x: f"\t{x}\t", ","),
    "ideographic blank": ("spend", AMOUNTS, lambda x: f"\u3000{x}", ","),
    "gigabytes": ("usage", SHARES, lambda x: f"{x} GB", ","),
    "minutes": ("talk", SMALL, lambda x: f"{x} min", ","),
    "minutes, german": ("talk", SHARES, lambda x: f"{x} Min.".replace(".", ",", 1), ";"),
    "hours and minutes": ("talk", [x * 60 for x in WHOLE], lambda x: f"{x // 3600}h {x // 60 % 60}m", ","),
    "clock": ("talk", WHOLE, lambda x: f"{x // 3600:02}:{x // 60 % 60:02}:{x % 60:02}", ","),
    "iso duration": ("talk", WHOLE, lambda x: f"PT{x // 3600}H{x // 60 % 60}M{x % 60}S", ","),
    "timedelta": ("talk", [x * 60 for x in WHOLE], lambda x: f"{x // 86400} days {x // 3600 % 24:02}:{x // 60 % 60:02}:00", ","),
    "months": ("tenure", SMALL, lambda x: f"{x} mo", ","),
    "footnote": ("spend", AMOUNTS, lambda x: f"{x}*" if x > 9_000 else f"{x}", ","),
    "about": ("spend", AMOUNTS, lambda x: f"≈{x}", ","),
    "kilo": ("spend", [round(x / 10) * 10 for x in AMOUNTS], lambda x: f"{x / 1000:.2f}k", ","),
    "Mio": ("spend", [round(x) * 10_000 for x in SHARES], lambda x: f"{x / 1e6:.2f} Mio. €".replace(".", ",", 1), ";"),
    "underscores": ("spend", WHOLE, lambda x: f"{x:_}", ","),
    "hexadecimal": ("code", WHOLE, lambda x: f"0x{x:X}", ","),
    "numero": ("rank", SMALL, lambda x: f"#{x}", ","),
    "thousands, three": ("spend", [x * 1000 for x in WHOLE], lambda x: f"{x:,}".replace(",", "."), ";"),
    "padded": ("spend", AMOUNTS, lambda x: f"{x:012.2f}", ","),
    "padded, SAP": ("menge", WHOLE, lambda x: f"{x:010}", ","),
    "stars before": ("spend", AMOUNTS, lambda x: f"***{x:,.2f}", ","),
    "dot leaders": ("spend", AMOUNTS, lambda x: f"..{x}", ","),
    "cents": ("spend", SMALL, lambda x: f"{x}¢", ","),
    "middle dot": ("spend", AMOUNTS, lambda x: f"{x}".replace(".", "·"), ","),
    "semicolon as decimal": ("spend", AMOUNTS, lambda x: f"{x:.2f}".replace(".", ";"), ","),
    "boolean numbers": ("flag", [float(x % 2) for x in SMALL], lambda x: f"{x:.1f}", ","),
    "numpy": ("spend", AMOUNTS, lambda x: f"np.float64({x})", ","),
    "java": ("spend", WHOLE, lambda x: f"{x}L", ","),
    "cents by letter": ("spend", AMOUNTS, lambda x: f"{int(x)}€{round(x % 1 * 100):02}", ","),
    "wrapped in tags": ("spend", AMOUNTS, lambda x: f"<b>{x}</b>", ","),
}  # fmt: skip
CODES = frozenset(
    ("fortran", "hexadecimal", "dot leaders", "numpy", "cents by letter", "wrapped in tags")
)
"""Ways that are codes to whoever does not know the program: where they recur, they are categories."""
_MONTHS = {
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    "roman": "I II III IV V VI VII VIII IX X XI XII",
}


def month(language: str, form: str) -> Callable[[dt.date], str]:
    """Write a day with the name of its month."""
    names = _MONTHS[language].split()
    return lambda d: form.format(d=d, m=names[d.month - 1])


def seconds(d: dt.date) -> int:
    """Seconds from 1970 to a day's midnight."""
    return (d - dt.date(1970, 1, 1)).days * 86_400


def counted(since: dt.date) -> Callable[[dt.date], str]:
    """Count days."""
    return lambda d: str((d - since).days)


DATES: dict[str, Way] = {
    name: (column, DAYS, spell, mark)
    for name, column, spell, mark in (
        ("digits", "x", lambda d: f"{d:%Y%m%d}", ","),
        ("digits as float", "start_date", lambda d: f"{d:%Y%m%d}.0", ","),
        ("german", "seit", lambda d: f"{d:%d.%m.%Y}", ";"),
        ("german short", "seit", lambda d: f"{d.day}.{d.month}.{d:%y}", ";"),
        ("american", "since", lambda d: f"{d.month}/{d.day}/{d.year}", ","),
        ("american midnight", "since", lambda d: f"{d.month}/{d.day}/{d.year} 12:00:00 AM", ","),
        ("oracle", "since", lambda d: f"{d:%d-%b-%y}".upper(), ","),
        ("oracle time", "since", lambda d: f"{d:%d-%b-%y}".upper() + " 12.00.00.000000000 AM", ","),
        ("db2", "since", lambda d: f"{d}-00.00.00.000000", ","),
        ("sas", "since", lambda d: f"{d:%d%b%Y}".upper(), ","),
        ("sas time", "since", lambda d: f"{d:%d%b%Y}".upper() + ":00:00:00", ","),
        ("stata", "since", lambda d: f"{d:%d%b%Y}".lower(), ","),
        ("java", "since", lambda d: f"{d:%a %b %d} 00:00:00 UTC {d.year}", ","),
        (".net json", "since", lambda d: f"/Date({seconds(d)}000)/", ","),
        ("mongo", "since", lambda d: f'ISODate("{d}T00:00:00Z")', ";"),
        ("rfc 2822", "since", lambda d: f"{d:%a, %d %b %Y} 00:00:00 +0000", ";"),
        ("iso basic", "since", lambda d: f"{d:%Y%m%d}T000000Z", ","),
        ("iso hour", "since", lambda d: f"{d}T00", ","),
        ("iso millis", "since", lambda d: f"{d}T00:00:00.000Z", ","),
        ("ordinal", "since", lambda d: f"{d:%Y-%j}", ","),
        ("week date", "since", lambda d: "{}-W{:02}-{}".format(*d.isocalendar()), ","),
        ("japanese", "since", lambda d: f"{d.year}年{d.month}月{d.day}日", ","),
        ("era", "since", lambda d: f"令和{d.year - 2018}年{d.month}月{d.day}日" if d >= dt.date(2019, 5, 1) else f"平成{d.year - 1988}年{d.month}月{d.day}日", ","),
        ("korean", "since", lambda d: f"{d.year}. {d.month}. {d.day}.", ","),
        ("turkish", "tarih", month("tr", "{d.day} {m} {d.year}"), ","),
        ("russian", "дата", month("ru", "{d.day} {m} {d.year} г."), ","),
        ("french", "date", month("fr", "{d.day} {m} {d.year}"), ","),
        ("hungarian", "since", month("hu", "{d.year}. {m} {d.day}."), ","),
        ("polish", "since", month("pl", "{d.day} {m} {d.year}"), ","),
        ("finnish", "since", month("fi", "{d.day}. {m} {d.year}"), ","),
        ("greek", "since", month("el", "{d.day} {m} {d.year}"), ","),
        ("roman", "since", month("roman", "{d.day} {m} {d.year}"), ","),
        ("roman dots", "since", month("roman", "{d.day}.{m}.{d.year}"), ","),
        ("thai year", "since", lambda d: f"{d.day}/{d.month}/{d.year + 543}", ","),
        ("seconds", "created_at", lambda d: str(seconds(d)), ","),
        ("seconds as float", "created_at", lambda d: f"{seconds(d)}.0", ","),
        ("seconds, scientific", "created_at", lambda d: f"{seconds(d):.9e}", ","),
        ("milliseconds", "created", lambda d: f"{seconds(d)}000", ","),
        ("nanoseconds", "created_at", lambda d: f"{seconds(d)}000000000", ","),
        ("file time", "created_at", lambda d: str((seconds(d) + 11_644_473_600) * 10_000_000), ","),
        ("ticks", "created_at", lambda d: str((seconds(d) + 62_135_596_800) * 10_000_000), ","),
        ("apple", "created_at", lambda d: str(seconds(d) - 978_307_200), ","),
        ("spss", "created_date", lambda d: str(seconds(d) + 12_219_379_200), ","),
        ("sas seconds", "created_date", lambda d: str(seconds(d) + 315_619_200), ","),
        ("serial", "start_date", counted(dt.date(1899, 12, 30)), ","),
        ("serial, comma", "start_date", lambda d: counted(dt.date(1899, 12, 30))(d) + ",0", ";"),
        ("serial, grouped", "start_date", lambda d: f"{int(counted(dt.date(1899, 12, 30))(d)):,}", ";"),
        ("sas days", "start_date", counted(dt.date(1960, 1, 1)), ","),
        ("r days", "start_date", counted(dt.date(1970, 1, 1)), ","),
        ("matlab", "start_date", lambda d: str(d.toordinal() + 366), ","),
        ("julian day", "start_date", lambda d: str(d.toordinal() + 1_721_425), ","),
        ("as/400", "start_date", lambda d: f"1{d:%y%m%d}", ","),
        ("jd edwards", "start_date", lambda d: f"1{d:%y%j}", ","),
        ("year and day", "start_date", lambda d: f"{d:%y%j}", ","),
        ("apostrophe", "start_date", lambda d: f"'{d}", ","),
        ("formula", "start_date", lambda d: f'="{d}"', ","),
        ("tags", "start_date", lambda d: f"<{d}>", ","),
        ("hash", "start_date", lambda d: f"#{d.month}/{d.day}/{d.year}#", ","),
        ("brackets", "start_date", lambda d: f"[{d}]", ","),
        ("python", "start_date", lambda d: f"datetime.date({d.year}; {d.month}; {d.day})", ","),
        ("nanoseconds of numpy", "start_date", lambda d: f"{d}T00:00:00.000000000", ","),
        ("arabic digits", "start_date", lambda d: str(d).translate({48 + n: 0x660 + n for n in range(10)}), ","),
        ("dashes of print", "start_date", lambda d: str(d).replace("-", "\u2011"), ","),
        ("en dashes", "start_date", lambda d: f"{d:%d-%m-%Y}".replace("-", "–"), ","),
        ("blanks", "start_date", lambda d: f"{d:%d %m %Y}", ","),
        ("underscores", "start_date", lambda d: f"{d:%Y_%m_%d}", ","),
        ("colons", "start_date", lambda d: f"{d:%Y:%m:%d}", ","),
        ("slashes and ISO", "start_date", lambda d: f"{d:%Y/%m/%d}" if d.day % 2 else f"{d}", ","),
        ("weekday first", "start_date", lambda d: f"{d:%A}, {d:%B} {d.day}, {d.year}", ";"),
        ("th", "start_date", lambda d: f"{d.day}{'st' if d.day % 10 == 1 and d.day != 11 else 'nd' if d.day % 10 == 2 and d.day != 12 else 'rd' if d.day % 10 == 3 and d.day != 13 else 'th'} {d:%B} {d.year}", ","),
        ("24:00", "start_date", lambda d: f"{d - dt.timedelta(1)} 24:00:00", ","),
    )
}  # fmt: skip
_NUMBERS = [10_000_000_000_000_000_000 + 7_919 * n for n in range(ROWS)]
IDS: dict[str, tuple[str, list[str]]] = {
    "twenty digits": ("customer_id", [str(n) for n in _NUMBERS]),
    "apostrophe": ("customer_id", [f"'{n:06}" for n in range(ROWS)]),
    "zero width": ("customer_id", [f"C{n}\u200b" for n in range(ROWS)]),
    "nbsp": ("customer_id", [f"C{n}\u00a0" for n in range(ROWS)]),
    "blanks around": ("customer_id", [f" C{n} " for n in range(ROWS)]),
    "zeros in front": ("customer_id", [f"{n:08}" for n in range(ROWS)]),
    "braces": ("customer_id", [f"{{3F2504E0-4F89-11D3-9A0C-{n:012X}}}" for n in range(ROWS)]),
    "float ids": ("customer_id", [f"{n + 1000}.0" for n in range(ROWS)]),
    "thousands": ("customer_id", [f"{n + 1000:,}" for n in range(ROWS)]),
    "exponents": ("customer_id", [f"{n:04}E{n % 9}" for n in range(ROWS)]),
    "negative": ("customer_id", [str(-n) for n in range(1, ROWS + 1)]),
    "phones": ("msisdn", [f"+49 151 {n:07}" for n in range(ROWS)]),
    "iban": ("iban", [f"DE89 3704 0044 0532 0130 {n:02}" for n in range(ROWS)]),
    "inner newline": ("customer_id", [f"C{n}\nX" for n in range(ROWS)]),
    "letters' case": ("customer_id", [f"{'abC' if n % 2 else 'ABC'}{n // 2}" for n in range(ROWS)]),
    "day-like": ("customer_id", [f"{n % 12 + 1}-{n}" for n in range(ROWS)]),
    "control": ("customer_id", [f"C{n}\x1f" for n in range(ROWS)]),
    "formula-like": ("customer_id", [f"=C{n}+1" for n in range(ROWS)]),
    "decomposed": ("customer_id", [f"Cafe\u0301-{n}" for n in range(ROWS)]),
    "true false": ("customer_id", [f"{n:b}" for n in range(ROWS)]),
}
