"""What a change of the endpoint's parameters means for the fleet that serves.

A new fleet is started when the endpoint's configuration changes, and then only: SageMaker refuses
to update an endpoint to the configuration that it has. What says how a fleet takes over is therefore
left as it stands until there is one.
"""

from __future__ import annotations

from collections.abc import Mapping

from unchurn.errors import ConfigError

HOW = ("CanaryPercent", "BakeSeconds", "Guarded", "KeepsInstanceCount")
"""Parameters that are read only when a new fleet takes over."""
_SHARED = ("ModelName", "Serverless", "CapturePercent", "Bucket")
_OF_INSTANCES = ("InstanceType", "InstanceCount", "KmsKey")
_OF_SERVERLESS = ("ServerlessMemoryMb", "ServerlessConcurrency")

Values = Mapping[str, str]


def takeover(wanted: Values, standing: Values, guarded: bool) -> dict[str, str]:
    """Return the parameters of `HOW`.

    `wanted`: every other parameter, and CanaryPercent and BakeSeconds as they are set. `standing`:
    the parameters of the stack as it stands; empty where there is none, and then there are no
    alarms yet that could guard. `guarded`: whether the alarms are to judge the new fleet.
    """
    if standing and not new_fleet(wanted, standing):
        return {name: standing[name] for name in HOW if name in standing}
    scaled = all(each.get("MaxInstanceCount", "0") != "0" for each in (wanted, standing))
    return {
        "CanaryPercent": wanted["CanaryPercent"],
        "BakeSeconds": wanted["BakeSeconds"],
        "Guarded": "true" if standing and guarded else "false",
        "KeepsInstanceCount": "true" if scaled else "false",
    }


def check_change(wanted: Values, standing: Values) -> None:
    """Raise `ConfigError` for what SageMaker does not do to an endpoint that stands."""
    if not standing:
        return
    if (standing["Serverless"], wanted["Serverless"]) == ("false", "true"):
        raise ConfigError(
            "The endpoint runs on instances, and SageMaker never makes such a one serverless.",
            "Delete it (unchurn aws endpoint delete), then deploy it again; or set [endpoint] "
            "serverless = false.",
        )
    if standing["MaxInstanceCount"] != "0" and wanted["InstanceType"] != standing["InstanceType"]:
        raise ConfigError(
            f"The endpoint is scaled between instances of the type {standing['InstanceType']}, "
            f"which SageMaker then does not change to {wanted['InstanceType']}.",
            "Set [endpoint] max_instances = 0 and deploy the endpoint; then change the type.",
        )


def new_fleet(wanted: Values, standing: Values) -> bool:
    """Tell whether an endpoint that stands gets a new fleet for what is wanted of it."""
    own = _OF_SERVERLESS if wanted["Serverless"] == "true" else _OF_INSTANCES
    return any(wanted[name] != standing.get(name, "") for name in (*_SHARED, *own))
