"""A notification brought to where it is sent, if that lets its sender in."""

from __future__ import annotations

from rehearsal.cloud import Cloud
from rehearsal.notifications.resource_policies import Sender, lets_in


def deliver(cloud: Cloud, arn: str, sender: Sender, message: str, subject: str = "") -> None:
    """Bring `message` to a function, a queue or a topic; what becomes of it, the journal tells."""
    from botocore.exceptions import ClientError

    name = arn.rpartition(":")[2]
    if not lets_in(cloud, arn, sender):
        denied(cloud, arn, sender)
        return
    try:
        _send(cloud, arn, message, subject)
    except ClientError as error:  # it is not the sender's affair
        cloud.journal.note("notification", name, "Failed", why=str(error))
    else:
        cloud.journal.note("notification", name, "Delivered")


def denied(cloud: Cloud, arn: str, sender: Sender) -> None:
    """Write down that a destination does not let its sender in."""
    why = f"The policy of {arn} does not let {sender.service} in for {sender.arn}."
    cloud.journal.note("notification", arn.rpartition(":")[2], "Denied", why=why)


def _send(cloud: Cloud, arn: str, message: str, subject: str) -> None:
    service = arn.split(":")[2]
    if service == "lambda":
        cloud.clients.client("lambda").invoke(
            FunctionName=arn, InvocationType="Event", Payload=message.encode()
        )
    elif service == "sns":
        cloud.clients.client("sns").publish(TopicArn=arn, Message=message, Subject=subject)
    else:
        sqs = cloud.clients.client("sqs")
        url = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=message)
