"""EventBridge: rules and what they set off."""

from __future__ import annotations

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, document
from rehearsal.cloud import Cloud
from rehearsal.events import objection_of_rule, service_of


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    rule_arn = _put(cloud, name, properties)
    return Made(name, {"Arn": rule_arn})


def _put(cloud: Cloud, name: str, properties: Properties) -> str:
    _check(cloud, properties)  # what stood for a resource to be made has an address by now
    events = cloud.clients.client("events")
    given: Properties = {
        key: properties[key]
        for key in ("Description", "EventBusName", "RoleArn", "ScheduleExpression", "State", "Tags")
        if key in properties
    }
    if "EventPattern" in properties:
        given["EventPattern"] = document(properties["EventPattern"])
    made = events.put_rule(Name=name, **given)
    if properties.get("Targets"):
        events.put_targets(Rule=name, Targets=properties["Targets"], **_bus(properties))
    return str(made["RuleArn"])


def _bus(properties: Properties) -> Properties:
    """Return the bus that a rule is on, where that is not the default one."""
    return {key: properties[key] for key in ("EventBusName",) if key in properties}


def _check(_: Cloud, properties: Properties) -> None:
    """Refuse, before anything is made, a target whose address is none, or that nothing is brought to."""
    for target in properties.get("Targets", []):
        address = target["Arn"]
        if not str(address).startswith("arn:"):
            if unknown(address):
                continue
            raise RefusedError(
                f"Parameter {address} is not valid. Reason: Provided Arn is not in correct format."
            )
        if not unknown(service_of(address)) and (why := objection_of_rule(str(address))):
            raise RefusedError(why)


def _update(cloud: Cloud, name: str, old: Properties, new: Properties) -> None:
    kept = {target["Id"] for target in new.get("Targets", [])}
    gone = [target["Id"] for target in old.get("Targets", []) if target["Id"] not in kept]
    if gone:
        cloud.clients.client("events").remove_targets(Rule=name, Ids=gone, **_bus(old))
    _put(cloud, name, new)


def _delete(cloud: Cloud, name: str, properties: Properties) -> None:
    events = cloud.clients.client("events")
    targets = [target["Id"] for target in properties.get("Targets", [])]
    if targets:
        events.remove_targets(Rule=name, Ids=targets, **_bus(properties))
    events.delete_rule(Name=name, **_bus(properties))


TYPES = [
    ResourceType(
        "AWS::Events::Rule",
        _create,
        _delete,
        _update,
        named_by="Name",
        attributes=frozenset({"Arn"}),
        properties=frozenset(
            {
                "Description",
                "EventBusName",
                "EventPattern",
                "Name",
                "RoleArn",
                "ScheduleExpression",
                "State",
                "Tags",
                "Targets",
            }
        ),
        replaced_by=frozenset({"EventBusName"}),
        check=_check,
    )
]
