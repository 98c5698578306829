"""Types that are kept in their stack alone: what they are for has no counterpart here.

Each says so in the journal. Whatever would call, wait for or read from one finds nobody: the addresses
that it tells are of names and networks that are reserved for examples, and lead nowhere.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rehearsal.cfn.absent_servers import SERVERS
from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn
from rehearsal.cfn.schemas import attribute_forms, identifier, property_names
from rehearsal.cloud import Cloud

_KEPT = {
    "AccessAnalyzer": "Analyzer ArchiveRule",
    "ApiGateway": "Account ApiKey Authorizer BasePathMapping ClientCertificate Deployment DocumentationPart DocumentationVersion DomainName GatewayResponse Method Model RequestValidator Resource RestApi Stage UsagePlan UsagePlanKey VpcLink",
    "ApiGatewayV2": "Api ApiMapping Authorizer Deployment DomainName Integration IntegrationResponse Model Route RouteResponse Stage VpcLink",
    "AppConfig": "Application ConfigurationProfile Deployment DeploymentStrategy Environment Extension ExtensionAssociation HostedConfigurationVersion",
    "ApplicationInsights": "Application",
    "Athena": "CapacityReservation DataCatalog",
    "Backup": "BackupPlan BackupSelection BackupVault Framework ReportPlan",
    "Budgets": "Budget BudgetsAction",
    "CDK": "Metadata",
    "CE": "AnomalyMonitor AnomalySubscription CostCategory",
    "CertificateManager": "Account Certificate",
    "Chatbot": "MicrosoftTeamsChannelConfiguration SlackChannelConfiguration",
    "Cloud9": "EnvironmentEC2",
    "CloudFormation": "ModuleDefaultVersion ModuleVersion StackSet",
    "CloudFront": "CachePolicy CloudFrontOriginAccessIdentity Distribution Function KeyGroup MonitoringSubscription OriginAccessControl OriginRequestPolicy PublicKey RealtimeLogConfig ResponseHeadersPolicy",
    "CloudTrail": "Channel EventDataStore Trail",
    "CloudWatch": "AnomalyDetector CompositeAlarm InsightRule MetricStream",
    "CodeArtifact": "Domain Repository",
    "CodeBuild": "ReportGroup SourceCredential",
    "CodeConnections": "Host",
    "CodeDeploy": "Application DeploymentConfig DeploymentGroup",
    "CodeGuruProfiler": "ProfilingGroup",
    "CodeGuruReviewer": "RepositoryAssociation",
    "CodePipeline": "CustomActionType Webhook",
    "CodeStarConnections": "RepositoryLink SyncConfiguration",
    "CodeStarNotifications": "NotificationRule",
    "Cognito": "IdentityPool IdentityPoolPrincipalTag IdentityPoolRoleAttachment LogDeliveryConfiguration ManagedLoginBranding UserPoolDomain UserPoolGroup UserPoolIdentityProvider UserPoolResourceServer UserPoolRiskConfigurationAttachment UserPoolUICustomizationAttachment UserPoolUser UserPoolUserToGroupAttachment",
    "Config": "AggregationAuthorization ConfigRule ConfigurationAggregator ConfigurationRecorder ConformancePack DeliveryChannel RemediationConfiguration StoredQuery",
    "DevOpsGuru": "NotificationChannel ResourceCollection",
    "EC2": "CustomerGateway DHCPOptions EIPAssociation GatewayRouteTableAssociation InstanceConnectEndpoint KeyPair NetworkAcl NetworkAclEntry NetworkInterfaceAttachment PlacementGroup PrefixList SecurityGroupEgress SubnetCidrBlock SubnetNetworkAclAssociation TransitGateway TransitGatewayAttachment TransitGatewayRoute TransitGatewayRouteTable TransitGatewayRouteTableAssociation TransitGatewayRouteTablePropagation TransitGatewayVpcAttachment VPCCidrBlock VPCDHCPOptionsAssociation VPCEndpointConnectionNotification VPCEndpointService VPCEndpointServicePermissions VPCPeeringConnection VPNConnection VPNConnectionRoute VPNGateway VPNGatewayRoutePropagation VolumeAttachment",
    "ECR": "PublicRepository PullThroughCacheRule RegistryPolicy RegistryScanningConfiguration ReplicationConfiguration RepositoryCreationTemplate",
    "EMR": "SecurityConfiguration Studio StudioSessionMapping",
    "EventSchemas": "Discoverer Registry RegistryPolicy Schema",
    "Events": "ApiDestination Archive Connection Endpoint EventBusPolicy",
    "FIS": "ExperimentTemplate",
    "Glue": "Blueprint Classifier Connection CustomEntityType DataCatalogEncryptionSettings DataQualityRuleset MLTransform Registry Schema SchemaVersion SchemaVersionMetadata TableOptimizer UsageProfile",
    "GuardDuty": "Detector Filter IPSet Master Member ThreatIntelSet",
    "IAM": "OIDCProvider SAMLProvider ServerCertificate ServiceLinkedRole VirtualMFADevice",
    "ImageBuilder": "Component ContainerRecipe DistributionConfiguration Image ImagePipeline ImageRecipe InfrastructureConfiguration LifecyclePolicy Workflow",
    "Inspector": "AssessmentTarget AssessmentTemplate ResourceGroup",
    "IoT": "Authorizer BillingGroup Certificate Dimension DomainConfiguration FleetMetric JobTemplate Logging Policy PolicyPrincipalAttachment ProvisioningTemplate RoleAlias SecurityProfile Thing ThingGroup ThingPrincipalAttachment ThingType TopicRule TopicRuleDestination",
    "Kinesis": "ResourcePolicy StreamConsumer",
    "LakeFormation": "DataCellsFilter DataLakeSettings Permissions PrincipalPermissions Resource Tag TagAssociation",
    "Lambda": "CodeSigningConfig LayerVersionPermission",
    "Location": "GeofenceCollection Map PlaceIndex RouteCalculator Tracker TrackerConsumer",
    "Logs": "AccountPolicy Delivery DeliveryDestination DeliverySource Destination LogAnomalyDetector MetricFilter QueryDefinition ResourcePolicy SubscriptionFilter Transformer",
    "Macie": "AllowList CustomDataIdentifier FindingsFilter Session",
    "NetworkFirewall": "Firewall FirewallPolicy LoggingConfiguration RuleGroup",
    "Oam": "Link Sink",
    "Pipes": "Pipe",
    "QuickSight": "Analysis Dashboard DataSet DataSource Folder Template Theme",
    "RAM": "ResourceShare",
    "ResourceExplorer2": "Index View",
    "ResourceGroups": "Group",
    "RolesAnywhere": "CRL Profile TrustAnchor",
    "Route53": "DNSSEC HealthCheck HostedZone KeySigningKey RecordSet RecordSetGroup",
    "Route53Resolver": "FirewallDomainList FirewallRuleGroup FirewallRuleGroupAssociation ResolverDNSSECConfig ResolverEndpoint ResolverQueryLoggingConfig ResolverQueryLoggingConfigAssociation ResolverRule ResolverRuleAssociation",
    "S3": "AccessPoint StorageLens StorageLensGroup",
    "SES": "ConfigurationSet ConfigurationSetEventDestination ContactList EmailIdentity ReceiptFilter ReceiptRule ReceiptRuleSet Template",
    "SSM": "Association MaintenanceWindow MaintenanceWindowTarget MaintenanceWindowTask PatchBaseline ResourceDataSync",
    "SSO": "Assignment PermissionSet",
    "SageMaker": "App AppImageConfig CodeRepository DataQualityJobDefinition Device DeviceFleet Domain FeatureGroup Hub Image ImageVersion ModelBiasJobDefinition ModelCard ModelExplainabilityJobDefinition ModelQualityJobDefinition MonitoringSchedule NotebookInstanceLifecycleConfig Space StudioLifecycleConfig UserProfile Workforce Workteam",
    "SecretsManager": "ResourcePolicy RotationSchedule SecretTargetAttachment",
    "SecurityHub": "Hub Standard",
    "ServiceCatalog": "AcceptedPortfolioShare CloudFormationProduct LaunchNotificationConstraint LaunchRoleConstraint LaunchTemplateConstraint Portfolio PortfolioPrincipalAssociation PortfolioProductAssociation PortfolioShare ResourceUpdateConstraint ServiceAction ServiceActionAssociation TagOption TagOptionAssociation",
    "ServiceCatalogAppRegistry": "Application AttributeGroup AttributeGroupAssociation ResourceAssociation",
    "ServiceDiscovery": "HttpNamespace Instance PrivateDnsNamespace PublicDnsNamespace Service",
    "Shield": "Protection ProtectionGroup",
    "Signer": "ProfilePermission SigningProfile",
    "Synthetics": "Canary Group",
    "WAF": "ByteMatchSet IPSet Rule SizeConstraintSet SqlInjectionMatchSet WebACL XssMatchSet",
    "WAFRegional": "ByteMatchSet GeoMatchSet IPSet RateBasedRule RegexPatternSet Rule SizeConstraintSet SqlInjectionMatchSet WebACL WebACLAssociation XssMatchSet",
    "WAFv2": "IPSet LoggingConfiguration RegexPatternSet RuleGroup WebACL WebACLAssociation",
    "XRay": "Group ResourcePolicy SamplingRule",
}  # fmt: skip
"""By service, what is kept: what only people use, or only watches, guards, moves or leads in from outside."""

_INERT = "kept in its stack, and inert"
_SERVED_BY_NOBODY = "kept in its stack; nothing runs behind it, and its addresses lead nowhere"

_ADDRESSES = ("address", "dns", "dnsname", "domainname", "endpoint", "host", "hostname")
_NOWHERE = "192.0.2.1"
"""An address of the network that RFC 5737 keeps for examples; RFC 6761 keeps the domain .invalid."""
_IN_ARNS = {
    "CertificateManager": "acm",
    "EFS": "elasticfilesystem",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "Elasticsearch": "es",
    "OpenSearchServerless": "aoss",
    "OpenSearchService": "es",
}
"""Services that ARNs call otherwise."""
_GIVEN = {
    "AWS::AppSync::DataSource": ("Name",),
    "AWS::AppSync::FunctionConfiguration": ("DataSourceName", "Name"),
    "AWS::AppSync::Resolver": ("FieldName", "TypeName"),
}
"""Properties that GetAtt gives too, which the schemas do not say."""


def inert_types() -> dict[str, str]:
    """Return the types by name, and what the journal says of each."""
    return {
        f"AWS::{service}::{name}": words
        for table, words in ((_KEPT, _INERT), (SERVERS, _SERVED_BY_NOBODY))
        for service, names in table.items()
        for name in names.split()
    }


@cache
def inert_type(kind: str) -> ResourceType:
    """Return one of them. Its schema is read only now: there are hundreds."""
    words = inert_types()[kind]
    of_kind, forms = f"{kind.rpartition('::')[2]}Name", attribute_forms(kind)
    named_by = identifier(kind)
    if named_by in forms:  # AWS makes that up; a name is a property beside it
        named_by = of_kind
    given_too = _GIVEN.get(kind, ())
    names = [each for each in (named_by, "Name") if each in property_names(kind)]

    def create(cloud: Cloud, name: str, properties: Properties) -> Made:
        cloud.journal.remark(f"{kind}: {words}")
        given = [plain_text(properties[each]) for each in names if properties.get(each)]
        name = next(iter(given), "-".join(name.rsplit("-", 2)[-2:]))
        told = {
            key: _attribute(cloud, kind, name, key, properties, form) for key, form in forms.items()
        }
        ref = plain_text(told.get(identifier(kind), name))
        told |= {each: properties[each] for each in given_too if each in properties}
        return Made(ref, told | {named_by: name} if named_by else told)

    return ResourceType(
        kind,
        create,
        lambda *_: None,
        lambda *_: None,
        attributes=frozenset({*forms, *given_too, *([named_by] if named_by else [])}),
    )


def _attribute(
    cloud: Cloud, kind: str, name: str, key: str, properties: Properties, form: str
) -> Any:
    """Return what GetAtt gives: an ARN, an address that leads nowhere, a number, or the name."""
    _, service, what = kind.split("::")
    last, host = key.rpartition(".")[2].lower(), f"{name}.{service}.invalid".lower()
    value: Any = name
    if last.endswith("arn"):
        of = _IN_ARNS.get(service, service.lower())
        value = arn(cloud, of, f"{what.lower()}/{name}")
    elif last.endswith(("url", "uri")):
        value = f"https://{host}/"
    elif last.endswith("port"):
        value = plain_text(properties.get("Port", 0))
    elif last.endswith(_ADDRESSES):
        value = _NOWHERE if last.endswith("ipaddress") else host
    elif form in {"integer", "number"}:
        value = 1
    return [value] if form == "array" else value
