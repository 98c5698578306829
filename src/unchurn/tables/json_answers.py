"""The answer of a service: its customers under some name, and signs that it is one page of several."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from unchurn.errors import DataError, listing

Record = dict[str, Any]

_NEXT = re.compile(
    r"(odata)?next(page|pages|token|cursor|link|url|uri|href|offset|batch|key|start|marker|skip|record"
    r"|set|results?|records|after)*|cursor|after|nextrecordsurl|continuation(token)?"
    r"|lastevaluatedkey|scrollid"
)
"""Names of what leads to more customers: there are some after these."""
_BEFORE = re.compile(r"(odata)?(prev|previous)(page|pages|token|cursor|link|url|uri|href|before)*")
_SKIPPED = re.compile(r"offset|skip(ped)?|from|start(at|index)?")
_MORE = re.compile(
    r"(has|is)?(more|next|nextpage|moreitems|moreresults|morerecords|truncated|partial|limited"
    r"|incompleteresults|timedout)(available)?|remaining"
)
_DONE = re.compile(r"(is)?(done|complete|last|lastpage|final|eof)")
_OF = r"(count|number|results?|records?|items|rows|hits|elements|entries|objects|customers|size|found)"
_TOTAL = re.compile(
    rf"(odata)?(total|count){_OF}?|(num|numberof|number){_OF}|{_OF}(count|total|filtered)"
    r"|row(count|s)|of"
)
_RANGE = re.compile(r"\D*(\d+)\s*[-–]\s*(\d+)\s*(?:/|of)\s*(\d+)")
_FAILED = re.compile(r"errors?|failed|warnings?")
_PAGES = re.compile(r"(total|num|number(of)?)?pages|pagecount|pages?total|lastpage")
_ABOUT = re.compile(
    r"_?(meta|metadata|responsemetadata|paging|pagination|pages?|pageinfo|links?|cursors?|shards|summary|info)"
)
_LOOKED_AT = 100
"""Customers whose keys tell what the columns are."""
_OWN = 2
"""Cells under names of the customers' columns, from which on an answer is one of them."""
_PAGE = ("page", "pagenumber", "pageno", "currentpage", "pageindex")
"""Which page this is: before a second one there was a first."""
_MOMENT = 10**8
"""Beyond it a start is one in time."""
_CUT = ("partial", "incomplete", "truncated", "timeout", "error", "failed")
_NO = ("", "0", "false", "no", "none", "null")


def not_a_customer(value: Any) -> str:
    """Say why a value is no customer; "" where it is an object with keys."""
    if isinstance(value, dict):
        return "" if value else "an object without keys"
    if value is None or isinstance(value, list):
        return f"{'null' if value is None else 'a list'}, not a JSON object"
    return "not a JSON object"


def of_list(found: list[Any]) -> list[Record | str] | None:
    """Return the objects of a list; None where fewer than half are."""
    records = [not_a_customer(each) or each for each in found]
    objects = sum(isinstance(each, dict) for each in found)
    return records if found and 2 * objects >= len(found) else None


def wrapped(found: Record, name: str) -> list[Record | str] | None:
    """Find the customers of a service's answer, under some name; None where it is none.

    Raises `DataError` where several lists could be meant, or where this is one page of several.
    """
    lists = {
        key: records
        for key, value in found.items()
        if isinstance(value, list) and (records := of_list(value))
    }
    if len(lists) > 1:
        told = listing((f"{key} ({len(each):,})" for key, each in lists.items()), 6)
        raise DataError(
            f"{name} holds several lists of objects: {told}.",
            "Write the customers of all as one list of objects, and nothing beside it.",
        )
    if lists:
        key, customers = next(iter(lists.items()))
        refuse_beside(found, (key,), len(customers), name, columns_of(customers))
        return customers
    inner = [key for key, each in found.items() if isinstance(each, dict) and not _is_about(key)]
    if len(inner) != 1 or any(isinstance(each, list) for each in found.values()):
        return None
    within = wrapped(found[inner[0]], name)
    if within is not None:
        _refuse_around(found, name, columns_of(within))
        refuse_page(found, len(within), name)
    return within


def _is_about(key: str) -> bool:
    """Tell whether a key of an answer holds what is said about it, and not customers."""
    return _ABOUT.fullmatch(_bare(key)) is not None


def columns_of(records: Iterable[Any]) -> set[str]:
    """Collect the keys of the first of a list's objects."""
    return {key for each in islice(records, _LOOKED_AT) if isinstance(each, dict) for key in each}


def refuse_beside(
    answer: Record, own: Collection[str], rows: int, name: str, columns: Collection[str] = ()
) -> None:
    """Raise `DataError` where there are customers beside those of the keys `own`, or other pages.

    `columns` are those customers'; an answer that has cells of them itself is one, around the rest.
    """
    others = [key for key, value in answer.items() if key not in own and _holds_rows(key, value)]
    if others:
        held = listing([key for key in answer if key in own or key in others])
        raise DataError(
            f"{name} holds customers in several places: {held}.",
            "Write them all as one list, and nothing beside it.",
        )
    _refuse_around(answer, name, columns)
    refuse_page(answer, rows, name)


def _refuse_around(answer: Record, name: str, columns: Collection[str]) -> None:
    """Raise `DataError` where an answer is itself a customer, as those that it holds."""
    known = set(columns)
    shared = [
        key
        for key, value in answer.items()
        if key in known and value is not None and not isinstance(value, dict | list)
    ]
    if shared and (len(shared) >= _OWN or len(shared) == len(known)):
        raise DataError(
            f"{name} is itself a customer around a list of others: both have "
            f"{listing(shared)}, and {shared[0]!r} of the outer one is {str(answer[shared[0]])[:60]!r}.",
            "Write all customers as one list, the outer one too. If it is none, take these keys out.",
        )


def customers_within(record: Record) -> Iterator[tuple[str, int]]:
    """Yield the lists in a record whose objects have cells of its own columns, and how many they are."""
    for key, value in record.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            shared = record.keys() & columns_of(value) - {key}
            if len(shared) >= _OWN:
                yield key, len(value)


def _holds_rows(key: str, value: Any) -> bool:
    """Tell whether a value may be customers, or hold some: a list of objects or of lists."""
    if _is_about(key):
        return False
    if isinstance(value, dict):
        return any(isinstance(each, list) and _holds_rows(k, each) for k, each in value.items())
    return isinstance(value, list) and any(isinstance(each, dict | list) for each in value)


def refuse_page(answer: Record, rows: int, name: str) -> None:
    """Raise `DataError` where an answer with so many customers says that there are more."""
    for path, key, value in _said(answer, ()):
        if sign := _sign(key, value, rows):
            raise DataError(
                f"{name} is one page of an answer: it has {rows:,} customers, and {path!r} {sign}.",
                "Fetch the other pages too, and write the customers of all as one list (or one "
                f"object a line). If these are all, take {path!r} out.",
            )


def _said(answer: Record, above: tuple[str, ...]) -> Iterator[tuple[str, str, Any]]:
    """Yield what an answer says beside its customers: its path, the bare key and the value."""
    for key, value in answer.items():
        if isinstance(value, dict) and _is_about(key) and len(above) < 2:
            yield from _said(value, (*above, key))
        elif not isinstance(value, list):
            yield ".".join((*above, key)), _bare(key), value


def _sign(key: str, value: Any, rows: int) -> str:
    """Say how a value tells of other pages, or of an answer cut short; "" where it tells of none."""
    if isinstance(value, dict):  # {"href": …}, {"after": …}, or Elasticsearch's total
        inner = [each for each in value.values() if each not in (None, "", {}, False)]
        value = value.get("href", value.get("value", next(iter(inner), None)))
        value = "an object" if isinstance(value, dict) else value
    # a file's numbers come as text, a request's as numbers
    text = str(value).strip() if isinstance(value, str) or type(value) is int else ""
    yes = value is True or bool(text and text.casefold() not in _NO)
    if yes and any(each.fullmatch(key) for each in (_NEXT, _MORE, _BEFORE, _FAILED)):
        return f"is {text[:60]!r}" if text else "is true"
    if (value is False or text.casefold() == "false") and _DONE.fullmatch(key):
        return "is false"
    if key == "status" and text.casefold() in _CUT:
        return f"is {text!r}"
    return _counted(key, text, rows)


def _counted(key: str, text: str, rows: int) -> str:
    """Say what a number tells of customers elsewhere: of more, of pages, of some passed over."""
    if key in ("range", "contentrange") and (found := _RANGE.fullmatch(text)):
        first, last, total = map(int, found.groups())
        return f"is {text!r}" if last - first + 1 < total else ""
    number = int(text) if text.isdecimal() and len(text) < 19 else 0
    if number > rows and _TOTAL.fullmatch(key):
        return f"is {number:,}"
    if 0 < number < _MOMENT and _SKIPPED.fullmatch(key):
        return f"is {number:,}"
    pages = _PAGES.fullmatch(key) or key in _PAGE
    return f"is {number:,}" if number > 1 and pages else ""


def _bare(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.casefold())
