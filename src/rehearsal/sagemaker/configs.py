"""Endpoint configurations: refused as SageMaker does, or because the rehearsal would do otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rehearsal.patches import Patch, around
from rehearsal.sagemaker.referred import check_referred
from rehearsal.sagemaker.requests import check

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_UNKNOWN = ("AsyncInferenceConfig", "ShadowProductionVariants", "ExplainerConfig")


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes CreateEndpointConfig strict."""
    from moto.sagemaker.exceptions import AWSValidationException
    from moto.sagemaker.models import FakeEndpointConfig
    from moto.sagemaker.responses import SageMakerResponse

    def create(original: Any, response: Any) -> Any:
        request = json.loads(response.body)
        check(cloud, "CreateEndpointConfig", request)
        problem = next(_problems(response.sagemaker_backend, request), "")
        if problem:
            raise AWSValidationException(problem)
        check_referred(response.sagemaker_backend, request)
        return original(response)

    return [
        around(SageMakerResponse, "create_endpoint_config", create),
        # Its list of types is years old; the API's own model has them all.
        Patch(FakeEndpointConfig, "validate_instance_type", lambda *_: None),
    ]


def _problems(backend: Any, request: Mapping[str, Any]) -> Iterator[str]:
    name, variants = request["EndpointConfigName"], request["ProductionVariants"]
    if name in backend.endpoint_configs:
        arn = backend.endpoint_configs[name].endpoint_config_arn
        yield f'Cannot create already existing endpoint configuration "{arn}".'
    yield from unknown_parts(request)
    if "ServerlessConfig" in variants[0]:
        if request.get("DataCaptureConfig", {}).get("EnableCapture"):
            yield "DataCaptureConfig is not supported for serverless endpoints."
        model = backend._models.get(variants[0].get("ModelName"))
        if model is not None and getattr(model, "enable_network_isolation", False):
            yield f"Network isolation, which {model.model_name} has, is not supported for serverless."
        if model is not None and model.vpc_config:
            yield f"VpcConfig, which {model.model_name} has, is not supported for serverless."


def unknown_parts(request: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a configuration has that the rehearsal does not know, in sentences."""
    for part in _UNKNOWN:
        if part in request:
            yield f"The rehearsal knows endpoints without {part}."
    if len(request["ProductionVariants"]) > 1:
        yield "The rehearsal knows endpoints with one ProductionVariant."
