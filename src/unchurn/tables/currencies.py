"""How currencies are written beside an amount: codes, signs and words."""

from __future__ import annotations

import re

# TOP, ALL, CUP, SOS and MOP are left out: in capitals they are words of their own
_CODES = """
AED AFN AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLP CNH CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MRU MUR MVR MWK MXN MYR MZN NAD NGN
NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SRD SSP STN SYP SZL THB TJS TMT TND TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST
XAF XCD XOF XPF YER ZAR ZMW ZWL
"""
_ANY_CASE = "usd eur gbp chf Usd Eur Gbp Chf euro euros Euro"
_DOLLARS = """
US$ USD$ U$S U$ CA$ C$ CAD$ A$ AU$ NZ$ HK$ S$ SG$ R$ MX$ Mex$ NT$ TT$ J$ BZ$ EC$ FJ$ N$ Z$ RD$
CL$ COL$ CO$ AR$ B$ GH₵ E£ I£ CN¥ JP¥ RM¥ R₣ $US $CA $AU
"""
# a backslash is how Shift JIS writes the yen
_WORDS = """
kr kr. Kr Kr. Kč Kčs Kc KČ zł zl ZŁ Zł Ft Ft. lei leu Lei лв лв. lv. руб руб. Руб. РУБ р. р грн
грн. сум тенге тг сом дин дин. ден ден. din din. Din. Rs Rs. RS. rs. Re. Rp Rp. RM TL SFr. SFr
sFr. Fr. fr. Sfr. KSh Ksh KSh. Ksh. TSh USh Dh Dhs Dh. Dhs. DH Tk Tk. Nu. Bs Bs. S/ S/. B/. ر.س
د.إ ج.م ریال ريال تومان درهم دينار 元 圆 圓 円 원 人民币 港元 美元 欧元 đ Đ đồng đ. VNĐ vnđ dollar dollars
Dollar Dollars pound pounds rupees roubles rubles pesos reais złotych korun forint Euros EURO \\
"""
_SIGNS = "$€£¥₹₽₩₺₴₫₦₱฿₪₡₲₵₸₮₭₼₾₨៛৳₤₣؋﷼₿₠₢₥₧₯₰₳₶₷₻₍₎₏"
_SIGN = "[$€£¥¢₠-₿฿៛৳؋﷼]"

_ALL = " ".join((_CODES, _ANY_CASE, _DOLLARS, _WORDS))
WORDS = frozenset((*_ALL.split(), *_SIGNS))
"""Every spelling; upper and lower case matter, for ``TRY`` is Turkish money and ``try`` is not."""
_WHOLE = "\\ ¥ 円 圓 원 ₩ ₫ đ JPY KRW VND CLP ISK PYG UGX XAF XOF IDR Rp HUF Ft JP¥"
WHOLE = frozenset(_WHOLE.split())
"""Currencies without a smaller coin: three digits after a mark are thousands."""
LETTERS = frozenset({"R", "Q", "L", "P"})
"""Letters that are a currency only before an amount with a mark in it: ``R 12.50``, not ``R1``."""


_SAME = """
USD $ US$ $US USD$ U$S U$ usd Usd dollar dollars Dollar Dollars
EUR € eur Eur euro euros Euro Euros EURO 欧元
GBP £ gbp Gbp pound pounds
CHF chf Chf SFr. SFr sFr Fr. fr. Sfr.
JPY ¥ 円 JP¥ \\
KRW ₩ 원
INR ₹ Rs Rs. RS. rs. Re. ₨ rupees
RUB ₽ руб руб. Руб. РУБ р. р roubles rubles
BRL R$ reais
PLN zł zl ZŁ Zł złotych
CZK Kč Kčs Kc KČ korun
TRY ₺ TL
UAH ₴ грн грн.
VND ₫ đ đ. đồng VNĐ vnđ
CAD CA$ $CA C$ CAD$
AUD A$ $AU AU$
HUF Ft Ft. forint
IDR Rp Rp.
kr kr. Kr Kr. SEK NOK DKK
"""
_NAMES = {word: line.split()[0] for line in _SAME.strip().splitlines() for word in line.split()}


def currency(spelling: str) -> str:
    """Name a currency by its code, where its spelling is one of the commoner ones."""
    return _NAMES.get(spelling, spelling)


def alternatives() -> str:
    """Return an alternation of all spellings, longest first, for any engine of patterns."""
    ordered = sorted((each for each in WORDS if each not in _SIGNS), key=lambda w: (-len(w), w))
    return "|".join([*(re.escape(each) for each in ordered), _SIGN])
