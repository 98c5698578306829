"""SNS: topics, subscriptions and policies."""

from __future__ import annotations

import json

from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cloud import Cloud


def _create_topic(cloud: Cloud, name: str, properties: Properties) -> Made:
    sns = cloud.clients.client("sns")
    attributes = {key: str(properties[key]) for key in _ATTRIBUTES if key in properties}
    pairs = properties.get("Tags") or []
    topic = sns.create_topic(Name=name, Attributes=attributes, Tags=pairs)["TopicArn"]
    for each in properties.get("Subscription") or []:
        sns.subscribe(TopicArn=topic, Protocol=each["Protocol"], Endpoint=each["Endpoint"])
    return Made(topic, {"TopicArn": topic, "TopicName": name})


_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId")


def _update_topic(cloud: Cloud, topic: str, old: Properties, new: Properties) -> None:
    sns = cloud.clients.client("sns")
    for key in _ATTRIBUTES:
        if old.get(key) != new.get(key):
            value = str(new.get(key, ""))
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
        sns.subscribe(TopicArn=topic, Protocol=each["Protocol"], Endpoint=each["Endpoint"])


def _delete_topic(cloud: Cloud, topic: str, _: Properties) -> None:
    cloud.clients.client("sns").delete_topic(TopicArn=topic)


def _subscribe(cloud: Cloud, _: str, properties: Properties) -> Made:
    made = cloud.clients.client("sns").subscribe(**properties, ReturnSubscriptionArn=True)
    return Made(made["SubscriptionArn"])


_OF_SUBSCRIPTIONS = (
    *("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery"),
    *("RedrivePolicy", "SubscriptionRoleArn"),
)
_DEFAULTS = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}


def _update_subscription(cloud: Cloud, arn: str, old: Properties, new: Properties) -> None:
    for key in _OF_SUBSCRIPTIONS:
        if old.get(key) != new.get(key):
            value = new.get(key, _DEFAULTS.get(key, {}))
            cloud.clients.client("sns").set_subscription_attributes(
                SubscriptionArn=arn,
                AttributeName=key,
                AttributeValue=json.dumps(value) if isinstance(value, dict) else plain_text(value),
            )


def _unsubscribe(cloud: Cloud, subscription: str, _: Properties) -> None:
    cloud.clients.client("sns").unsubscribe(SubscriptionArn=subscription)


def _put_policy(cloud: Cloud, properties: Properties) -> None:
    policy = json.dumps(properties["PolicyDocument"])
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
    ),
    ResourceType(
        "AWS::SNS::Subscription",
        _subscribe,
        _unsubscribe,
        _update_subscription,
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
