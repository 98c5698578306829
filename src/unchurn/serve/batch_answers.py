"""The long way through a request: many customers, any format, reasons, faults; in a thread."""

from __future__ import annotations

from unchurn.serve.answers import short_notes, write_answer
from unchurn.serve.csv_payloads import Headers, read_csv
from unchurn.serve.json_payloads import read_json, read_json_lines
from unchurn.serve.limits import LIVE, Limits
from unchurn.serve.metrics import Counts
from unchurn.serve.parquet_payloads import read_parquet
from unchurn.serve.payloads import Sent
from unchurn.serve.refusals import Faults
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring
from unchurn.serve.totals import refuse_totals
from unchurn.serve.typing_rows import Typing


class LongAnswers:
    """Answers whatever can be answered."""

    def __init__(
        self, scoring: Scoring, limits: Limits = LIVE, counts: Counts | None = None
    ) -> None:
        self._scoring, self._limits = scoring, limits
        self._counts = counts or Counts()

    def answer(self, asked: Asked, body: bytes) -> tuple[bytes, bytes]:
        """Return the answer and its notes for a header. Raises what reading and scoring raise."""
        faults = Faults(asked.lenient)
        sent = read_body(asked, body, self._scoring.typing, faults, self._limits)
        if self._limits.rows is not None:  # of a batch, intake has left out what is no customer
            sent = refuse_totals(sent, faults)
        scored = self._scoring.score(sent, asked, faults)
        self._counts.scored(scored.rows.num_rows)
        answer = write_answer(scored, asked.wanted, self._scoring.scorer, asked.lenient)
        return answer, b"" if asked.wanted == "json" else short_notes(scored.notes)


def read_body(asked: Asked, body: bytes, typing: Typing, faults: Faults, limits: Limits) -> Sent:
    """Read the customers of a body in the format that was sent. Raises what its reader raises."""
    if asked.sent == "csv":
        headers = Headers(asked.header, typing.is_header, typing.layout, typing.escape)
        return read_csv(body, headers, faults, limits)
    if asked.sent == "parquet":
        return read_parquet(body, typing.headers, limits)
    read = read_json if asked.sent == "json" else read_json_lines
    return read(body, faults, limits)
