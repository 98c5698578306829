"""SageMaker's projects, as custom resources switch them on: a portfolio, and who may use it.

There is nothing in that portfolio: a project cannot be provisioned here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rehearsal.patches import Patch, added

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

PORTFOLIO = "port-sagemakerproj"
_OWNER = "Amazon SageMaker"


@dataclass
class Portfolio:
    """Whether projects are on, and the principals that may use them, each with its type."""

    cloud: Cloud
    status: str = "Disabled"
    principals: dict[str, str] = field(default_factory=dict)

    def enable(self, _: Any) -> dict[str, Any]:
        """Switch projects on."""
        self.cloud.journal.remark("SageMaker's projects: switched on, and empty; none is made here")
        self.status = "Enabled"
        return {}

    def disable(self, _: Any) -> dict[str, Any]:
        """Switch projects off."""
        self.status = "Disabled"
        return {}

    def told(self, _: Any) -> dict[str, Any]:
        """Tell whether they are on."""
        return {"Status": self.status}

    def shares(self, _: Any) -> dict[str, Any]:
        """List the portfolio that is shared with an account once they are on."""
        share = {"Id": PORTFOLIO, "ProviderName": _OWNER, "DisplayName": f"{_OWNER} Solutions"}
        return {"PortfolioDetails": [share] if self.status == "Enabled" else []}

    def associate(self, response: Any) -> dict[str, Any]:
        """Let a principal use the portfolio."""
        self._look_for(response)
        asked = json.loads(response.body)
        self.principals[str(asked["PrincipalARN"])] = str(asked["PrincipalType"])
        return {}

    def disassociate(self, response: Any) -> dict[str, Any]:
        """Let a principal use it no more."""
        self._look_for(response)
        self.principals.pop(str(json.loads(response.body)["PrincipalARN"]), None)
        return {}

    def _look_for(self, response: Any) -> None:
        from moto.servicecatalog.exceptions import ResourceNotFoundException

        asked = str(json.loads(response.body)["PortfolioId"])
        if asked != PORTFOLIO or self.status != "Enabled":
            raise ResourceNotFoundException(f"Portfolio {asked} not found.")


def patches(cloud: Cloud) -> list[Patch]:
    """Return the operations of the portfolio, which moto does not have."""
    from moto.core.responses import ActionResult
    from moto.sagemaker.responses import SageMakerResponse
    from moto.servicecatalog.responses import ServiceCatalogResponse

    def answered(operation: Any) -> Any:
        return lambda response: ActionResult(operation(response))

    kept, of = Portfolio(cloud), "sagemaker_servicecatalog_portfolio"
    operations = [
        (SageMakerResponse, f"enable_{of}", kept.enable),
        (SageMakerResponse, f"disable_{of}", kept.disable),
        (SageMakerResponse, f"get_{of}_status", kept.told),
        (ServiceCatalogResponse, "list_accepted_portfolio_shares", kept.shares),
        (ServiceCatalogResponse, "associate_principal_with_portfolio", kept.associate),
        (ServiceCatalogResponse, "disassociate_principal_from_portfolio", kept.disassociate),
    ]
    return [added(owner, name, answered(operation)) for owner, name, operation in operations]
