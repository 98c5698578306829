"""DataProcessing of a transform: what of each record is sent, joined to its answer, and kept."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.sagemaker.jobs import JobFailedError

_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[([^\]]+)\]")
_CSV, _LINES = "text/csv", "application/jsonlines"
_JSON = {"application/json", _LINES}
JOINED = "SageMakerOutput"
"""Name under which an answer stands in its record, where records are objects."""


@dataclass(frozen=True)
class Processing:
    """What a transform asks for; `kinds` are the content types of records and answers."""

    sent: str
    joined: bool
    kept: str
    kinds: tuple[str, str]

    @property
    def idle(self) -> bool:
        """Tell whether records and answers stay as they are."""
        return (self.sent, self.joined, self.kept) == ("$", False, "$")


def asked(request: Mapping[str, Any]) -> Processing:
    """Return what a transform job asks for. Raises `JobFailedError` for what is not rehearsed."""
    told = request.get("DataProcessing", {})
    source, output = request["TransformInput"], request["TransformOutput"]
    kind = source.get("ContentType", "").partition(";")[0].strip().lower()
    answer = output.get("Accept", kind).partition(";")[0].strip().lower()
    found = Processing(
        told.get("InputFilter", "$"),
        told.get("JoinSource", "None") == "Input",
        told.get("OutputFilter", "$"),
        (kind, answer),
    )
    lines = source.get("SplitType", "None") == "Line"
    if not found.idle and not (lines and {kind, answer} <= {_CSV, *_JSON}):
        raise JobFailedError(
            "ClientError: DataProcessing needs SplitType Line, and CSV or JSON lines on both sides; "
            f"they are {kind!r} and {answer!r}."
        )
    return found


def before(processing: Processing, record: bytes) -> bytes:
    """Return what is sent of a record, a line without its end, as a line."""
    if processing.sent == "$":
        return record + b"\n"
    kept = _chosen(_read(record, processing.kinds[0]), processing.sent)
    return _written(kept, processing.kinds[0])


def after(processing: Processing, record: bytes, answer: bytes) -> bytes:
    """Return what is kept of a record's answer, joined to the record where that is asked for."""
    if processing.kept == "$" and not processing.joined:
        return answer + b"\n"
    told = _read(answer, processing.kinds[1])
    if processing.joined:
        told = _together(_read(record, processing.kinds[0]), told)
    # What is joined is written as the record was.
    kind = processing.kinds[0] if processing.joined else processing.kinds[1]
    return _written(_chosen(told, processing.kept), kind)


def _together(record: Any, answer: Any) -> Any:
    if isinstance(record, dict):
        return {**record, JOINED: answer}
    return [*record, *(answer if isinstance(answer, list) else [answer])]


def _read(record: bytes, kind: str) -> Any:
    text = record.decode("utf-8").rstrip("\r\n")
    if kind in _JSON:
        return json.loads(text)
    return next(csv.reader([text]), [])


def _written(value: Any, kind: str) -> bytes:
    if kind in _JSON:
        return json.dumps(value, ensure_ascii=False).encode() + b"\n"
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerow(value if isinstance(value, list) else [value])
    return target.getvalue().encode()


def _chosen(value: Any, path: str) -> Any:
    """Return what a JSONPath of the service's kind names: members, places, and ranges of them."""
    steps = list(_STEP.finditer(path, 1))
    if not path.startswith("$") or "".join(step[0] for step in steps) != path[1:]:
        raise JobFailedError(f"ClientError: {path!r} is no JSONPath that the rehearsal knows.")
    for step in steps:
        value = _member(value, step[1]) if step[1] else _at(value, step[2].strip(), path)
    return value


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, dict) or name not in value:
        raise JobFailedError(f"ClientError: a record has no member {name!r}.")
    return value[name]


def _at(value: Any, words: str, path: str) -> Any:
    named = [word.strip() for word in words.split(",")]
    if all(word[:1] in {"'", '"'} for word in named):
        names = [word.strip("'\"") for word in named]
        found = {name: _member(value, name) for name in names}
        return found if len(names) > 1 else found[names[0]]
    if not isinstance(value, list):
        raise JobFailedError(f"ClientError: {path} asks for places in what is no list.")
    try:
        return _places(value, named)
    except (ValueError, IndexError) as error:
        raise JobFailedError(f"ClientError: {path} names no place of {len(value)}.") from error


def _places(value: Sequence[Any], named: Sequence[str]) -> Any:
    if len(named) == 1 and ":" not in named[0] and named[0] != "*":
        return value[int(named[0])]
    kept: list[Any] = []
    for word in named:
        if word == "*":
            kept += value
        elif ":" in word:
            first, _, last = word.partition(":")
            kept += value[int(first) if first else None : int(last) if last else None]
        else:
            kept.append(value[int(word)])
    return kept
