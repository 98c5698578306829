"""SageMaker's projects can be switched on and off, as custom resources do it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud


def test_projects_are_off_until_they_are_switched_on(acme: Cloud) -> None:
    sagemaker, catalog = (acme.clients.client(name) for name in ("sagemaker", "servicecatalog"))
    status = sagemaker.get_sagemaker_servicecatalog_portfolio_status
    role = {"PrincipalARN": "arn:aws:iam::123456789012:role/acme", "PrincipalType": "IAM"}
    assert status()["Status"] == "Disabled"
    assert not catalog.list_accepted_portfolio_shares()["PortfolioDetails"]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        catalog.associate_principal_with_portfolio(PortfolioId="port-1", **role)
    sagemaker.enable_sagemaker_servicecatalog_portfolio()
    assert status()["Status"] == "Enabled"
    (shared,) = catalog.list_accepted_portfolio_shares()["PortfolioDetails"]
    assert shared["ProviderName"] == "Amazon SageMaker"
    catalog.associate_principal_with_portfolio(PortfolioId=shared["Id"], **role)
    catalog.disassociate_principal_from_portfolio(
        PortfolioId=shared["Id"], PrincipalARN=role["PrincipalARN"]
    )
    sagemaker.disable_sagemaker_servicecatalog_portfolio()
    assert status()["Status"] == "Disabled"
