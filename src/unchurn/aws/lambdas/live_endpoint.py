"""Which model the endpoint of a stack serves at this moment."""

from __future__ import annotations

from invocation import client


def live_model(stack: str) -> str:
    """Return the name of the model in the live configuration; empty where no endpoint stands."""
    formation = client("cloudformation")
    try:
        found = formation.describe_stacks(StackName=stack)["Stacks"][0]
    except formation.exceptions.ClientError as error:
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
