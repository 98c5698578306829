"""What is said of a table on stderr while its result goes to stdout."""

from __future__ import annotations

import sys

import pytest

from unchurn.cli.lines import lines
from unchurn.cli.notes import tell_findings


def _finding(severity: str, words: str) -> dict[str, str]:
    return {"severity": severity, "words": words}


def test_what_is_grave_in_a_table_is_said_first_and_the_rest_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A training says what a check would: each warning in a line, notes as their number."""
    found = [_finding("note", "n"), _finding("warning", "w"), _finding("blocked", "b")]
    with lines(sys.stderr) as progress:
        tell_findings(found, progress)
        tell_findings([_finding("warning", f"w{n}") for n in range(20)], progress)
        tell_findings([], progress)
    told = capsys.readouterr()
    assert told.out == ""
    said = told.err.splitlines()
    assert said[:3] == ["BLOCKED: b", "WARNING: w", "1 other remark on the table: unchurn check"]
    assert said[3:] == [f"WARNING: w{n}" for n in range(8)] + [
        "12 other remarks on the table: unchurn check"
    ]
