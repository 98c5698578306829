"""The services of AWS that machines can call and that cannot be here: a state that calls one fails there.

A machine is made on AWS whatever its tasks will find. So it is made here too, its calls held against
what AWS has, and told; nothing is called, and no answer is made up.
"""

from __future__ import annotations

_MODELS = "its answers come from models of AWS's own, which are not here"
_CLUSTERS = "there are no clusters here on which it could run"
_ELSEWHERE = "what it calls lies outside of the rehearsal, which has no network"
ABSENT = {
    **dict.fromkeys(
        (
            "bedrock", "bedrockagent", "bedrockagentruntime", "bedrockruntime", "comprehend",
            "comprehendmedical", "forecast", "forecastquery", "frauddetector", "kendra",
            "personalize", "polly", "rekognition", "sagemakerruntime", "textract", "transcribe",
            "translate",
        ),
        _MODELS,
    ),
    **dict.fromkeys(
        (
            "batch", "ecs", "eks", "elasticmapreduce", "emr", "emr-containers", "emr-serverless",
            "emrcontainers", "emrserverless", "mediaconvert", "databrew", "redshift",
            "redshiftdata", "rdsdata",
        ),
        _CLUSTERS,
    ),
    **dict.fromkeys(("apigateway", "http"), _ELSEWHERE),
}  # fmt: skip
"""By the machines' names for them, why they cannot be called."""

_OFFERED = {
    "apigateway": "invoke",
    "batch": "submitJob",
    "bedrock": "createModelCustomizationJob invokeModel",
    "databrew": "startJobRun",
    "ecs": "runTask",
    "eks": "call createCluster createFargateProfile createNodegroup deleteCluster deleteFargateProfile deleteNodegroup runJob",
    "elasticmapreduce": "addStep cancelStep createCluster modifyInstanceFleetByName modifyInstanceGroupByName setClusterTerminationProtection terminateCluster",
    "emr-containers": "createVirtualCluster deleteVirtualCluster startJobRun",
    "emr-serverless": "cancelJobRun createApplication deleteApplication startApplication startJobRun stopApplication",
    "http": "invoke",
    "mediaconvert": "createJob",
}
"""Step Functions' own integrations with them."""
_BOTO3 = {
    "bedrockagent": "bedrock-agent",
    "bedrockagentruntime": "bedrock-agent-runtime",
    "bedrockruntime": "bedrock-runtime",
    "emrcontainers": "emr-containers",
    "emrserverless": "emr-serverless",
    "rdsdata": "rds-data",
    "redshiftdata": "redshift-data",
    "sagemakerruntime": "sagemaker-runtime",
}
"""Those that boto3 calls otherwise than ``aws-sdk``, which knows no dashes."""


def offered(service: str, action: str) -> bool:
    """Tell whether Step Functions has an integration of its own with an absent service."""
    return action in _OFFERED.get(service, "").split()


def sdk_name(service: str) -> str:
    """Return boto3's name of an absent service, "" for one that ``aws-sdk`` does not call so."""
    if "-" in service or service in {"http", "elasticmapreduce"}:
        return ""
    return _BOTO3.get(service, service)
