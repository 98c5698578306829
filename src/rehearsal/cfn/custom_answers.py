"""Where custom resources are answered: a bucket of AWS's own, by a URL that is signed for one answer."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from threading import Thread
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cloud import Cloud

LARGEST = 4096
"""Bytes of an answer."""
PATIENCE_SECONDS = 60.0
"""How long an answer is waited for when its function has ended; AWS waits for all of ServiceTimeout."""
POLL_SECONDS = 0.02
_OWNER = "000000000000"
"""An account that is not the rehearsed one, whose buckets nobody lists."""


class NoAnswerError(RefusedError):
    """A custom resource that was not made; `physical_id` is what it is called even so, or ""."""

    def __init__(self, message: str, physical_id: str = "") -> None:
        super().__init__(message)
        self.physical_id = physical_id


@dataclass(frozen=True)
class Letterbox:
    """The place of an answer, or of several, by its key in a bucket of AWS's."""

    cloud: Cloud
    key: str
    bucket: str = "cloudformation-custom-resource-response"

    def address(self) -> str:
        """Return the URL to which the answer is put."""
        s3 = self.cloud.clients.client("s3")
        place = {"Bucket": self._bucket().name, "Key": self.key}
        return str(s3.generate_presigned_url("put_object", place, ExpiresIn=7200))

    def ask(self, token: str, request: dict[str, Any], limit: float) -> bytes:
        """Send a request and wait for its answer.

        Raises `NoAnswerError` when there is none, `RefusedError` when it could not be sent.
        """
        asked = _Asked(self.cloud, token, request)
        asked.start()
        until = time.monotonic() + limit
        while (answer := self._taken()) is None:
            if asked.error:
                raise RefusedError(asked.error)
            if not asked.is_alive() and until > time.monotonic() + PATIENCE_SECONDS:
                until = time.monotonic() + PATIENCE_SECONDS
            if asked.failed or time.monotonic() > until:
                # It may have answered since, and failed only then.
                if (answer := self._taken()) is not None:
                    return answer
                raise NoAnswerError(
                    _unanswered(self.cloud, request, asked.failed),
                    str(request.get("PhysicalResourceId", "")),
                )
            time.sleep(POLL_SECONDS)
        return answer

    def _bucket(self) -> Any:
        from moto.s3.models import s3_backends

        owner = s3_backends[_OWNER]["aws"]
        region = self.cloud.region
        name = f"{self.bucket}-{region.replace('-', '')}"
        if name not in owner.buckets:
            owner.create_bucket(name, region).versioning_status = "Enabled"
        return owner.buckets[name]

    def letters(self) -> list[bytes]:
        """Return what was put there so far, the first first."""
        return [bytes(each.value) for each in self._bucket().keys.getlist(self.key, [])]

    def _taken(self) -> bytes | None:
        return next(iter(self.letters()[-1:]), None)


class _Asked(Thread):
    """A request under way: `error` says why it did not get there, `failed` how the function ended."""

    def __init__(self, cloud: Cloud, token: str, request: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self.cloud, self.token, self.body = cloud, token, json.dumps(request)
        self.error = self.failed = ""

    def run(self) -> None:
        """Send the request; a function is waited for."""
        try:
            if self.token.split(":")[2] == "sns":
                subject = "AWS CloudFormation custom resource request"
                self.cloud.clients.client("sns").publish(
                    TopicArn=self.token, Message=self.body, Subject=subject
                )
            else:
                self._invoke()
        except Exception as error:  # whatever it is, the stack is to be told of it
            self.error = f"Failed to send the request to {self.token}: {error}"

    def _invoke(self) -> None:
        from moto.awslambda.utils import get_backend

        # Not by its API: a client would give up after a minute, and a function may take fifteen.
        answered: dict[str, Any] = {}
        backend = get_backend(self.cloud.account, self.cloud.region)
        said = backend.invoke(self.token, None, self.body, {}, answered)
        if "x-amz-function-error" in answered:
            told = json.loads(said or b"{}")
            self.failed = f"{told.get('errorType')}: {told.get('errorMessage')}"


def _unanswered(cloud: Cloud, request: dict[str, Any], failed: str) -> str:
    cloud.journal.remark(
        "A custom resource whose function has ended without an answer is given up at once where "
        f"it failed, else after {PATIENCE_SECONDS:.0f} s; on AWS Lambda tries a failed one twice "
        "more, and CloudFormation waits for the whole ServiceTimeout, an hour by default."
    )
    why = (
        "CloudFormation did not receive a response from your Custom Resource. Please check your "
        f"logs for requestId [{request['RequestId']}]."
    )
    return f"{why} The function failed: {failed}" if failed else why
