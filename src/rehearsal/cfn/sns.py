"""SNS: topics, subscriptions and policies."""

from __future__ import annotations

import json

from rehearsal.cfn.plain_text import plain_text
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
    return json.dumps(value) if isinstance(value, dict) else plain_text(value)


def _update_topic(cloud: Cloud, topic: str, old: Properties, new: Properties) -> None:
    sns = cloud.clients.client("sns")
    for key in _ATTRIBUTES:
        if old.get(key) != new.get(key):
            value = _text(new.get(key, ""))
            sns.set_topic_attributes(TopicArn=topic, AttributeName=key, AttributeValue=value)
    _resubscribe(cloud, topic, old.get("Subscription") or [], new.get("Subscription") or [])


def _resubscribe(cloud: Cloud, topic: str, old: list[Properties], new: list[Properties]) -> None:
    sns = cloud.clients.client("sns")
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    there = [each for page in pages for each in page["Subscriptions"]]
    for gone in (each for each in old if each not in new):
        for each in there:
            if (each["Protocol"], each["Endpoint"]) == (gone["Protocol"], gone["Endpoint"]):
                sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    for each in (each for each in new if each not in old):
        _remark(cloud, each["Protocol"])
        sns.subscribe(TopicArn=topic, Protocol=each["Protocol"], Endpoint=each["Endpoint"])


def _delete_topic(cloud: Cloud, topic: str, _: Properties) -> None:
    cloud.clients.client("sns").delete_topic(TopicArn=topic)


def _subscribe(cloud: Cloud, _: str, properties: Properties) -> Made:
    _remark(cloud, properties["Protocol"])
    attributes = {key: _text(properties[key]) for key in _SUBSCRIPTION if key in properties}
    made = cloud.clients.client("sns").subscribe(
        **without(properties, *_SUBSCRIPTION), Attributes=attributes, ReturnSubscriptionArn=True
    )
    return Made(made["SubscriptionArn"])


_SUBSCRIPTION = (
    *("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery"),
    *("RedrivePolicy", "SubscriptionRoleArn"),
)
"""Properties of a subscription that are attributes to the API."""
_DEFAULTS = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}


def _update_subscription(cloud: Cloud, arn: str, old: Properties, new: Properties) -> None:
    for key in _SUBSCRIPTION:
        if old.get(key) != new.get(key):
            cloud.clients.client("sns").set_subscription_attributes(
                SubscriptionArn=arn,
                AttributeName=key,
                AttributeValue=_text(new.get(key, _DEFAULTS.get(key, {}))),
            )


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
        replaced_by=frozenset({"FifoTopic"}),
    ),
    ResourceType(
        "AWS::SNS::Subscription",
        _subscribe,
        _unsubscribe,
        _update_subscription,
        properties=frozenset({"Endpoint", "Protocol", "TopicArn", *_SUBSCRIPTION}),
        replaced_by=frozenset({"Endpoint", "Protocol", "Region", "TopicArn"}),
    ),
    ResourceType(
        "AWS::SNS::TopicPolicy",
        _create_policy,
        lambda *_: None,  # it goes with the topic
        lambda cloud, _, __, new: _put_policy(cloud, new),
        properties=frozenset({"PolicyDocument", "Topics"}),
    ),
]
