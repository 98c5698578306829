"""Ends of the scale: an endpoint that answers nothing, and unchurn's with a bundle of choice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from unchurn.artefacts import ScoringRun
from unchurn.serve.listening import listen, open_socket
from unchurn.serve.worker import Orders
from unchurn.serve.workers import serve_with


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    opened = open_socket("127.0.0.1", int(sys.argv[1]))
    if len(sys.argv) == 2:
        listen(nothing, opened)  # type: ignore[arg-type]
    else:
        serve_with(Orders(Path(sys.argv[2]), ScoringRun("", 1, "race"), {}), opened, 1)
