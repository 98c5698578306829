"""A function subscribed to a topic is invoked with its messages, if it lets the topic in."""

from __future__ import annotations

import json

from small_listener import Listener, waited

from open_queue import open_queue
from rehearsal.cloud import Cloud


def test_a_message_that_passes_the_filter_reaches_the_function(acme: Cloud) -> None:
    listener = Listener(acme).make()
    sns = acme.clients.client("sns")
    topic = sns.create_topic(Name="acme-told")["TopicArn"]
    listener.permit("sns.amazonaws.com", topic)
    made = sns.subscribe(
        TopicArn=topic,
        Protocol="lambda",
        Endpoint=listener.arn,
        Attributes={"FilterPolicy": json.dumps({"kind": ["wanted"]})},
        ReturnSubscriptionArn=True,
    )
    for kind in ("other", "wanted"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=f"a {kind} one", MessageAttributes=attributes)
    (record,) = listener.records(1)
    assert record["EventSource"] == "aws:sns"
    assert record["EventSubscriptionArn"] == made["SubscriptionArn"]
    told = record["Sns"]
    assert (told["Message"], told["TopicArn"], told["Subject"]) == ("a wanted one", topic, None)
    assert told["MessageAttributes"] == {"kind": {"Type": "String", "Value": "wanted"}}


def test_an_alias_that_lets_the_topic_in_is_invoked(acme: Cloud) -> None:
    listener, functions = Listener(acme).make(), acme.clients.client("lambda")
    version = functions.publish_version(FunctionName="listener")["Version"]
    alias = functions.create_alias(FunctionName="listener", Name="live", FunctionVersion=version)
    topic = acme.clients.client("sns").create_topic(Name="acme-told")["TopicArn"]
    functions.add_permission(
        FunctionName="listener",
        Qualifier="live",
        StatementId="told",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    acme.clients.client("sns").subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=alias["AliasArn"]
    )
    acme.clients.client("sns").publish(TopicArn=topic, Message="to the alias")
    assert listener.records(1)[0]["Sns"]["Message"] == "to the alias"


def test_a_function_that_lets_no_topic_in_hears_nothing(acme: Cloud) -> None:
    listener = Listener(acme).make()
    sns = acme.clients.client("sns")
    topic = sns.create_topic(Name="acme-told")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=listener.arn)
    sns.publish(TopicArn=topic, Message="unheard")
    denied = waited(lambda: [n for n in acme.journal.notes if n.status == "Denied"], "not denied")
    assert "does not let sns.amazonaws.com in" in denied[0].why


def test_a_queue_hears_a_topic_that_its_policy_lets_in_and_no_other(acme: Cloud) -> None:
    sns, sqs = (acme.clients.client(name) for name in ("sns", "sqs"))
    topic = sns.create_topic(Name="acme-told")["TopicArn"]
    url, arn = open_queue(sqs, "open")
    shut = sqs.create_queue(QueueName="shut")["QueueUrl"]
    for endpoint in (arn, arn.replace("open", "shut")):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    sns.publish(TopicArn=topic, Message="told")
    (heard,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(heard["Body"])["Message"] == "told"
    assert "Messages" not in sqs.receive_message(QueueUrl=shut)
    (denied,) = [note for note in acme.journal.notes if note.status == "Denied"]
    assert "shut does not let sns.amazonaws.com in" in denied.why
