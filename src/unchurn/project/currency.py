"""How [decision] currency may be written: a code of ISO 4217, or a short sign."""

from __future__ import annotations

import unicodedata

_ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF
XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL
"""
_CODES = frozenset(_ISO_4217.split())
LONGEST = 5


def unreadable(currency: str) -> str:
    """Say why a currency cannot be shown beside amounts; "" where it can, or is empty."""
    if not currency or currency in _CODES:
        return ""
    if len(currency) == 3 and currency.isascii() and currency.isalpha():
        known = f"Did you mean {currency.upper()!r}?" if currency.upper() in _CODES else ""
        return (
            known or "Three letters are a code of ISO 4217, and it has no such code; see EUR, USD."
        )
    if len(currency) > LONGEST:
        return f"It may have {LONGEST} characters at most: a code such as EUR, or a sign such as £."
    if not all(_may_stand(each) for each in currency) or currency in "./":
        return "Give a code such as EUR, or a sign such as £, kr or R$, without digits or blanks."
    return ""


def _may_stand(character: str) -> bool:
    """Tell whether a sign may hold a character: a letter, a currency's sign, a point or a stroke."""
    return (
        character in "./"
        or unicodedata.category(character)[0] in "LM"
        or (unicodedata.category(character) == "Sc")
    )
