"""The ledger of campaigns, for jobs that are off the network: opened before each, entered after it."""

from __future__ import annotations

from typing import Any

from campaign_run import enter, look_for, open_for
from invocation import BadInput, logged, text


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Do what the event's `ask` is of the ledger, for the run of its `run_id`.

    ``open``: {"asked"}, false where churn.toml asks for no campaign; ``look``: {"folder"} of the campaign
    whose outcomes landed as `key`, "" where that is none; ``enter``: {"came_to", "words"}, as `enter` says, and {"entered"}. Raises `BadInput`,
    `NotThere`, `Damaged`, `EventLost` or `LedgerDamaged`.
    """
    with logged(context) as facts:
        run, ask = text(event, "run_id"), text(event, "ask")
        made: dict[str, Any]
        if ask == "open":
            made = open_for(run)
        elif ask == "look":
            made = look_for(run, text(event, "key"))
        elif ask == "enter":
            made = enter(run, event.get("folder") or run)
            # An execution that began before the machine asked for "came_to" goes by this alone.
            made["entered"] = made["came_to"] == "entered"
        else:
            raise BadInput(f"ask is {ask!r}; it must be open, look or enter.")
        facts.update(run_id=run, ask=ask, **made)
        return made
