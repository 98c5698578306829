"""A worker process: reads its orders from stdin, loads the model, answers on the socket it got.

``python -m unchurn.serve.worker``; started by `workers`, and ended when that is gone.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from dataclasses import asdict, dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any, Self

from unchurn.artefacts import ScoringRun
from unchurn.errors import ArtefactError, UnchurnError
from unchurn.serve.limits import LIVE, Limits


class _LeftOut(MetaPathFinder):
    """XGBoost and Arrow import these where they are installed: seconds and 100 MB for nothing."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> None:
        """Say that they are not."""
        if name in ("pandas", "sklearn"):
            raise ModuleNotFoundError(f"A server does without {name}.", name=name)


@dataclass(frozen=True)
class Orders:
    """What to serve. `settings` as in `Scoring.load`; `token` is "" for none, `hosts` empty for any.

    `identity`: the bundle's registered hash; "" where none is known.
    """

    bundle: Path
    run: ScoringRun
    settings: dict[str, Any]
    limits: Limits = LIVE
    token: str = ""
    hosts: tuple[str, ...] = ()
    identity: str = ""

    def dump(self) -> bytes:
        """Write the orders; `load` reads them back."""
        return json.dumps({**asdict(self), "bundle": str(self.bundle)}).encode()

    @classmethod
    def load(cls, text: bytes) -> Self:
        """Read what `dump` wrote."""
        plain = json.loads(text)
        plain |= {
            "bundle": Path(plain["bundle"]),
            "run": ScoringRun(**plain["run"]),
            "limits": Limits(**plain["limits"]),
            "hosts": tuple(plain["hosts"]),
        }
        return cls(**plain)


def serve(orders: Orders, opened: socket.socket, shared: tuple[int, int, int] = (-1, 0, 1)) -> None:
    """Load a bundle that was checked before, and answer until SIGTERM; `shared` as in `Counts`.

    Raises `ArtefactError` where it is no longer the registered one: workers are started again
    long after the first.
    """
    sys.meta_path.insert(0, _LeftOut())
    from unchurn.serve.app import Answering
    from unchurn.serve.hosts import Hosts
    from unchurn.serve.listening import listen
    from unchurn.serve.metrics import Counts
    from unchurn.serve.scoring import Scoring

    scoring = Scoring.of(orders.bundle, orders.run, orders.settings)
    if orders.identity not in ("", scoring.identity):
        raise ArtefactError(
            f"{orders.bundle} is not what was registered as version {orders.run.model_version} "
            f"(sha256 {scoring.identity[:12]}…, registered {orders.identity[:12]}…).",
            "Restore it from a backup, or promote another version.",
        )
    hosts = Hosts(frozenset(orders.hosts))
    listen(Answering(scoring, orders.limits, orders.token, hosts, Counts(*shared)), opened)


def main(arguments: list[str]) -> int:
    """Serve on the file descriptor named first; end when the pipe named second closes.

    The others say where this process counts: a file that all share, its place, how many there are.
    """
    fd, life, counts, place, processes = (int(each) for each in arguments)
    orders = Orders.load(sys.stdin.buffer.read())
    threading.Thread(target=_end_with, args=(life,), daemon=True).start()
    # Ctrl-C reaches the whole group; the process that started this one passes the end on
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        serve(orders, socket.socket(fileno=fd), (counts, place, processes))
    except UnchurnError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _end_with(life: int) -> None:
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
