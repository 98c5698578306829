"""Functions mapped to a queue: polled for and invoked with batches, as Lambda's own pollers do it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rehearsal.notifications.pollers import WAIT_SECONDS, Mapped
from rehearsal.step_functions.timing import HASTE

_MOST = 10
"""Messages that one call to SQS receives."""


@dataclass(frozen=True)
class QueuePoller:
    """Polls a queue for the function that is mapped to it."""

    mapped: Mapped
    queue: Any

    def turn(self) -> bool:
        """Wait for messages and work on a batch of them; False once the queue is gone."""
        from moto.sqs.models import sqs_backends

        queue = self.queue
        if sqs_backends[queue.account_id][queue.region].queues.get(queue.name) is not queue:
            return False
        queue.wait_for_messages(WAIT_SECONDS)
        if not self.mapped.mapping.enabled:
            # What is sent while a mapping is off stays visible, and waiting would not wait.
            self.mapped.pause()
        elif queue.messages:
            self._batch()
        return True

    def _batch(self) -> None:
        """Take a batch, invoke the function, delete what it is through with."""
        sqs = self.mapped.pollers.cloud.clients.client("sqs")
        url = sqs.get_queue_url(QueueName=self.queue.name)["QueueUrl"]
        taken: list[dict[str, Any]] = []
        size = self.mapped.mapping.batch_size
        while len(taken) < size:
            got = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(_MOST, size - len(taken)),
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            if not got:
                break
            taken += got
        if not taken:
            # Visible, and yet not given: of a group that is being worked on, or just given up.
            self.mapped.pause()
        # a message that does not pass the filters is deleted
        wanted = [each for each in taken if self.mapped.passes(_seen(each))]
        kept = self._invoke(wanted) if wanted else set()
        for each in taken:
            if each["MessageId"] not in kept:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        self._give_back(kept)

    def _give_back(self, failed: set[str]) -> None:
        """Make messages visible again after a part of the queue's time: it is a pause before a retry."""
        from moto.core.utils import unix_time_millis

        again = unix_time_millis() + int(self.queue.visibility_timeout) * 1000 * HASTE
        for message in list(self.queue._messages):
            if message.id in failed:
                message.visible_at = again

    def _invoke(self, messages: list[dict[str, Any]]) -> set[str]:
        """Invoke the function; return the messages that are to become visible again."""
        failed = self.mapped.invoke([_record(self.queue, each) for each in messages])
        return {each["MessageId"] for each in messages} if failed is None else set(failed)


def check_time(function: Any, queue: Any) -> None:
    """Refuse a function whose messages would come again while it still works on them."""
    from moto.awslambda.exceptions import InvalidParameterValueException

    allowed, timeout = int(queue.visibility_timeout), int(function.timeout)
    if timeout > allowed:
        raise InvalidParameterValueException(
            f"Queue visibility timeout: {allowed} seconds is less than "
            f"Function timeout: {timeout} seconds"
        )


def _record(queue: Any, message: dict[str, Any]) -> dict[str, Any]:
    attributes = {
        name: {
            "stringValue": each.get("StringValue"),
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": each["DataType"],
        }
        for name, each in (message.get("MessageAttributes") or {}).items()
    }
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes") or {},
        "messageAttributes": attributes,
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }


def _seen(message: dict[str, Any]) -> dict[str, Any]:
    """Return what filters see of a message."""
    try:
        return {"body": json.loads(message["Body"])}
    except ValueError:
        return {"body": message["Body"]}
