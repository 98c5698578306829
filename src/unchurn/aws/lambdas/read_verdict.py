"""What the gate decided, for the state that chooses by it."""

from __future__ import annotations

import os
from typing import Any

from invocation import Damaged, logged, read_json, text

VERDICTS = ("passed", "refused", "cannot tell")
SATISFIED = ("passed", "does not apply")


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"verdict", "words", "reasons"}: the reasons are the words of each rule not passed.

    The event holds `run_id`. Raises `BadInput`, `NotThere` or `Damaged`.
    """
    with logged(context) as facts:
        facts["run_id"] = run = text(event, "run_id")
        found = read_json(os.environ["BUCKET"], f"runs/{run}/verdict/verdict.json")
        try:
            rules = [rule["words"] for rule in found["rules"] if rule["verdict"] not in SATISFIED]
            answer = {"verdict": found["verdict"], "words": found["words"], "reasons": rules}
        except (KeyError, TypeError) as error:
            raise Damaged(f"The verdict of run {run!r} lacks {error}.") from error
        if answer["verdict"] not in VERDICTS:
            raise Damaged(f"The verdict of run {run!r} is {answer['verdict']!r}.")
        facts["verdict"] = answer["verdict"]
        return answer
