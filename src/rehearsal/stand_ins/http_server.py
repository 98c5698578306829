"""The server of a stand-in: /ping, /execution-parameters and /invocations, as SageMaker asks them."""

from __future__ import annotations

import hmac
import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What is answered: `status` 200 and a body, or a refusal in words."""

    body: bytes
    content_type: str = "text/plain"
    status: int = 200


Answering = Callable[[bytes, str, str], Answer]
"""Body, Content-Type and Accept of a request → the answer."""

_LIMITS = {"MaxConcurrentTransforms": 1, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": 6}


def make_server(answering: Answering) -> ThreadingHTTPServer:
    """Return the server, which listens where the environment says, and answers who has its token."""
    host = os.environ.get("REHEARSAL_HOST", "127.0.0.1")
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))
    return ThreadingHTTPServer((host, port), _handler(answering))


def serve(answering: Answering) -> None:
    """Answer requests until the process is ended."""
    make_server(answering).serve_forever()


def _handler(answering: Answering) -> type[BaseHTTPRequestHandler]:
    token = os.environ.get("REHEARSAL_TOKEN", "")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing of each request."""

        def do_GET(self) -> None:
            known = {"/ping": b"\n", "/execution-parameters": json.dumps(_LIMITS).encode()}
            found = known.get(self.path)
            self._reply(Answer(b"", status=404) if found is None else Answer(found))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = self.headers.get("Authorization", "")
            if token and not hmac.compare_digest(given, f"Bearer {token}"):
                self._reply(Answer(b"Not with this token.", status=403))
                return
            kind, accept = self.headers.get("Content-Type", ""), self.headers.get("Accept", "")
            try:
                answer = answering(body, kind, accept)
            except Exception:  # a server outlives whatever one request did to it
                told = traceback.format_exc()
                sys.stderr.write(told)
                answer = Answer(told.strip().splitlines()[-1].encode(), status=500)
            self._reply(answer)

        def _reply(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    return Handler
