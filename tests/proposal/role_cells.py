"""Invented cells by what a column holds: ``seq`` counts, ``cents`` are amounts, ``Yes/No`` is drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

ROWS = 240
Draw = np.random.Generator
Ints = npt.NDArray[np.int64]
_LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_SYLLABLES = ("ka", "lo", "mi", "ren", "sta", "vor", "dun", "pel", "ma", "tis", "go", "ber")
_FIRST = datetime(2018, 1, 1)


def cells(what: str, draw: Draw) -> list[str]:
    """Return `ROWS` cells of a kind; an unknown one with slashes is a list of categories."""
    if what in _PLAIN:
        return [_PLAIN[what](int(n)) for n in range(ROWS)]
    if what in _OWN:
        least, most, spell = _OWN[what]
        return [spell(int(n)) for n in _apart(draw, least, most, ROWS)]
    if what in _PANELS:
        each = cells(_PANELS[what], draw)[: ROWS // 3]
        return [each[n] for n in draw.integers(0, len(each), ROWS)]
    if what in _DRAWN:
        return [_DRAWN[what](draw) for _ in range(ROWS)]
    if what in _DAYS:
        days = draw.integers(0, 2200, ROWS)
        return [(_FIRST + timedelta(int(d), 61 * int(d))).strftime(_DAYS[what]) for d in days]
    return draw.choice(np.array(what.split("/")), ROWS).tolist()


def _apart(draw: Draw, least: int, most: int, rows: int) -> Ints:
    """Draw different whole numbers, in no order."""
    step = (most - least) // rows
    return draw.permutation(least + step * np.arange(rows) + draw.integers(0, step, rows))


def _word(n: int) -> str:
    return "".join(_SYLLABLES[(n // 12**place) % 12] for place in range(3)).capitalize()


def _code(letters: int, n: int) -> str:
    return "".join(_LETTERS[(n // 26**place) % 26] for place in range(letters))


def _hash(n: int) -> str:
    return f"{(n * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 16**32:032x}"


def _skewed(draw: Draw, scale: float) -> float:
    return float(draw.gamma(2, scale))


_PLAIN: dict[str, Callable[[int], str]] = {
    "seq": lambda n: str(n + 1),
    "seq0": str,
    "seq50001": lambda n: str(50001 + n),
    "one": lambda n: "1",
    "NO": lambda n: "NO",
}
_OWN: dict[str, tuple[int, int, Callable[[int], str]]] = {
    "num": (15_500_000, 15_900_000, str),
    "num10": (1_000_000_000, 9_000_000_000, str),
    "num12": (221_300_000_000, 221_310_000_000, str),
    "n19": (7_000_000_000_000_000_001, 7_900_000_000_000_000_000, str),
    "gapped": (1, 2 * ROWS + 1, str),
    "zeros": (1, 40_000, lambda n: f"{n:07d}"),
    "big": (1_000_000, 9_999_999, str),
    "tele": (0, 9999 * 26**3, lambda n: f"{n % 9000 + 1000}-{_code(5, n * 7)}"),
    "code": (10_000, 99_999, lambda n: f"C-{n}"),
    "code6": (0, 16**6, lambda n: f"A-{n:06x}"),
    "code7": (100_000, 999_999, lambda n: f"{_code(2, n)}{n}"),
    "code10": (0, 26**8, lambda n: _code(10, n * 26 + 5)),
    "code14": (0, 10**9, lambda n: f"cus_{_code(6, n)}{n:09d}"),
    "hash": (0, 10**9, _hash),
    "iban": (0, 10**10, lambda n: f"DE{n % 90 + 10}{n:018d}"),
    "uuid": (0, 10**9, lambda n: "-".join(
        _hash(n)[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))),
    "email": (0, 10**6, lambda n: f"{_word(n).lower()}{n}@mail.example"),
    "phone7": (2_000_000, 9_999_999, lambda n: f"{n // 10_000}-{n % 10_000:04d}"),
    "phone12": (447_000_000_000, 447_999_999_999, str),
    "surname": (0, 800, lambda n: _word(n // 3)),
    "fullname": (0, 12**3, lambda n: f"{_word(n)} {_word(n * 7)}"),
    "company": (0, 12**3, lambda n: f"Company_{n}"),
    "address": (1, 3000, lambda n: f"{n} {_word(n)} Street, {_word(n * 5)}"),
    "distinctmoney": (1_000_000, 9_000_000, lambda n: f" ${n // 100:,}.{n % 100:02d}"),
    "durations": (4_000, 80_000, lambda n: f"{n // 3600}:{n // 60 % 60:02d}:{n % 60:02d}"),
    "epoch": (1_538_000_000_000, 1_543_000_000_000, str),
    "epochms": (1_538_000_000_000, 1_719_000_000_000, str),
    "latlong": (0, 10**6, lambda n: f"{33 + n / 10**6:.6f}, -{118 + n / 10**6:.6f}"),
}  # fmt: skip
_PANELS = {
    "panel": "num", "panel2": "gapped", "pcode": "code", "uuidpanel": "uuid", "pname": "fullname",
}  # fmt: skip
_DRAWN: dict[str, Callable[[Draw], str]] = {
    "flag": lambda draw: str(draw.integers(0, 2)),
    "yn": lambda draw: ("Yes", "No")[draw.integers(0, 2)],
    "few": lambda draw: str(draw.integers(0, 11)),
    "int": lambda draw: str(draw.integers(1, 73)),
    "age": lambda draw: str(draw.integers(18, 80)),
    "score": lambda draw: str(draw.integers(350, 851)),
    "secs": lambda draw: str(int(_skewed(draw, 2000))),
    "pct": lambda draw: f"{draw.random():.3f}",
    "cents": lambda draw: f"{_skewed(draw, 40):.2f}",
    "money": lambda draw: str(50 * int(_skewed(draw, 20))),
    "long": lambda draw: repr(_skewed(draw, 40)),
    "geo": lambda draw: f"{33 + draw.random() * 5:.6f}",
    "signed": lambda draw: str(draw.integers(-2, 9)),
    "signedbig": lambda draw: str(int(draw.normal(30_000, 40_000))),
    "zip": lambda draw: f"{draw.integers(1, 99_999):05d}",
    "areas": lambda draw: f"Area {draw.integers(1, 30)}",
    "tenants": lambda draw: f"T-{draw.integers(1, 9)}",
    "someday": lambda draw: f"2024-{draw.integers(1, 13):02d}-11" if draw.random() < 0.3 else "",
    "managers": lambda draw: str(1000 + draw.integers(0, 18)),
    "jobs": lambda draw: _word(int(draw.integers(0, 40))),
    "hashcat": lambda draw: _hash(int(draw.integers(0, 6))),
    "clock": lambda draw: f"{draw.integers(0, 24):02d}:{draw.integers(0, 60):02d}:07",
}
_DAYS = {
    "date": "%Y-%m-%d", "dmy": "%d.%m.%Y", "mdy": "%m/%d/%Y", "compact": "%Y%m%d",
    "stamp": "%Y-%m-%d %H:%M:%S",
}  # fmt: skip
