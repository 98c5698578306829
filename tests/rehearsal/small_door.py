"""A small image for the rehearsal's tests: every kind of job, with nothing to import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ML = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def step(words: list[str]) -> int:
    """Do to the inputs what the first word says."""
    inputs, outputs = ML / "processing/input", ML / "processing/output"
    if words[0] == "copy":
        for file in sorted(path for path in inputs.rglob("*") if path.is_file()):
            (outputs / "copied" / file.name).write_bytes(file.read_bytes())
    if words[0] == "environment":
        (outputs / "copied" / "environment.json").write_text(json.dumps(dict(os.environ)))
    if words[0] == "fail":
        (ML / "output").mkdir(parents=True, exist_ok=True)
        (ML / "output/failure").write_text("the table has no rows")
        (ML / "output/message").write_text("m" * 2000)
        return 3
    if words[0] == "sleep":
        subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({words[1]})"])
        time.sleep(float(words[1]))
    return 0


def train() -> int:
    """Print how far eta is from 0.1 as the loss; keep the hyperparameters as the model."""
    told = json.loads((ML / "input/config/hyperparameters.json").read_text())
    if told.get("fails") == "yes":
        sys.stdout.write("no model today\n")
        return 1
    channel = next((ML / "input/data/prepared").iterdir()).read_text()
    (ML / "model/model.json").write_text(json.dumps(told | {"data": channel}))
    (ML / "output/data/params.json").write_text(json.dumps(told))
    loss = abs(float(told["eta"]) - 0.1) if "eta" in told else 0.5
    sys.stdout.write(f"loss=9.0\nloss={loss!r}\n")
    return 0


class Answers(BaseHTTPRequestHandler):
    """Adds the length of the payload to each line; answers 400 to a line that says so.

    A model whose "serves" is "errors" answers 500 to everything, "slowly" takes a while, "silence"
    never answers, and "nothing" does not pass the ping.
    """

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._reply(500 if _model().get("serves") == "nothing" else 200, b"")

    def do_POST(self) -> None:
        payload = self.rfile.read(int(self.headers["Content-Length"]))
        if b"bad" in payload:
            self._reply(400, b"row 7 has no id")
            return
        model = _model()
        serves = model.get("serves")
        time.sleep({"slowly": 0.9, "silence": 600.0}.get(serves, 0.0))
        if serves == "errors":
            self._reply(500, b"out of order")
            return
        if self.headers["Content-Type"] == "application/octet-stream":
            self._reply(200, payload[::-1])
            return
        rows = [json.loads(line) for line in payload.splitlines()]
        told = {"payload": len(rows), "tuned": model.get("eta")}
        told |= {"batch": os.environ.get("SAGEMAKER_BATCH"), "word": os.environ.get("WORD")}
        lines = [json.dumps(row | told) for row in rows]
        self._reply(200, "\n".join(lines).encode())

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        custom = self.headers["X-Amzn-SageMaker-Custom-Attributes"]
        self.send_header("Content-Type", self.headers["Accept"] or "application/jsonlines")
        if custom:
            self.send_header("X-Amzn-SageMaker-Custom-Attributes", f"got {custom}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _model() -> dict[str, Any]:
    model: dict[str, Any] = json.loads((ML / "model/model.json").read_text())
    return model


def serve() -> int:
    """Serve the model that was trained."""
    port = int(os.environ["SAGEMAKER_BIND_TO_PORT"])
    ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()
    return 0


if __name__ == "__main__":
    mode, *rest = sys.argv[1:]
    sys.exit({"step": lambda: step(rest), "train": train, "serve": serve}[mode]())
