"""What the server has done so far, for GET /metrics, in Prometheus' text format.

Every process of a server adds to a row of its own in memory that all of them share; whichever
is asked adds the rows up. A process that takes the place of a dead one goes on with its row.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left

from unchurn.artefacts import ScoringRun
from unchurn.version import VERSION

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STATUSES = ("200", "400", "401", "403", "404", "405", "406", "408", "413", "415", "421", "431", "500", "503")  # fmt: skip
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_OTHER = len(_STATUSES)
_ALONE, _MANY, _MALFORMED, _SECONDS, _BUCKETS = range(_OTHER + 1, _OTHER + 6)
_WIDTH = _BUCKETS + len(_BOUNDS) + 1
BYTES = 8 * _WIDTH
"""Of one process."""


class Counts:
    """The counters of one process, in row `place` of what all share; alone, it shares with none."""

    def __init__(self, shared: int = -1, place: int = 0, processes: int = 1) -> None:
        self._room = memoryview(mmap.mmap(shared, BYTES * processes)).cast("d")
        self._own = self._room[place * _WIDTH : (place + 1) * _WIDTH]
        self._places = {int(status): place for place, status in enumerate(_STATUSES)}

    def answered(self, status: int, seconds: float) -> None:
        """Count a request to /invocations, and how long it took."""
        self._own[self._places.get(status, _OTHER)] += 1
        self._own[_SECONDS] += seconds
        self._own[_BUCKETS + bisect_left(_BOUNDS, seconds)] += 1

    def refused(self, status: int) -> None:
        """Count a request that was refused before all of it had arrived: how long that took is the client's."""
        self._own[self._places.get(status, _OTHER)] += 1

    def scored_alone(self) -> None:
        """Count a customer that came alone."""
        self._own[_ALONE] += 1

    def scored(self, customers: int) -> None:
        """Count customers that came together. Called in another thread, it has a place of its own."""
        self._own[_MANY] += customers

    def malformed(self, requests: int) -> None:
        """Count what was not HTTP."""
        self._own[_MALFORMED] += requests

    def text(self, run: ScoringRun) -> str:
        """Write the counters of all processes."""
        every = self._room.tolist()
        total = [sum(every[place::_WIDTH]) for place in range(_WIDTH)]
        answers = zip((*_STATUSES, "other"), total, strict=False)
        *within, timed = (sum(total[_BUCKETS : n + 1]) for n in range(_BUCKETS, _WIDTH))
        buckets = zip(_BOUNDS, within, strict=True)
        model = f'version="{run.model_version or ""}",run_id="{run.model_run_id}"'
        lines = [
            *_head(
                "requests_total", "counter", "Answers of /invocations, and to what did not arrive."
            ),
            *(f'unchurn_requests_total{{status="{name}"}} {count:.0f}' for name, count in answers),
            *_head("request_seconds", "histogram", "From a request's head to its answer."),
            *(f'unchurn_request_seconds_bucket{{le="{le}"}} {count:.0f}' for le, count in buckets),
            f'unchurn_request_seconds_bucket{{le="+Inf"}} {timed:.0f}',
            f"unchurn_request_seconds_sum {total[_SECONDS]:.6f}",
            f"unchurn_request_seconds_count {timed:.0f}",
            *_head("customers_scored_total", "counter", "Customers that were scored."),
            f"unchurn_customers_scored_total {total[_ALONE] + total[_MANY]:.0f}",
            *_head("malformed_requests_total", "counter", "What came and was not HTTP."),
            f"unchurn_malformed_requests_total {total[_MALFORMED]:.0f}",
            *_head("model_info", "gauge", "Which model answers."),
            f'unchurn_model_info{{{model},unchurn="{VERSION}"}} 1',
        ]
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, words: str) -> tuple[str, str]:
    return f"# HELP unchurn_{name} {words}", f"# TYPE unchurn_{name} {kind}"
