"""Units that are written beside a number, and how a cell in one is brought to another.

A spelling may mean several things (``M``: millions, months); the column decides which, once, and
its schema's `unit` says so. Only exact ratios count: days are never made months.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

SCALE = ""
"""The unit of plain numbers, of which ``K`` and ``M`` are thousands and millions."""
CREDIT = "DR"
"""The unit of a ledger: debits are positive, credits (``CR``) negative."""

_TABLE = """
scale|K=1000: K k Tsd Tsd. тыс тыс. tis. tys. thousand Thousand
scale|L=100000: lakh lakhs Lakh Lakhs lac
scale|万=10000: 万 萬 만
scale|M=1000000: M MM Mio Mio. Mn mn Mln mln млн млн. million millions Million mill.
scale|Cr=10000000: crore crores Crore Crores
scale|億=100000000: 億 亿 억
scale|B=1000000000: B b bn Bn BN Mrd Mrd. mld mld. млрд млрд. billion billions Billion
scale|T=1000000000000: T tn trn trillion
ledger|DR=1: DR Dr dr Dr. DB
ledger|CR=-1: CR Cr cr Cr.
data|B=1: B byte bytes Byte Bytes
data|KB=1000: KB kB Kb kb Ko ko КБ Кб K
data|MB=1000000: MB Mb mb Mo МБ Мб M
data|GB=1000000000: GB Gb gb Go go ГБ Гб gig gigs Gigs
data|TB=1000000000000: TB Tb tb To ТБ T
data|PB=1000000000000000: PB Pb
data|KiB=1024: KiB
data|MiB=1048576: MiB
data|GiB=1073741824: GiB
data|TiB=1099511627776: TiB
rate|bps=1: bps bit/s b/s
rate|kbps=1000: kbps Kbps kbit/s Kbit/s kb/s
rate|Mbps=1000000: Mbps mbps Mbit/s MBit/s mbit/s Mb/s
rate|Gbps=1000000000: Gbps gbps Gbit/s Gb/s
time|ms=1/1000: ms msec msecs millisecond milliseconds
time|s=1: s sec secs sec. Sek Sek. second seconds Sekunden segundos secondes с сек сек. 秒 초
time|min=60: min mins min. minute minutes Min Min. Minute Minuten minutos minuti мин мин. 分 分钟 분 m
time|h=3600: h hr hrs hr. hrs. hour hours Std Std. Stunde Stunden heure heures hora horas ore ч ч. час часов 小时 時間 시간 H
time|d=86400: d day days Tag Tage Tagen jour jours día días dia dias giorno giorni дн дн. день дня дней dagar dagen dni 天 日 일 D
time|wk=604800: wk wks week weeks Woche Wochen semaine semaines semana semanas settimane нед нед. weken w W 周 週
calendar|month=1: mo mos mo. mon mth mths month months Monat Monate Monaten mois mes meses mese mesi maanden månader мес мес. месяц месяца месяцев 个月 ヶ月 か月 月 개월 M m
calendar|quarter=3: quarter quarters qtr qtrs Quartal Quartale trimestre trimestres
calendar|year=12: yr yrs yr. yrs. y Y year years Jahr Jahre Jahren J. an ans année années año años ano anos anno anni jaar år год года лет г. rok lat let 年 岁 歳 년
length|mm=1/1000: mm
length|cm=1/100: cm
length|m=1: m metre metres meter meters Meter м
length|km=1000: km Km KM kilometers kilometres км
length|mi=1609344/1000: mi mile miles
feet|in=1: in inch inches
feet|ft=12: ft foot feet
weight|mg=1/1000: mg
weight|g=1: g gram grams Gramm гр г
weight|kg=1000: kg Kg KG kilos кг
weight|t=1000000: t ton tons tonne tonnes Tonnen
pounds|oz=1: oz ounce ounces
pounds|lb=16: lb lbs pound pounds
energy|Wh=1: Wh
energy|kWh=1000: kWh KWh kwh KWH кВтч
energy|MWh=1000000: MWh
energy|GWh=1000000000: GWh
power|W=1: W watt watts
power|kW=1000: kW KW kw
power|MW=1000000: MW
volume|ml=1/1000: ml mL
volume|l=1: l L liter litre liters litres Liter
celsius|°C=1: °C oC ℃
fahrenheit|°F=1: °F oF ℉
monthly|/month=1: /mo /mo. /month /Monat /mois /mes p.m. per-month
monthly|/year=1/12: /yr /year /Jahr /an /año p.a. per-year
permille|‰=1: ‰
times|x=1: x ×
scale|L=100000: L
scale|M=1000000: m
scale|Cr=10000000: Cr cr
"""

Meaning = tuple[str, Fraction]


def _read(table: str) -> tuple[dict[str, tuple[str, Fraction]], dict[str, dict[str, Meaning]]]:
    units: dict[str, tuple[str, Fraction]] = {}
    spellings: dict[str, dict[str, Meaning]] = {}
    for line in table.strip().splitlines():
        head, words = line.split(": ", 1)
        (dimension, definition), factor = head.split("=")[0].split("|"), head.split("=")[1]
        unit = SCALE if dimension == "scale" else definition
        if dimension != "scale" and definition not in units:
            units[definition] = (dimension, Fraction(factor))
        for word in words.split():
            meaning = (unit, Fraction(factor))
            spellings.setdefault(word.replace("per-", "per "), {}).setdefault(dimension, meaning)
    return units, spellings


UNITS, SPELLINGS = _read(_TABLE)
"""Unit → (dimension, factor); spelling → what it means in each dimension."""
_WORD = "word "


def known(spelling: str) -> str:
    """Return how a unit is remembered: as it is spelled where known, else as a word of its own.

    ``12 tickets`` and ``1 ticket`` carry one word.
    """
    return spelling if spelling in SPELLINGS else _WORD + _singular(spelling.casefold())


def is_word(token: str) -> bool:
    """Tell a remembered word that is no known unit."""
    return token.startswith(_WORD)


def dimensions(token: str) -> tuple[str, ...]:
    """List what a remembered unit may measure, the likeliest first."""
    if is_word(token):
        return (token,)
    return tuple(SPELLINGS.get(token, {}))


def unit_in(token: str, dimension: str) -> str:
    """Name the unit that a remembered spelling stands for in a dimension."""
    return token.removeprefix(_WORD) if token == dimension else SPELLINGS[token][dimension][0]


@cache
def ratio(token: str, unit: str) -> Fraction | None:
    """Tell by what a number written in `token` is multiplied to be in `unit`; None: it cannot."""
    if not token:
        return Fraction(1)
    if is_word(token):
        return Fraction(1) if token == _WORD + unit else None
    if unit == SCALE:
        found = SPELLINGS[token].get("scale")
        return found[1] if found else None
    if unit not in UNITS:
        return None
    dimension, size = UNITS[unit]
    meaning = SPELLINGS[token].get(dimension)
    return meaning[1] / size if meaning else None


def _singular(word: str) -> str:
    word = word.rstrip(".")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
