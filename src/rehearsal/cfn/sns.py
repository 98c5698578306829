"""SNS: topics, subscriptions and policies."""

from __future__ import annotations

import json

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, document, without
from rehearsal.cloud import Cloud


def _create_topic(cloud: Cloud, name: str, properties: Properties) -> Made:
    sns = cloud.clients.client("sns")
    attributes = {key: _text(properties[key]) for key in _ATTRIBUTES if key in properties}
    pairs = properties.get("Tags") or []
    identity = arn(cloud, "sns", name)
    if identity in {each["TopicArn"] for each in sns.list_topics()["Topics"]}:
        raise RefusedError(f"{identity} already exists")  # SNS itself would answer with it
    topic = sns.create_topic(Name=name, Attributes=attributes, Tags=pairs)["TopicArn"]
    for each in properties.get("Subscription") or []:
        _remark(cloud, each["Protocol"])
        sns.subscribe(TopicArn=topic, Protocol=each["Protocol"], Endpoint=each["Endpoint"])
    return Made(topic, {"TopicArn": topic, "TopicName": name})


_ATTRIBUTES = (
    *("ContentBasedDeduplication", "DisplayName", "FifoTopic", "KmsMasterKeyId"),
    *("SignatureVersion", "TracingConfig"),
)


def _remark(cloud: Cloud, protocol: str) -> None:
    if protocol not in {"http", "https", "lambda", "sqs"}:
        cloud.journal.remark(f"subscriptions by {protocol}: kept, and nothing leaves this machine")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _update_topic(cloud: Cloud, topic: str, old: Properties, new: Properties) -> None:
    sns = cloud.clients.client("sns")
    for key in _ATTRIBUTES:
        if old.get(key) != new.get(key):
            value = _text(new.get(key, ""))
            sns.set_topic_attributes(TopicArn=topic, AttributeName=key, AttributeValue=value)


def _delete_topic(cloud: Cloud, topic: str, _: Properties) -> None:
    cloud.clients.client("sns").delete_topic(TopicArn=topic)


def _subscribe(cloud: Cloud, _: str, properties: Properties) -> Made:
    _remark(cloud, properties["Protocol"])
    attributes = {
        key: json.dumps(value)
        if isinstance(value, dict)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
        for key, value in properties.items()
        if key in _SUBSCRIPTION
    }
    made = cloud.clients.client("sns").subscribe(
        **without(properties, *_SUBSCRIPTION), Attributes=attributes, ReturnSubscriptionArn=True
    )
    return Made(made["SubscriptionArn"])


_SUBSCRIPTION = ("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery")
"""Properties of a subscription that are attributes to the API."""


def _unsubscribe(cloud: Cloud, subscription: str, _: Properties) -> None:
    cloud.clients.client("sns").unsubscribe(SubscriptionArn=subscription)


def _put_policy(cloud: Cloud, properties: Properties) -> None:
    policy = document(properties["PolicyDocument"])
    for topic in properties["Topics"]:
        cloud.clients.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=policy
        )


def _create_policy(cloud: Cloud, name: str, properties: Properties) -> Made:
    _put_policy(cloud, properties)
    return Made(name)


TYPES = [
    ResourceType(
        "AWS::SNS::Topic",
        _create_topic,
        _delete_topic,
        _update_topic,
        named_by="TopicName",
        attributes=frozenset({"TopicArn", "TopicName"}),
        properties=frozenset({"TopicName", "Tags", "Subscription", *_ATTRIBUTES}),
        replaced_by=frozenset({"FifoTopic", "Subscription"}),
    ),
    ResourceType(
        "AWS::SNS::Subscription",
        _subscribe,
        _unsubscribe,
        properties=frozenset({"Endpoint", "Protocol", "TopicArn", *_SUBSCRIPTION}),
    ),
    ResourceType(
        "AWS::SNS::TopicPolicy",
        _create_policy,
        lambda *_: None,  # it goes with the topic
        lambda cloud, _, __, new: _put_policy(cloud, new),
        properties=frozenset({"PolicyDocument", "Topics"}),
    ),
]
