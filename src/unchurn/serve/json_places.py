"""Where a JSON text stops being one: the customer and the field that were being written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s"\[\]{}:,]+', re.DOTALL)
_TEXT = rb'"[^"\\\x80-\xff]*+"'
_PLAIN = rb"(?:%b|null|true|false|-?[0-9]{1,15}+(?:\.[0-9]{1,15}+)?)\s*+,?+\s*+" % _TEXT
_FLAT = re.compile(rb"\{\s*+(?:%b\s*+:\s*+%b)*\}|\[\s*+(?:%b)*\]" % (_TEXT, _PLAIN, _PLAIN))
"""Most customers in one go: without anything nested, broken or unusual.

No group repeats possessively: Python 3.11.2 does not go back to where a last, failed turn began.
"""
_SCALAR = re.compile(rb"null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_OFFSET = re.compile(r"\(byte (\d+)\)")
_COLUMNS = re.compile(rb'"columns"\s*+:\s*+(\[(?:\s*+"(?:[^"\\]|\\.)*"\s*+,?+)*\s*+\])')
_WRAPPERS = ("records", "instances", "dataframe_records", "dataframe_split", "data")
_LONGEST = 40
_FINITE = 400
_MOST_STEPS = 200_000


class Place(NamedTuple):
    """The customer, from 1, the field where there is one, and what stands there ("" if nothing)."""

    row: int
    field: str | None
    shown: str


@dataclass
class _Open:
    """An object or a list that is not closed yet."""

    bracket: bytes
    key: bytes = b""
    before: int = 0
    """Members that are complete."""


@dataclass
class _Walk:
    """Follows a text from bracket to bracket."""

    stack: list[_Open] = field(default_factory=list)
    last: bytes = b""

    def take(self, token: bytes) -> None:
        top = self.stack[-1] if self.stack else None
        if token in (b"[", b"{"):
            self.stack.append(_Open(token))
        elif token in (b"]", b"}"):
            if self.stack:
                self.stack.pop()
        elif token == b":" and top:
            top.key = self.last
        elif token == b"," and top:
            top.key, top.before = b"", top.before + 1
        self.last = token


def find_place(body: bytes, error: Exception) -> Place | None:
    """Find where a JSON decoder met `error`; None where that is in no customer."""
    told = _OFFSET.search(str(error))
    stop = int(told[1]) if told else len(body)
    walk, at = _Walk(), 0
    for _ in range(_MOST_STEPS):
        token = _TOKEN.search(body, at)
        if token is None:
            break
        flat = _FLAT.match(body, token.start()) if token[0] in b"{[" else None
        if flat and flat.end() <= stop:
            at, walk.last = flat.end(), b""
            continue
        if _is_broken(token[0]):
            return _place(walk.stack, body, token[0])
        if token.end() > stop:
            break
        walk.take(token[0])
        at = token.end()
    return _place(walk.stack, body, b"")


def _is_broken(token: bytes) -> bool:
    if token in b"[]{}:,":
        return False
    if token[:1] == b'"':
        try:
            token.decode()
        except UnicodeDecodeError:
            return True
        return False
    if not _SCALAR.fullmatch(token):
        return True
    # a number that is finite as it is written, but not as a model would read it
    return token[-1:].isdigit() and (len(token) > _FINITE or abs(float(token)) == float("inf"))


def _place(stack: list[_Open], body: bytes, token: bytes) -> Place | None:
    while len(stack) > 1 and stack[0].bracket == b"{" and _name(stack[0].key) in _WRAPPERS:
        stack = stack[1:]
    if not stack:
        return None
    row = 1
    if stack[0].bracket == b"[":
        row, stack = stack[0].before + 1, stack[1:]
    name = None
    if stack:
        top = stack[0]
        name = _name(top.key) if top.bracket == b"{" else _column(body, top.before)
    text = token.decode("utf-8", "replace")
    return Place(row, name, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _name(key: bytes) -> str | None:
    try:
        return msgspec.json.decode(key, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _column(body: bytes, number: int) -> str | None:
    """Name a cell of the split form, whose columns stand elsewhere."""
    found = _COLUMNS.search(body)
    try:
        names = msgspec.json.decode(found[1], type=list[str]) if found else []
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return names[number] if number < len(names) else None
