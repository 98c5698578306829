"""What a request asks for: the formats in its headers, the parameters in its address.

On SageMaker no query string reaches the container: the same parameters, written the same way,
travel in the custom attributes of the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

from unchurn.errors import listing
from unchurn.serve.refusals import RefusalError

Format = Literal["csv", "json", "jsonlines", "parquet"]
MOST_REASONS = 1_000
"""Customers of one request that are given reasons: exact TreeSHAP costs about 1 ms each."""
READ: dict[str, Format] = {
    "text/csv": "csv",
    "application/csv": "csv",
    "application/json": "json",
    "application/jsonlines": "jsonlines",
    "application/x-ndjson": "jsonlines",
    "application/x-parquet": "parquet",
    "application/vnd.apache.parquet": "parquet",
}
"""Media types of bodies."""
WRITTEN = {name: kind for name, kind in READ.items() if kind != "parquet"}
"""Media types of answers."""
_MOST_PARTS = 20
_NAMES = ("errors", "header", "reasons")
_CHOICES = {"errors": ("fail", "row"), "header": ("auto", "yes", "no")}
_RFC_4180 = {"present": True, "absent": False}


@dataclass(frozen=True)
class Asked:
    """A request, read. `reasons`: "" (as the server does), none, policy, all, or how many."""

    sent: Format = "json"
    wanted: Format = "json"
    media_type: str = "application/json"
    reasons: str = ""
    lenient: bool = False
    header: bool | None = None


def read_asked(content_type: str, accept: str, parameters: str) -> Asked:
    """Read headers and parameters. Raises `RefusalError`: 415, 406 or 400 with the choices."""
    kind, *details = [part.strip().lower() for part in content_type.split(";")]
    if kind not in READ:
        shown = f"{kind!r} cannot be read" if kind else "The body has no Content-Type"
        raise RefusalError(415, f"{shown}.", f"Send one of {', '.join(READ)}.")
    given = _parameters(parameters)
    header = {"auto": None, "yes": True, "no": False}[given.get("header", "auto")]
    for detail in details:
        if detail.startswith("header=") and header is None:
            header = _RFC_4180.get(detail.removeprefix("header=").strip('"'))
        if detail.startswith("charset=") and detail[8:].strip('"') not in (
            "utf-8",
            "utf8",
            "us-ascii",
        ):
            raise RefusalError(415, f"The body is sent as {detail}.", "Send UTF-8.")
    media_type = _accepted(accept, kind)
    return Asked(
        READ[kind],
        WRITTEN[media_type],
        media_type,
        given.get("reasons", ""),
        given.get("errors") == "row",
        header,
    )


def _parameters(text: str) -> dict[str, str]:
    if text.count("&") > _MOST_PARTS:
        raise RefusalError(400, "There are too many parameters.", f"There are {listing(_NAMES)}.")
    given = dict(parse_qsl(text, keep_blank_values=True, separator="&"))
    for name, value in given.items():
        if name not in _NAMES:
            raise RefusalError(
                400, f"There is no parameter {name!r}.", f"There are {listing(_NAMES)}."
            )
        if name in _CHOICES and value not in _CHOICES[name]:
            raise RefusalError(
                400, f"{name} is {value!r}.", f"Choose one of {listing(_CHOICES[name])}."
            )
    reasons = given.get("reasons", "none")
    number = reasons.isascii() and reasons.isdigit() and len(reasons) < 9
    if reasons not in ("none", "policy", "all") and not (
        number and 0 < int(reasons) <= MOST_REASONS
    ):
        raise RefusalError(
            400,
            f"reasons is {reasons!r}.",
            f"Choose none, policy, all, or for how many: 1 to {MOST_REASONS}.",
        )
    return given


def _accepted(accept: str, sent: str) -> str:
    own = sent if sent in WRITTEN else "application/json"
    offers = sorted(_offers(accept or "*/*"), key=lambda offer: -offer[1])
    for kind, weight in offers:
        if weight <= 0:
            continue
        if kind in WRITTEN:
            return kind
        if kind == "*/*" or kind == f"{own.partition('/')[0]}/*":
            return own
        if kind in ("text/*", "application/*"):
            return "text/csv" if kind == "text/*" else "application/json"
    raise RefusalError(406, f"{accept!r} is not offered.", f"Accept one of {', '.join(WRITTEN)}.")


def _offers(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.lower().split(","):
        kind, *details = (each.strip() for each in part.split(";"))
        weights = [each[2:] for each in details if each.startswith("q=")]
        try:
            found.append((kind, float(weights[0]) if weights else 1.0))
        except ValueError:
            found.append((kind, 0.0))
    return found
