"""Bodies of requests and answers as a framework's container reads and writes them by itself."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

CSV, JSON, NPY = "text/csv", "application/json", "application/x-npy"


def as_told(body: bytes, content_type: str) -> str | bytes:
    """Return a body as the user's input_fn gets it: CSV and JSON as text."""
    return body.decode("utf-8") if content_type in {CSV, JSON} else body


def read(body: str | bytes, content_type: str) -> Any:
    """Return a body as an array. Raises `ValueError` for a content type that nothing is known of."""
    if content_type == JSON:
        return np.array(json.loads(body))
    if content_type == CSV:
        text = body if isinstance(body, str) else body.decode("utf-8")
        return np.genfromtxt(io.StringIO(text), dtype=np.float32, delimiter=",", ndmin=2)
    if content_type == NPY:
        return np.load(
            io.BytesIO(body if isinstance(body, bytes) else body.encode()), allow_pickle=False
        )
    raise ValueError(f"Content type {content_type} is not supported by this framework.")


def written(prediction: Any, accept: str) -> bytes:
    """Return a prediction as `accept` asks for it. Raises `ValueError` where that is not known."""
    array = np.asarray(prediction)
    if accept == JSON:
        return json.dumps(array.tolist()).encode()
    if accept == CSV:
        rows = array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)
        return "".join(",".join(str(each) for each in row) + "\n" for row in rows.tolist()).encode()
    if accept == NPY:
        target = io.BytesIO()
        np.save(target, array, allow_pickle=False)
        return target.getvalue()
    raise ValueError(f"Accept type {accept} is not supported by this framework.")
