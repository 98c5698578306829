"""After a deployment that failed: the champion is put back to the version the endpoint serves."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from invocation import NotThere, client, logged
from live_endpoint import live_model
from registry_items import State, Table, move_key, persist

SUBJECT = "The endpoint kept the version before"


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"version", "restored", "words"}; the words go to the topic where anything moved.

    The event is CodePipeline's, of an action that failed. Raises `NotThere` when the registry has
    no version of the model that is served, and `RegistryBusy` when trying again may help.
    """
    with logged(context) as facts:
        facts["commit"] = (event or {}).get("detail", {}).get("execution-id")
        facts["model_name"] = model = live_model(os.environ["ENDPOINT_STACK"])
        if not model:
            return {"version": None, "restored": False, "words": "No endpoint stands to follow."}
        table = Table(client("dynamodb"), os.environ["REGISTRY_TABLE"])
        answer: dict[str, Any] = persist(lambda: _restore(table, model))
        facts.update(answer)
        if answer["restored"]:
            topic, words = os.environ["TOPIC_ARN"], answer["words"]
            client("sns").publish(TopicArn=topic, Subject=SUBJECT, Message=words)
        return answer


def _restore(table: Table, model: str) -> dict[str, Any]:
    state = table.state()
    champion, last = state.aliases["champion"]
    version = _version_of(table, state, model)
    if version == champion:
        words = f"Version {version} is served and is the champion."
        return {"version": version, "restored": False, "words": words}
    reason = f"version {champion} was not deployed; the endpoint still serves version {version}"
    # A rollback undoes a move that made a champion; to undo a rollback is to promote again.
    moved = table.get(move_key(last)) or {}
    undone = moved.get("previous") == version and moved.get("action") != "rollback"
    move = {"alias": "champion", "action": "rollback" if undone else "promote", "version": version}
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    table.change(state, at, [{**move, "by": "the pipeline", "reason": reason}])
    return {"version": version, "restored": True, "words": f"V{reason[1:]}."}


def _version_of(table: Table, state: State, model: str) -> int:
    for number in range(state.versions, 0, -1):
        if (table.version(number) or {}).get("model_name") == model:
            return number
    raise NotThere(f"The endpoint serves the model {model!r}, which no version of the registry is.")
