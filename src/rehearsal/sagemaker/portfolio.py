"""Whether SageMaker's projects are on: custom resources switch them on, and nothing here has any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rehearsal.patches import Patch, added

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def patches(cloud: Cloud) -> list[Patch]:
    """Return the operations of the portfolio of Service Catalog, which moto does not have."""
    from moto.core.responses import ActionResult
    from moto.sagemaker.responses import SageMakerResponse

    kept = {"Status": "Disabled"}

    def become(status: str) -> Any:
        def answer(_: Any) -> Any:
            kept["Status"] = status
            cloud.journal.remark("SageMaker's projects: kept as switched on or off; there are none")
            return ActionResult({})

        return answer

    def told(_: Any) -> Any:
        return ActionResult(dict(kept))

    def named(verb: str, status: str = "") -> str:
        return f"{verb}_sagemaker_servicecatalog_portfolio{status}"

    return [
        added(SageMakerResponse, named("enable"), become("Enabled")),
        added(SageMakerResponse, named("disable"), become("Disabled")),
        added(SageMakerResponse, named("get", "_status"), told),
    ]
