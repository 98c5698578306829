"""The ledger of campaigns, for a job that is off the network: opened before it, entered after it."""

from __future__ import annotations

from typing import Any

from campaign_run import enter, open_for
from invocation import BadInput, logged, text


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Do what the event's `ask` is of the ledger, for the campaign of its `run_id`.

    ``open``: {"asked"}, false where churn.toml asks for no campaign; ``enter``: {"came_to", "words"},
    as `enter` says. Raises `BadInput`, `NotThere`, `Damaged`,
    `EventLost` or `LedgerDamaged`.
    """
    with logged(context) as facts:
        run, ask = text(event, "run_id"), text(event, "ask")
        if ask not in ("open", "enter"):
            raise BadInput(f"ask is {ask!r}; it must be open or enter.")
        made: dict[str, Any] = open_for(run) if ask == "open" else enter(run)
        facts.update(run_id=run, ask=ask, **made)
        return made
