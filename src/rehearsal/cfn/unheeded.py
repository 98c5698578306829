"""Properties that AWS takes of types made here, and that have no effect here: each is said, and left out."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Properties

UNHEEDED = {
    "AWS::CloudFormation::Stack": {"NotificationARNs", "TimeoutInMinutes"},
    "AWS::CloudWatch::Dashboard": {"Tags"},
    "AWS::CodeCommit::Repository": {"KmsKeyId"},
    "AWS::DynamoDB::Table": {
        *("ContributorInsightsSpecification", "KinesisStreamSpecification", "OnDemandThroughput"),
        *("ResourcePolicy", "WarmThroughput"),
    },
    "AWS::ECR::Repository": {"ImageTagMutabilityExclusionFilters"},
    "AWS::Glue::Table": {"OpenTableFormatInput"},
    "AWS::IAM::User": {"LoginProfile"},
    "AWS::KMS::Key": {"BypassPolicyLockoutSafetyCheck", "RotationPeriodInDays"},
    "AWS::Kinesis::Stream": {
        *("DesiredShardLevelMetrics", "RetentionPeriodHours", "StreamEncryption"),
    },
    "AWS::Lambda::EventSourceMapping": {
        *("KmsKeyArn", "LoggingConfig", "MetricsConfig", "ProvisionedPollerConfig", "Tags"),
    },
    "AWS::Lambda::Function": {
        *("CapacityProviderConfig", "CodeSigningConfigArn", "FunctionScalingConfig"),
        *("RecursiveLoop", "TenancyConfig"),
    },
    "AWS::Lambda::Permission": {"InvokedViaFunctionUrl"},
    "AWS::Lambda::Version": {"FunctionScalingConfig", "RuntimePolicy"},
    "AWS::Logs::LogGroup": {
        *("BearerTokenAuthenticationEnabled", "DataProtectionPolicy", "DeletionProtectionEnabled"),
        *("FieldIndexPolicies", "LogGroupClass", "ResourcePolicyDocument"),
    },
    "AWS::S3::Bucket": {
        *("AbacStatus", "MetadataConfiguration", "MetadataTableConfiguration"),
        *("ObjectLockConfiguration", "ObjectLockEnabled", "ReplicationConfiguration"),
    },
    "AWS::SNS::Subscription": {"ReplayPolicy"},
    "AWS::SNS::Topic": {
        *("ArchivePolicy", "DataProtectionPolicy", "DeliveryStatusLogging"),
        *("FifoThroughputScope", "MaximumMessageSize"),
    },
    "AWS::SSM::Document": {"UpdateMethod"},
    "AWS::SecretsManager::Secret": {"ReplicaRegions", "Type"},
}
"""By type; what the services keep, and only do not act on, is said where it is made."""


def heeded(kind: str, properties: Properties) -> Properties:
    """Return `properties` but for those that have no effect here."""
    of_kind = UNHEEDED.get(kind, set())
    return {name: value for name, value in properties.items() if name not in of_kind}
