"""The floor: uvicorn, httptools and uvloop with an app that reads the body and says a constant.

python empty.py PORT
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

ANSWER = b'{"predictions":[{"probability":0.25}],"model_version":1}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]


async def constant(scope: Any, receive: Any, send: Any) -> None:
    """Answer every request alike."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})


if __name__ == "__main__":
    uvicorn.run(
        constant,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
