"""SageMaker's projects can be switched on and off, as custom resources do it."""

from __future__ import annotations

from rehearsal.cloud import Cloud


def test_projects_are_off_until_they_are_switched_on(acme: Cloud) -> None:
    sagemaker = acme.clients.client("sagemaker")
    status = sagemaker.get_sagemaker_servicecatalog_portfolio_status
    assert status()["Status"] == "Disabled"
    sagemaker.enable_sagemaker_servicecatalog_portfolio()
    assert status()["Status"] == "Enabled"
    sagemaker.disable_sagemaker_servicecatalog_portfolio()
    assert status()["Status"] == "Disabled"
