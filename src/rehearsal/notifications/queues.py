"""Functions mapped to a queue: polled for and invoked with batches, as Lambda's own pollers do it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from rehearsal.cloud import Cloud

WAIT_SECONDS = 0.2
"""How long a poller waits for a message before it looks whether one has become visible again."""
_MOST = 10
"""Messages that one call to SQS receives."""


@dataclass
class Pollers:
    """The pollers of one cloud, one a mapping, until it is closed."""

    cloud: Cloud
    closed: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)

    def begin(self, backend: Any, mapping: Any, queue: Any) -> None:
        """Poll `queue` for `mapping` for as long as there are both."""
        work = (backend, mapping, queue)
        thread = Thread(target=self._poll, args=work, name=mapping.uuid, daemon=True)
        self.threads.append(thread)
        thread.start()

    def close(self) -> None:
        """End them all."""
        self.closed.set()
        for thread in self.threads:
            thread.join()

    def _poll(self, backend: Any, mapping: Any, queue: Any) -> None:
        from moto.sqs.models import sqs_backends

        queues = sqs_backends[queue.account_id][queue.region]
        while not self.closed.is_set() and backend.get_event_source_mapping(mapping.uuid):
            if queues.queues.get(queue.name) is not queue:
                return
            queue.wait_for_messages(WAIT_SECONDS)
            if not mapping.enabled or not queue.messages:
                # What is sent while a mapping is off stays visible, and waiting would not wait.
                self.closed.wait(0 if mapping.enabled else WAIT_SECONDS)
                continue
            try:
                self._batch(backend, mapping, queue)
            except RuntimeError:
                return  # the functions have ended with their cloud
            except Exception as error:  # a poller outlives whatever happens to one batch
                why = f"{type(error).__name__}: {error}"
                self.cloud.journal.note("notification", queue.name, "Failed", why=why)
                self.closed.wait(WAIT_SECONDS)

    def _batch(self, backend: Any, mapping: Any, queue: Any) -> None:
        """Take a batch, invoke the function, delete what it is through with."""
        sqs = self.cloud.clients.client("sqs")
        url = sqs.get_queue_url(QueueName=queue.name)["QueueUrl"]
        taken: list[dict[str, Any]] = []
        while len(taken) < mapping.batch_size:
            got = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(_MOST, mapping.batch_size - len(taken)),
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            if not got:
                break
            taken += got
        if not taken:
            # Visible, and yet not given: of a group that is being worked on, or just given up.
            self.closed.wait(WAIT_SECONDS)
        wanted = [each for each in taken if _wanted(mapping, each)]
        kept = self._invoke(backend, mapping, queue, wanted) if wanted else set()
        for each in taken:
            if each["MessageId"] not in kept:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])

    def _invoke(
        self, backend: Any, mapping: Any, queue: Any, messages: list[dict[str, Any]]
    ) -> set[str]:
        """Invoke the function; return the messages that are to become visible again."""
        records = [_record(queue, each) for each in messages]
        answered: dict[str, Any] = {}
        body = json.dumps({"Records": records})
        payload = backend.invoke(mapping.function_arn, None, body, {}, answered)
        every = {each["messageId"] for each in records}
        failed = "x-amz-function-error" in answered
        status = "Failed" if failed else "Delivered"
        self.cloud.journal.note("notification", queue.name, status)
        if failed:
            return every
        if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
            return set()
        told = json.loads(payload or "null") or {}
        return {each["itemIdentifier"] for each in told.get("batchItemFailures") or []}


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


def _wanted(mapping: Any, message: dict[str, Any]) -> bool:
    """Tell whether a message passes the filters of a mapping; one that does not is deleted."""
    from moto.events.models import EventPattern

    patterns = (mapping.filter_criteria or {}).get("Filters") or []
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = message["Body"]
    return not patterns or any(
        EventPattern.load(each["Pattern"]).matches_event({"body": body}) for each in patterns
    )
