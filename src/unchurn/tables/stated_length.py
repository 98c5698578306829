"""What a file says of its own length: so many rows, one page of several, cut short."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from unchurn.artefacts import Difference

_NUMBER = r"\d{1,3}(?:[.,'\s]\d{3})+|\d+"
OF = (
    "(?:rows?|records?|lines?|entries|results?|items?|customers?|clients?|accounts?|users?|members?"
    "|subscribers?|contacts?|zeilen|kunden|datensätze|lignes?|enregistrements?|filas?|registros?"
    "|clienti|clientes?|righe|linhas?|rijen|klanten|tuples?)"
)
"""What a file may count; most are customers."""
_LINES = re.compile(r"\b(?:lines?|zeilen|lignes?|linhas?)\b", re.IGNORECASE)
"""What a header is one of."""
_PEOPLE = re.compile(
    r"\b(?:customers?|clients?|accounts?|users?|members?|subscribers?|contacts?|kunden|clientes?"
    r"|klanten|entries|of)\b",
    re.IGNORECASE,
)
"""What a header is none of, nor where a range ends; rows and records may mean either."""
_SHOWN = "(?:showing|displaying|viewing|exported|returned|anzeige|zeige|affichage)"
_NUMBER_OF = (
    r"(?:gesamt)?(?:an)?zahl(?:\ (?:der|aller))?|nombre(?:\ total)?\ d[e']s?"
    r"|n[úu]mero(?:\ total)?\ d[ei]|aantal|liczba"
)
_DONE = (
    r"(?:in\ total|total|exported|returned|selected|found|affected|fetched|retrieved|listed|shown"
    r"|displayed|in\ set.*|[x×]\s*\d+\ columns)"
)
_COUNTED = re.compile(
    rf"""(?:(?:query\ returned|exported|returned|fetched|selected|found|total(?:\ of)?)\s*:?\s*)?
        (?P<a>{_NUMBER})\s*{OF}(?:\s+{_DONE})?
      | (?:(?:total\ number\ of|total|number\ of|count\ of|{_NUMBER_OF})\s+{OF}(?:\s+(?:count|{_DONE}))?\s*[:=]?
          |{OF}(?:\s+(?:count|{_DONE}))?\s*[:=]|(?:kunden|zeilen|datensatz)(?:an)?zahl\s*[:=]?|rows|records|zeilen
          |(?:row\ |record\ |total\ )?(?:count|anzahl|nombre)\s*[:=]?)\s*(?P<b>{_NUMBER})""",
    re.IGNORECASE | re.VERBOSE,
)
_RANGE = re.compile(
    rf"(?:{_SHOWN}\s*)?(?:{OF}\s*)?:?\s*(?P<first>{_NUMBER})\s*(?:-|–|—|to|bis|à)\s*(?P<last>{_NUMBER})"
    rf"\s*(?:of|von|sur|de)\s*(?P<all>{_NUMBER})(?:\s*{OF}.*)?",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?:{_SHOWN}\s*(?P<a>{_NUMBER})\s*{OF}?\s*(?:of|out of|von|sur)\s*(?P<b>{_NUMBER})(?:\s*{OF}.*)?"
    rf"|(?P<c>{_NUMBER})\s*{OF}?\s*(?:of|out of|von|sur)\s*(?P<d>{_NUMBER})\s*(?:{OF}|{_SHOWN}|shown).*)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:page|seite|p[áa]gina|strona|pagina)\s*(?P<first>\d+)\s*(?:of|von|sur|de|di|z|/)\s*(?P<all>\d+)",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"(?:with|and|plus|und|et)?\s*(?:{_NUMBER})\s*(?:more|other|further|additional|weitere|autres|más)"
    rf"(?:\s+{OF}.*)?|(?:only\s+)?showing\s+(?:only\s+)?(?:the\s+)?(?:top|first)\s+(?:{_NUMBER}).*"
    rf"|.*\b(?:truncated|cut off|cut short|limit (?:was )?(?:reached|exceeded)"
    rf"|abgeschnitten|gekürzt|tronqué\w*|truncad[oa]s?)\b.*",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    rf".*\b(?:limited|limit(?: of)?|restricted|capped|begrenzt|limité\w*)\s*(?:to|at|auf|à|:)?\s*"
    rf"(?:the\s+)?(?:first\s+)?(?P<all>{_NUMBER})(?:\s*{OF}.*)?",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[;|()\[\]]|,\s|\s[-–—]\s")
_LONGEST = 200


@dataclass(frozen=True)
class Claim:
    """`rows` the file says it has (None: it does not say); `limit` of rows; `cut`: more follow."""

    rows: int | None = None
    limit: int | None = None
    page: tuple[int, int] | None = None
    cut: bool = False


@lru_cache(256)
def claim_of(text: str) -> Claim | None:
    """Read what a line outside the rows says of their number; None where it says nothing."""
    bare = re.sub(r"^[\W_ℹ]+|[\s.!)\]}*#\"'>]+$", "", text)
    if len(bare) > _LONGEST or not bare:
        return None
    if found := _PAGE.fullmatch(bare):
        return Claim(page=(int(found["first"]), int(found["all"])))
    if (found := _RANGE.fullmatch(bare)) or (found := _PART.fullmatch(bare)):
        return _some_of(found)
    if found := _COUNTED.fullmatch(bare):
        return Claim(rows=_whole(found["a"] or found["b"]))
    if found := _LIMIT.fullmatch(bare):
        return Claim(limit=_whole(found["all"]))
    return Claim(cut=True) if _MORE.fullmatch(bare) else _within(bare)


def _within(text: str) -> Claim | None:
    """Read a number of rows that stands among other words: ``CRM export (500 rows)``."""
    parts = (each.strip(" .!") for each in _PARTS.split(text))
    found = next((each for part in parts if (each := _COUNTED.fullmatch(part))), None)
    return Claim(rows=_whole(found["a"] or found["b"])) if found else None


def _some_of(found: re.Match[str]) -> Claim | None:
    """Read rows 1 to 100, or 100 rows, of so many; None where these are no such numbers."""
    told = found.groupdict()
    first = _whole(told.get("first") or "1")
    last = _whole(told.get("last") or told.get("a") or told.get("c") or "0")
    every = _whole(told.get("all") or told.get("b") or told.get("d") or "0")
    return Claim(rows=every, cut=first > 1 or last < every) if first <= last <= every else None


@dataclass(frozen=True)
class Said:
    """A file's name, the lines around its rows, and how many rows were read of it."""

    name: str
    remarks: Sequence[str]
    rows: int


def contradicted(files: Sequence[Said]) -> list[Difference]:
    """List what files say of their length and what was read denies, gravely where rows lack.

    A number may be that of all files together, and may count the header.
    """
    every = sum(each.rows for each in files)
    found = []
    for file in files:
        claims = [(text, claim) for text in file.remarks if (claim := claim_of(text))]
        pages = [claim.page[0] for _, claim in claims if claim.page]
        reached = max(pages, default=0) if len(files) == 1 else len(files)
        for text, claim in claims:
            if brief := _denied(claim, file.rows, every, reached):
                one = claim.rows == file.rows + 1
                if one and _LINES.search(text):  # and the header
                    continue
                grave = claim.rows is None or claim.rows > file.rows
                grave = grave and not (one and not _PEOPLE.search(text))
                said = f"{file.name} says {text[:60]!r}, {brief}"
                words = (
                    f"{said}: {'it does not hold all rows' if grave else 'check which is right'}."
                )
                found.append(Difference("length-differs", said, words, None, grave, file.rows))
    return found


def _denied(claim: Claim, rows: int, every: int, reached: int) -> str:
    """Say what was read against a claim, "" where they agree; `reached` is the last page there is."""
    read = f"and {rows:,} row{'s' if rows != 1 else ''} were read".replace("row were", "row was")
    if claim.page:
        return read if reached < claim.page[1] else ""
    if claim.limit is not None:
        return read if rows >= claim.limit else ""
    if claim.rows is not None and claim.rows in (rows, every):
        return ""
    return read if claim.cut or claim.rows is not None else ""


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))
