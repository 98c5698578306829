"""A blank that training never saw scores as the usual value: in a list, and served either way."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_line import Ran, run_unchurn
from live_server import JSON
from served_month import Month
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer_answers import QuickAnswers

SAID = "blank-unseen"
QUIET = settings(max_examples=150)


def filled(scoring: Scoring) -> dict[str, Any]:
    """The columns whose blanks are read as the usual value, and that value."""
    encoder = scoring.scorer.live.encoder
    return {name: encoder.typical[name] for name in sorted(encoder.filled)}


def body(record: dict[str, Any], text: bool) -> bytes:
    """One customer as CSV or JSON."""
    if not text:
        return json.dumps(record).encode()
    cells = ["" if cell is None else str(cell) for cell in record.values()]
    return "\n".join([",".join(record), ",".join(cells), ""]).encode()


@pytest.mark.slow
def test_every_kind_of_column_is_tried(scoring: Scoring) -> None:
    """The demo has a number, a date and a category without blanks; other columns keep theirs."""
    kinds = {part.kind for part in scoring.scorer.live.encoder.parts if part.filled}
    assert kinds == {"number", "date", "category"}
    assert set(filled(scoring)) < set(scoring.scorer.live.encoder.features)


@pytest.mark.slow
@QUIET
@given(
    place=st.integers(0, 199), column=st.integers(0, 99), blank=st.sampled_from([None, "", "NA"])
)
def test_served_a_blank_is_the_usual_value(
    scoring: Scoring, month: Month, place: int, column: int, blank: str | None
) -> None:
    """JSON null, empty and NA, in JSON and CSV, quickly and the long way: the same bits, and said."""
    name, typical = list(filled(scoring).items())[column % len(filled(scoring))]
    sent = json.loads(month.body(JSON, month.names, slice(place, place + 1)))[0]
    if not isinstance(typical, str):  # text in a number is refused in JSON
        blank = None
    chances, blank_said, usual_said = set(), [], []
    for text in (False, True):
        asked = Asked("csv" if text else "json", "json", reasons="none")
        for value, said in ((blank, blank_said), (typical, usual_said)):
            sample = body({**sent, name: value}, text)
            for way in (QuickAnswers(scoring), LongAnswers(scoring)):
                if answer := way.answer(asked, sample):
                    found = json.loads(answer[0])
                    chances.add(found["predictions"][0]["probability"])
                    said.append(f"1 cell of {name!r} is blank" in " ".join(found.get("notes", ())))
    assert len(chances) == 1
    assert all(blank_said)
    assert not any(usual_said)
    # the quick way too answers blanks, not the long one alone
    assert len(blank_said) >= 3


@pytest.mark.slow
def test_in_a_list_a_blank_is_the_usual_value(
    scoring: Scoring, month: Month, trained: tuple[Path, Ran], tmp_path: Path
) -> None:
    """Every customer lacks one cell: the list is that of the usual value, and counts each."""
    usual = filled(scoring)
    names, probabilities = list(usual), []
    for label in ("blank", "usual"):
        rows = [list(row) for row in month.cells]
        for number, row in enumerate(rows):
            name = names[number % len(names)]
            row[month.names.index(name)] = "" if label == "blank" else str(usual[name])
        path = tmp_path / f"{label}.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([month.names, *rows])
        out = tmp_path / f"{label}_scores.csv"
        ran = run_unchurn("score", "--project", trained[0], "--data", path, "--out", out, "--json")
        assert ran.code == 0, ran.err
        with out.open(newline="", encoding="utf-8-sig") as stream:
            probabilities.append([row["probability"] for row in csv.DictReader(stream)])
        said = {note["column"] for note in ran.document["notes"] if note["code"] == SAID}
        assert said >= set(names) if label == "blank" else len(said) < len(names)
    assert probabilities[0] == probabilities[1]
