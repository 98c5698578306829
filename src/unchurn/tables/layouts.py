"""What stands around whole rows of a text file and is no part of a cell, and how it is taken off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unchurn.artefacts import Finding
from unchurn.tables.drawn import drawn, undrawn
from unchurn.tables.line_prefixes import line_prefix, shown_prefix, without_prefix
from unchurn.tables.other_quotes import NONE, Quotes, other_quotes, requoted
from unchurn.tables.wrapping import is_wrapped, unwrapped


@dataclass(frozen=True)
class Layout:
    """Rows that are each quoted as one cell or follow a prefix, a drawn table, cells in other quotes."""

    wrapped: bool = False
    drawn: str = ""
    prefix: str = ""
    quotes: Quotes = NONE

    def plain(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Rewrite pieces of UTF-8 as plain CSV of the same lines."""
        if self.wrapped:
            return unwrapped(pieces)
        if self.drawn:
            return undrawn(pieces, self.drawn)
        if self.prefix:
            return without_prefix(pieces, self.prefix)
        return requoted(pieces, self.quotes) if self.quotes != NONE else iter(pieces)

    def findings(self, name: str, mark: str) -> Iterator[Finding]:
        """Say what was taken off; `mark` names what parts the cells."""
        if self.wrapped:
            words = (
                f"Every row of {name} is quoted as one cell; the quotes were taken off and the rows "
                f"split at the {mark}."
            )
            yield Finding("quoted-rows", "note", words)
        if self.drawn:
            words = f"{name} is a table drawn with bars and rules, which were taken off."
            yield Finding("drawn-table", "note", words)
        if self.prefix:
            words = (
                f"Every line of {name} begins with {shown_prefix(self.prefix)!r}, as a log or a search writes it; "
                "taken off."
            )
            yield Finding("line-prefix", "note", words)
        if self.quotes != NONE:
            words = f"The cells of {name} stand between {self.quotes[0]} and {self.quotes[1]}, read as quotes."
            yield Finding("other-quotes", "note", words)


def layout_of(text: str, given: str, header: bool) -> Layout:
    """Find what stands around the rows of a file that begins with `text`."""
    if is_wrapped(text, given):
        return Layout(wrapped=True)
    if how := drawn(text, given):
        return Layout(drawn=how)
    if prefix := line_prefix(text, header):
        return Layout(prefix=prefix)
    return Layout(quotes=other_quotes(text, given))
