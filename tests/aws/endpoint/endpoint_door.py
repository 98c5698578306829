"""An image that only serves, with nothing to import: it answers as its model.json says.

{"status": 200} is the status of every answer, {"healthy": false} never answers /ping, and
{"seconds": 0.2} is how long each answer takes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ML = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
MODEL: dict[str, Any] = json.loads((ML / "model/model.json").read_text())


class Answers(BaseHTTPRequestHandler):
    """Tells what was sent, and which model answered."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._reply(200 if MODEL.get("healthy", True) else 500, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(MODEL.get("seconds", 0))
        status = 422 if b"bad" in body else MODEL.get("status", 200)
        if status != 200:
            self._reply(status, {"error": "row 7 has no id", "hint": "Give it one."})
            return
        sent = {name: self.headers.get(name) for name in ("Content-Type", "Accept")}
        asked = self.headers.get("X-Amzn-SageMaker-Custom-Attributes")
        self._reply(
            200,
            {
                "model": MODEL.get("name", ""),
                "asked": asked,
                **sent,
                "body": body.decode(errors="replace"),
            },
        )

    def _reply(self, status: int, plain: dict[str, Any]) -> None:
        body = json.dumps(plain).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    if not MODEL.get("starts", True):
        sys.exit("the bundle is damaged")
    port = int(os.environ["SAGEMAKER_BIND_TO_PORT"])
    ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()
