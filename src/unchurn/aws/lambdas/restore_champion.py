"""After a deployment that failed: the champion is put back to the version the endpoint serves."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from invocation import NotThere, client, logged
from registry_items import State, Table, move_key, persist


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"version", "restored", "words"}; the words go to the topic where anything moved.

    The event is CodePipeline's, of an action that failed. Raises `NotThere` when the registry has
    no version of the model that is served, and `RegistryBusy` when trying again may help.
    """
    with logged(context) as facts:
        facts["execution"] = event.get("detail", {}).get("execution-id") if event else None
        facts["model_name"] = model = _live_model(os.environ["ENDPOINT_STACK"])
        if not model:
            return {"version": None, "restored": False, "words": "No endpoint stands to follow."}
        table = Table(client("dynamodb"), os.environ["REGISTRY_TABLE"])
        answer = persist(lambda: _restore(table, model))
        facts.update(answer)
        if answer["restored"]:
            subject = "The endpoint went back to the version before"
            topic = os.environ["TOPIC_ARN"]
            client("sns").publish(TopicArn=topic, Subject=subject, Message=answer["words"])
        return answer


def _live_model(stack: str) -> str:
    """Return the model of the endpoint's live configuration; empty where there is no endpoint."""
    try:
        found = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except client("cloudformation").exceptions.ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise
    named = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    if "EndpointName" not in named:
        return ""
    sagemaker = client("sagemaker")
    live = sagemaker.describe_endpoint(EndpointName=named["EndpointName"])["EndpointConfigName"]
    config = sagemaker.describe_endpoint_config(EndpointConfigName=live)
    return str(config["ProductionVariants"][0]["ModelName"])


def _restore(table: Table, model: str) -> dict[str, Any]:
    state = table.state()
    champion, last = state.aliases["champion"]
    version = _version_of(table, state, model)
    if version == champion:
        words = f"Version {version} is served and is the champion."
        return {"version": version, "restored": False, "words": words}
    reason = f"version {champion} was not deployed; the endpoint still serves version {version}"
    # A rollback undoes the last move; anything else would be another one.
    before = (table.get(move_key(last)) or {}).get("previous")
    action = "rollback" if before == version else "promote"
    move = {"alias": "champion", "action": action, "version": version, "by": "the pipeline"}
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    table.change(state, at, [{**move, "reason": reason}])
    return {"version": version, "restored": True, "words": f"{reason[0].upper()}{reason[1:]}."}


def _version_of(table: Table, state: State, model: str) -> int:
    for number in range(state.versions, 0, -1):
        if (table.version(number) or {}).get("model_name") == model:
            return number
    raise NotThere(f"The endpoint serves the model {model!r}, which no version of the registry is.")
