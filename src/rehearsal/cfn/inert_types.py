"""Types that are kept in their stack alone: what they are for has no counterpart here.

Each says so in the journal. What others would call, wait for or read from is not among them: such a
type is made, or refused.
"""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn
from rehearsal.cfn.schemas import attributes, identifier
from rehearsal.cloud import Cloud

_KEPT = {
    "ApiGateway": "Account ApiKey Authorizer BasePathMapping Deployment DomainName GatewayResponse Method Model RequestValidator Resource RestApi Stage UsagePlan UsagePlanKey",
    "ApiGatewayV2": "Api ApiMapping Authorizer Deployment DomainName Integration IntegrationResponse Model Route RouteResponse Stage",
    "Backup": "BackupPlan BackupSelection BackupVault",
    "Budgets": "Budget BudgetsAction",
    "CDK": "Metadata",
    "CE": "AnomalyMonitor AnomalySubscription",
    "CertificateManager": "Certificate",
    "Chatbot": "MicrosoftTeamsChannelConfiguration SlackChannelConfiguration",
    "Cloud9": "EnvironmentEC2",
    "CloudFront": "CachePolicy CloudFrontOriginAccessIdentity Distribution Function OriginAccessControl OriginRequestPolicy ResponseHeadersPolicy",
    "CloudTrail": "Trail",
    "CloudWatch": "AnomalyDetector CompositeAlarm InsightRule",
    "CodeBuild": "ReportGroup SourceCredential",
    "CodeDeploy": "Application DeploymentConfig DeploymentGroup",
    "CodePipeline": "CustomActionType Webhook",
    "CodeStarNotifications": "NotificationRule",
    "Cognito": "IdentityPool IdentityPoolRoleAttachment UserPoolDomain UserPoolGroup UserPoolIdentityProvider UserPoolResourceServer UserPoolUICustomizationAttachment UserPoolUser UserPoolUserToGroupAttachment",
    "Config": "ConfigRule ConfigurationRecorder DeliveryChannel",
    "EC2": "DHCPOptions EIPAssociation KeyPair LaunchTemplate NetworkAcl NetworkAclEntry PrefixList SecurityGroupEgress SubnetNetworkAclAssociation VPCCidrBlock VPCDHCPOptionsAssociation VPCPeeringConnection",
    "EMR": "SecurityConfiguration",
    "EventSchemas": "Discoverer Registry Schema",
    "Events": "ApiDestination Archive Connection EventBusPolicy",
    "Glue": "Classifier Connection DataCatalogEncryptionSettings DataQualityRuleset MLTransform Registry Schema SchemaVersion TableOptimizer UsageProfile",
    "GuardDuty": "Detector",
    "IAM": "OIDCProvider SAMLProvider ServiceLinkedRole",
    "LakeFormation": "DataCellsFilter DataLakeSettings Permissions PrincipalPermissions Resource Tag TagAssociation",
    "Lambda": "CodeSigningConfig LayerVersionPermission",
    "Logs": "Destination LogAnomalyDetector MetricFilter QueryDefinition ResourcePolicy SubscriptionFilter",
    "Macie": "Session",
    "QuickSight": "Analysis Dashboard DataSet DataSource Template Theme",
    "RAM": "ResourceShare",
    "ResourceGroups": "Group",
    "Route53": "HealthCheck HostedZone RecordSet RecordSetGroup",
    "S3": "StorageLens",
    "SES": "ConfigurationSet ConfigurationSetEventDestination EmailIdentity ReceiptRule ReceiptRuleSet Template",
    "SSM": "Association MaintenanceWindow MaintenanceWindowTarget MaintenanceWindowTask PatchBaseline",
    "SageMaker": "App AppImageConfig CodeRepository DataQualityJobDefinition Domain FeatureGroup Image ImageVersion ModelBiasJobDefinition ModelCard ModelExplainabilityJobDefinition ModelQualityJobDefinition MonitoringSchedule NotebookInstanceLifecycleConfig Space StudioLifecycleConfig UserProfile Workteam",
    "SecretsManager": "ResourcePolicy RotationSchedule",
    "SecurityHub": "Hub",
    "ServiceCatalog": "AcceptedPortfolioShare CloudFormationProduct LaunchNotificationConstraint LaunchRoleConstraint LaunchTemplateConstraint Portfolio PortfolioPrincipalAssociation PortfolioProductAssociation PortfolioShare ResourceUpdateConstraint ServiceAction ServiceActionAssociation TagOption TagOptionAssociation",
    "ServiceCatalogAppRegistry": "Application AttributeGroup AttributeGroupAssociation ResourceAssociation",
    "WAFv2": "IPSet LoggingConfiguration RegexPatternSet RuleGroup WebACL WebACLAssociation",
    "XRay": "Group SamplingRule",
}  # fmt: skip
"""By service, what is kept: what only people use, or only watches, guards or leads in from outside."""


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


TYPES = [
    _type(f"AWS::{service}::{name}") for service, names in _KEPT.items() for name in names.split()
]
