"""Types that are kept in their stack alone: what they are for has no counterpart here.

Each says so in the journal. What others would call, wait for or read from is not among them: such a
type is made, or refused.
"""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn
from rehearsal.cfn.schemas import attributes, identifier
from rehearsal.cloud import Cloud

_KEPT = {
    "AWS::ApiGateway": (
        "Account",
        "ApiKey",
        "RequestValidator",
        "Stage",
        "UsagePlan",
        "UsagePlanKey",
    ),
    "AWS::ApiGatewayV2": ("Api", "Deployment", "Integration", "Route", "Stage"),
    "AWS::Budgets": ("Budget",),
    "AWS::CDK": ("Metadata",),
    "AWS::CloudTrail": ("Trail",),
    "AWS::CodeDeploy": ("Application", "DeploymentGroup"),
    "AWS::CodePipeline": ("Webhook",),
    "AWS::CodeStarNotifications": ("NotificationRule",),
    "AWS::EC2": (
        *("DHCPOptions", "NetworkAcl", "NetworkAclEntry", "SecurityGroupEgress"),
        *("SubnetNetworkAclAssociation", "VPCDHCPOptionsAssociation"),
    ),
    "AWS::EMR": ("SecurityConfiguration",),
    "AWS::Glue": (
        *("Classifier", "Connection", "DataCatalogEncryptionSettings", "DataQualityRuleset"),
        *("Registry", "Schema", "SchemaVersion"),
    ),
    "AWS::LakeFormation": (
        *("DataCellsFilter", "DataLakeSettings", "Permissions", "PrincipalPermissions"),
        *("Resource", "Tag", "TagAssociation"),
    ),
    "AWS::Logs": ("MetricFilter", "ResourcePolicy"),
    "AWS::ServiceCatalog": (
        *("CloudFormationProduct", "LaunchRoleConstraint", "Portfolio"),
        *("PortfolioPrincipalAssociation", "PortfolioProductAssociation"),
    ),
    "AWS::SageMaker": (
        *("App", "AppImageConfig", "CodeRepository", "Domain", "Image", "ImageVersion"),
        *(
            "DataQualityJobDefinition",
            "FeatureGroup",
            "ModelBiasJobDefinition",
            "MonitoringSchedule",
        ),
        *("ModelExplainabilityJobDefinition", "ModelQualityJobDefinition"),
        *("NotebookInstanceLifecycleConfig", "StudioLifecycleConfig", "UserProfile"),
    ),
}


def _type(kind: str) -> ResourceType:
    named_by = identifier(kind)
    if named_by in attributes(kind):  # AWS makes that up; a name is a property beside it
        named_by = f"{kind.rpartition('::')[2]}Name"

    def create(cloud: Cloud, name: str, properties: Properties) -> Made:
        cloud.journal.remark(f"{kind}: kept in its stack, and inert")
        name = str(properties.get(named_by) or "-".join(name.rsplit("-", 2)[-2:]))
        service, _, what = kind.removeprefix("AWS::").lower().partition("::")
        identity = arn(cloud, service, f"{what}/{name}")
        told = {key: identity if key.endswith("Arn") else name for key in attributes(kind)}
        ref = told.get(identifier(kind), name)
        return Made(ref, told | {named_by: name} if named_by else told)

    return ResourceType(
        kind,
        create,
        lambda *_: None,
        lambda *_: None,
        attributes=attributes(kind) | ({named_by} if named_by else frozenset()),
    )


TYPES = [_type(f"{service}::{name}") for service, names in _KEPT.items() for name in names]
