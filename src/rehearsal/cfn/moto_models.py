"""Types that moto's own CloudFormation makes: networks, which here lead nowhere."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cfn.schemas import attributes
from rehearsal.cloud import Cloud

_NETWORKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "EIP": ("", ()),
    "FlowLog": ("delete_flow_logs", ("FlowLogIds",)),
    "InternetGateway": ("delete_internet_gateway", ("InternetGatewayId",)),
    "NatGateway": ("delete_nat_gateway", ("NatGatewayId",)),
    "Route": ("delete_route", ("RouteTableId", "DestinationCidrBlock")),
    "RouteTable": ("delete_route_table", ("RouteTableId",)),
    "SecurityGroup": ("delete_security_group", ("GroupId",)),
    "SecurityGroupIngress": ("", ()),  # it goes with the group
    "Subnet": ("delete_subnet", ("SubnetId",)),
    "SubnetRouteTableAssociation": ("", ()),  # it goes with the table
    "VPC": ("delete_vpc", ("VpcId",)),
    "VPCEndpoint": ("delete_vpc_endpoints", ("VpcEndpointIds",)),
    "VPCGatewayAttachment": ("detach_internet_gateway", ("InternetGatewayId", "VpcId")),
}
"""What deletes each, for moto's models mostly cannot: the call, and what it takes.

A parameter that the resource has as a property is that; another is its id, or a list of that alone.
"""
_TOLD = {
    "AWS::EC2::SecurityGroup": frozenset({"VpcId"}),
    "AWS::EC2::Subnet": frozenset({"AvailabilityZone", "CidrBlock", "VpcId"}),
    "AWS::EC2::VPC": frozenset({"CidrBlock"}),
}
"""Properties that GetAtt gives too, which the schemas do not say."""
_OF_PORTS = {"tcp", "udp", "6", "17"}
_ANY_PORT = {"FromPort": -1, "ToPort": -1}
_NETWORK = "networks: kept, and inert; everything here reaches everything"


def _type(kind: str, remark: str, deleted_by: tuple[str, str, tuple[str, ...]]) -> ResourceType:
    def create(cloud: Cloud, name: str, properties: Properties) -> Made:
        from moto.cloudformation.parsing import get_model_map

        cloud.journal.remark(remark)
        model: Any = get_model_map()[kind]
        written = {"Type": kind, "Properties": _with_ports(kind, properties)}
        made = model.create_from_cloudformation_json(name, written, cloud.account, cloud.region)
        identity = str(getattr(made, "physical_resource_id", name))  # a Method has none
        return Made(identity, _told(kind, made, identity) | _given(kind, properties))

    def delete(cloud: Cloud, identity: str, properties: Properties) -> None:
        service, call, names = deleted_by
        if call:
            given = {
                name: properties.get(name, [identity] if name.endswith("Ids") else identity)
                for name in names
            }
            getattr(cloud.clients.client(service), call)(**given)

    known = attributes(kind) | _TOLD.get(kind, frozenset())
    return ResourceType(kind, create, delete, attributes=known)


def _with_ports(kind: str, properties: Properties) -> Properties:
    """Return the properties with the ports of each rule of a group, which only TCP and UDP have to name."""
    if kind != "AWS::EC2::SecurityGroup":
        return properties
    rules = properties.get("SecurityGroupIngress") or []
    for rule in rules:
        if str(rule["IpProtocol"]) in _OF_PORTS and not {"FromPort", "ToPort"} <= set(rule):
            raise RefusedError(
                "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."
            )
    return properties | {"SecurityGroupIngress": [{**_ANY_PORT, **rule} for rule in rules]}


def _given(kind: str, properties: Properties) -> dict[str, Any]:
    return {name: properties[name] for name in _TOLD.get(kind, ()) if name in properties}


def _told(kind: str, made: Any, identity: str) -> dict[str, Any]:
    """Return what moto can say of the attributes that AWS gives, and their identifier."""
    told = {}
    for name in attributes(kind) | _TOLD.get(kind, frozenset()):
        try:
            told[name] = made.get_cfn_attribute(name)
        except Exception:  # moto raises several kinds for what it does not know
            told[name] = identity
    return told


TYPES = [
    *(_type(f"AWS::EC2::{n}", _NETWORK, ("ec2", *by)) for n, by in _NETWORKS.items()),
]
