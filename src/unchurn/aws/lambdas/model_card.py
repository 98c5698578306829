"""The model card of a version, beside what its run made."""

from __future__ import annotations

import json
import os
from typing import Any

from invocation import client


def write_card(run: str, card: dict[str, Any] | None, version: int) -> str:
    """Put the model card into the run's folder; return where, or why not.

    The model is registered by now: a card that cannot be written fails no run.
    """
    if not card:
        return "none was offered"
    card["model_overview"]["model_version"] = version
    key, s3 = f"runs/{run}/version/model_card.json", client("s3")
    body = json.dumps(card, indent=2, sort_keys=True).encode()
    try:
        s3.put_object(Bucket=os.environ["BUCKET"], Key=key, Body=body)
    except s3.exceptions.ClientError as error:
        return f"not written: {error}"
    return key
