"""What is measured: a call in this process, or a server asked over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from load import answers, as_request, drive
from payloads import Month, Payloads
from processes import cpu_seconds
from servers import Running

from unchurn.artefacts import ScoringRun
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer_answers import QuickAnswers

_CHECKED = 200
"""Single rows whose answers are compared; of bodies of 1,000 rows it is every one."""
_CLOSE = 1e-6


@dataclass(frozen=True)
class Call:
    """A call in this process, told its number. `rows` of one: 1 or 1,000."""

    name: str
    rows: int
    work: Callable[[int], object]

    def spend(self, count: int) -> float:
        """Call `count` times; return the CPU seconds that took."""
        began = time.process_time()
        for number in range(count):
            self.work(number)
        return time.process_time() - began


@dataclass(frozen=True)
class Served:
    """A server that is sent payloads. `rows` of one: 1 or 1,000."""

    name: str
    rows: int
    server: Running
    path: str
    payloads: Payloads

    def spend(self, count: int) -> float:
        """Ask `count` times; return the CPU seconds of the server's processes."""
        began = cpu_seconds(self.server.pid)
        drive(self.server.port, self._requests(), count)
        return cpu_seconds(self.server.pid) - began

    def check(self, expected: npt.NDArray[np.float64]) -> None:
        """Raise RuntimeError unless the answers are the `expected` probabilities."""
        found = [p for answer in self.answered() for p in self.payloads.read(answer)]
        off = np.abs(np.array(found) - expected[: len(found)]).max()
        if len(found) < _CHECKED or not off <= _CLOSE:
            raise RuntimeError(f"{self.name}: {len(found)} answers are off by {off}")

    def answered(self) -> list[bytes]:
        """Ask once for each of the first payloads."""
        return answers(self.server.port, self._requests()[:_CHECKED])

    def _requests(self) -> list[bytes]:
        kind = self.payloads.kind
        return [as_request(self.path, kind, body) for body in self.payloads.bodies]


class Bare:
    """unchurn without HTTP: bytes to bytes by the code that the server runs."""

    def __init__(self, bundle: Path, run: ScoringRun) -> None:
        self.scoring = Scoring.of(bundle, run)
        self._quick, self._long = QuickAnswers(self.scoring), LongAnswers(self.scoring)

    def answer(self, payloads: Payloads, number: int) -> bytes:
        """Answer the payload of this number."""
        body, asked = payloads.bodies[number % len(payloads.bodies)], payloads.asked
        return (self._quick.answer(asked, body) or self._long.answer(asked, body))[0]

    def probabilities(self, month: Month) -> npt.NDArray[np.float64]:
        """What every contestant with this model must say of the month."""
        live = self.scoring.scorer.live
        return live.probability(live.margin(month.matrix))

    def check(self, served: Served) -> None:
        """Raise RuntimeError unless the server says what this says, to the byte."""
        for number, answer in enumerate(served.answered()):
            if answer != self.answer(served.payloads, number):
                raise RuntimeError(f"{served.name} differs at {number}: {answer[:300]!r}")
