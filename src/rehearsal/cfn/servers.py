"""Instances, clusters of containers and balancers: records of their services, and nothing behind them.

Whoever asks EC2, ECS or Elastic Load Balancing is told of them. No instance starts, no task runs, nothing
is balanced; what would connect to one finds nobody there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.cfn.calls import Calls
from rehearsal.cfn.resource_type import Properties, without


def _specified(
    what: str, change: Callable[[Properties], Properties] = dict
) -> Callable[[Properties], Properties]:
    """Return what adapts a resource of EC2, whose calls take tags with the kind that they are for."""

    def adapt(properties: Properties) -> Properties:
        given = properties.get("Tags")
        of_kind = [{"ResourceType": what, "Tags": given}]
        return change(properties) | ({"TagSpecifications": of_kind} if given else {})

    return adapt


def _instance(properties: Properties) -> Properties:
    """Return an instance as EC2 takes it; what it would boot with and from is left out."""
    given = without(
        properties, "BlockDeviceMappings", "KeyName", "NetworkInterfaces", "UserData", "Volumes"
    )
    (first, *_) = properties.get("NetworkInterfaces") or [{}]
    place = {name: given[name] for name in ("AvailabilityZone", "Tenancy") if name in given}
    if "IamInstanceProfile" in given:
        given["IamInstanceProfile"] = {"Name": given["IamInstanceProfile"]}
    of_network = {"SubnetId": first.get("SubnetId"), "SecurityGroupIds": first.get("GroupSet")}
    given |= {key: value for key, value in of_network.items() if value and key not in given}
    return given | {"MinCount": 1, "MaxCount": 1, "Placement": place}


def _interface(properties: Properties) -> Properties:
    """Return a network interface as EC2 takes it, whose groups have another name there."""
    return properties | {"Groups": properties.get("GroupSet", [])}


def _name_of_balancer(answer: Any) -> str:
    """Return what CloudWatch calls a balancer: its kind, its name and its id."""
    return str(answer["LoadBalancers"][0]["LoadBalancerArn"]).partition(":loadbalancer/")[2]


def _name_of_targets(answer: Any) -> str:
    """Return what CloudWatch calls a group of targets."""
    return str(answer["TargetGroups"][0]["TargetGroupArn"]).rpartition(":")[2]


_BALANCER, _TARGETS = "LoadBalancers.0.", "TargetGroups.0."
_ADDRESS = "Instances.0.P"

_TYPES = (
    Calls(
        "AWS::EC2::Instance", "ec2", "run_instances", "terminate_instances",
        ref="Instances.0.InstanceId", deleted_by=("InstanceIds",), record=True,
        gives={
            "AvailabilityZone": "Instances.0.Placement.AvailabilityZone", "InstanceId": "",
            "PrivateDnsName": f"{_ADDRESS}rivateDnsName", "PrivateIp": f"{_ADDRESS}rivateIpAddress",
            "PublicDnsName": f"{_ADDRESS}ublicDnsName", "PublicIp": f"{_ADDRESS}ublicIpAddress",
            "VpcId": "Instances.0.VpcId",
        },
        adapt=_specified("instance", _instance),
    ),
    Calls(
        "AWS::EC2::LaunchTemplate", "ec2", "create_launch_template", "delete_launch_template",
        "LaunchTemplateName", ref="LaunchTemplate.LaunchTemplateId",
        gives={
            "DefaultVersionNumber": "LaunchTemplate.DefaultVersionNumber",
            "LatestVersionNumber": "LaunchTemplate.LatestVersionNumber", "LaunchTemplateId": "",
        },
        deleted_by=("LaunchTemplateId",), record=True,
    ),
    Calls(
        "AWS::EC2::NetworkInterface", "ec2", "create_network_interface",
        "delete_network_interface", ref="NetworkInterface.NetworkInterfaceId",
        gives={
            "Id": "", "PrimaryPrivateIpAddress": "NetworkInterface.PrivateIpAddress",
            "VpcId": "NetworkInterface.VpcId",
        },
        deleted_by=("NetworkInterfaceId",), record=True,
        adapt=_specified("network-interface", _interface),
    ),
    Calls(
        "AWS::EC2::EgressOnlyInternetGateway", "ec2", "create_egress_only_internet_gateway",
        "delete_egress_only_internet_gateway", gives={"Id": ""},
        ref="EgressOnlyInternetGateway.EgressOnlyInternetGatewayId",
        deleted_by=("EgressOnlyInternetGatewayId",), record=True,
    ),
    Calls(
        "AWS::EC2::Volume", "ec2", "create_volume", "delete_volume", ref="VolumeId",
        gives={"VolumeId": ""}, deleted_by=("VolumeId",), record=True,
        adapt=_specified("volume"),
    ),
    Calls(
        "AWS::ECS::Cluster", "ecs", "create_cluster", "delete_cluster", "clusterName",
        "ClusterName", gives={"Arn": "cluster.clusterArn"}, deleted_by=("cluster",),
        renamed={"ClusterSettings": "settings"}, record=True,
    ),
    Calls(
        "AWS::ECS::TaskDefinition", "ecs", "register_task_definition",
        "deregister_task_definition", "family", "Family", deleted_by=("taskDefinition",),
        ref="taskDefinition.taskDefinitionArn", gives={"TaskDefinitionArn": ""}, record=True,
    ),
    Calls(
        "AWS::ECS::Service", "ecs", "create_service", "delete_service", "serviceName",
        "ServiceName", ref="service.serviceArn",
        gives={"Name": "service.serviceName", "ServiceArn": ""},
        deleted_by=("cluster", "service"), told={"force": True}, record=True,
    ),
    Calls(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", "elbv2", "create_load_balancer",
        "delete_load_balancer", "Name", ref=f"{_BALANCER}LoadBalancerArn",
        gives={
            "CanonicalHostedZoneID": f"{_BALANCER}CanonicalHostedZoneId",
            "DNSName": f"{_BALANCER}DNSName", "LoadBalancerArn": "",
            "LoadBalancerFullName": _name_of_balancer,
            "LoadBalancerName": f"{_BALANCER}LoadBalancerName",
            "SecurityGroups": f"{_BALANCER}SecurityGroups",
        },
        deleted_by=("LoadBalancerArn",), record=True,
    ),
    Calls(
        "AWS::ElasticLoadBalancingV2::TargetGroup", "elbv2", "create_target_group",
        "delete_target_group", "Name", ref=f"{_TARGETS}TargetGroupArn",
        gives={
            "LoadBalancerArns": f"{_TARGETS}LoadBalancerArns", "TargetGroupArn": "",
            "TargetGroupFullName": _name_of_targets,
            "TargetGroupName": f"{_TARGETS}TargetGroupName",
        },
        deleted_by=("TargetGroupArn",), record=True,
    ),
)  # fmt: skip

TYPES = [each.type() for each in _TYPES]
RECORDS = frozenset(each.kind for each in _TYPES)
"""The types, by name."""
