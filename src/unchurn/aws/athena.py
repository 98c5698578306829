"""Tables and queries of Athena, unloaded as Parquet into a prefix that is deleted again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unchurn.aws import layout
from unchurn.aws.clients import Clients
from unchurn.aws.failure import asking_aws, code_of
from unchurn.aws.objects import Object, below, delete_below, parse_s3, reading
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Progress
from unchurn.project.athena_address import SHAPE, Address, read_address

POLL_SECONDS = 0.5

_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
_NOT_THERE = ("TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "does not exist")
_SECONDS_TO_STOP = 30


def parse_address(location: str) -> Address:
    """Read ``athena://…``. Raises `ConfigError` on any other shape."""
    try:
        return read_address(location)
    except ValueError as error:
        raise ConfigError(str(error), f"Write {SHAPE}.") from error


@contextmanager
def unloaded(
    clients: Clients, workgroup: str, address: Address, progress: Progress
) -> Iterator[list[Object]]:
    """Unload what `address` names; yield the Parquet objects, which are gone afterwards.

    They lie below ``athena/unload/<id>/`` in the bucket of the workgroup's results. Whatever
    happens (a failed query, an error of the block, Ctrl-C), the query is stopped and everything
    it wrote is deleted; where that is refused, a note says what is left. Raises `ConfigError`
    for a workgroup, table or database that is not there, `DataError` with Athena's reason.
    """
    bucket = _bucket_of(clients, workgroup)
    prefix = f"{layout.ATHENA}unload/{uuid.uuid4().hex}/"
    request = address.request(f"s3://{bucket}/{prefix}")
    athena, s3 = clients.client("athena"), clients.client("s3")
    started: list[str] = []
    try:
        with asking_aws(f"read {address.text}"), progress.task(f"asking Athena: {address.text}"):
            started.append(_start(athena, workgroup, address, request))
            execution = _waited(athena, started[0])
        _require_success(address, execution)
        with reading(f"s3://{bucket}/{prefix}"):
            objects = below(s3, bucket, prefix)
        yield objects
    finally:
        _clean_up(athena, s3, bucket, prefix, started, progress)


def _bucket_of(clients: Clients, workgroup: str) -> str:
    from botocore.exceptions import ClientError

    with asking_aws(f"look at the Athena workgroup {workgroup!r}"):
        try:
            found = clients.client("athena").get_work_group(WorkGroup=workgroup)
        except ClientError as error:
            if code_of(error) != "InvalidRequestException":
                raise
            found = {}
    settings = found.get("WorkGroup", {}).get("Configuration", {}).get("ResultConfiguration", {})
    if not settings.get("OutputLocation"):
        raise ConfigError(
            f"There is no Athena workgroup {workgroup!r} with a place for results in "
            f"{clients.region}.",
            "It comes with the stack: unchurn aws deploy — or name another with [aws] stack.",
        )
    return parse_s3(settings["OutputLocation"])[0]


def _start(athena: Any, workgroup: str, address: Address, request: dict[str, Any]) -> str:
    try:
        started = athena.start_query_execution(WorkGroup=workgroup, **request)
        return str(started["QueryExecutionId"])
    except athena.exceptions.InvalidRequestException as error:
        why = error.response["Error"].get("Message", "")
        raise ConfigError(
            f"Athena does not take {address.text}: {why}", f"Write {SHAPE}."
        ) from error


def _waited(athena: Any, number: str, seconds: float = float("inf")) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while True:
        found = athena.get_query_execution(QueryExecutionId=number)["QueryExecution"]
        if found["Status"]["State"] in _ENDED or time.monotonic() > end:
            return dict(found)
        time.sleep(POLL_SECONDS)


def _require_success(address: Address, execution: dict[str, Any]) -> None:
    status = execution["Status"]
    if status["State"] == "SUCCEEDED":
        return
    why = str(status.get("StateChangeReason", status["State"])).rstrip(".")
    if any(each in why for each in _NOT_THERE):
        raise ConfigError(f"Athena finds nothing at {address.text}: {why}.", f"Write {SHAPE}.")
    raise DataError(f"Athena could not read {address.text}: {why}.", "Change the query or table.")


def _clean_up(
    athena: Any, s3: Any, bucket: str, prefix: str, started: list[str], progress: Progress
) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        for number in started:
            _delete_results(athena, s3, number)
        delete_below(s3, bucket, prefix)
    except (BotoCoreError, ClientError) as error:
        progress.note(
            f"What Athena wrote to s3://{bucket}/{prefix} could not be deleted: {error} "
            "The bucket's lifecycle rule will."
        )


def _delete_results(athena: Any, s3: Any, number: str) -> None:
    """Stop a query that still runs, and delete its own manifest and metadata."""
    execution = _waited(athena, number, 0)
    if execution["Status"]["State"] not in _ENDED:
        athena.stop_query_execution(QueryExecutionId=number)
        execution = _waited(athena, number, _SECONDS_TO_STOP)
    results = execution.get("ResultConfiguration", {}).get("OutputLocation", "")
    if results:
        bucket, key = parse_s3(results)
        own, found, _ = key.partition(number)
        if found:
            delete_below(s3, bucket, own + number)
