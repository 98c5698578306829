"""Functions mapped to streams, of a table or of Kinesis: read in order, invoked with batches."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.notifications.queues import WAIT_SECONDS
from rehearsal.permissions.actions import Need

SERVICES = ("dynamodb", "kinesis")
_LONGEST_SECONDS = 2.0
"""The longest pause before a batch that failed is tried again."""
_READ = ("GetRecords", "GetShardIterator", "DescribeStream")
Record = dict[str, Any]
Fetch = Callable[[], list[Record] | None]
"""Returns the records that are new since it was asked last; None once the stream is gone."""


@dataclass
class Readers:
    """The readers of one cloud, one a mapping, until it is closed."""

    cloud: Cloud
    closed: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)

    def begin(self, backend: Any, mapping: Any, fetch: Fetch) -> None:
        """Read for `mapping` for as long as it and its stream are there."""
        work = (backend, mapping, fetch)
        thread = Thread(target=self._read, args=work, name=mapping.uuid, daemon=True)
        self.threads.append(thread)
        thread.start()

    def close(self) -> None:
        """End them all."""
        self.closed.set()
        for thread in self.threads:
            thread.join()

    def _read(self, backend: Any, mapping: Any, fetch: Fetch) -> None:
        waiting: list[Record] = []
        while not self.closed.is_set() and backend.get_event_source_mapping(mapping.uuid):
            if mapping.enabled and not waiting:
                found = fetch()
                if found is None:
                    return
                waiting = found
            if not waiting or not mapping.enabled:
                self.closed.wait(WAIT_SECONDS)
                continue
            try:
                done = self._deliver(backend, mapping, waiting[: mapping.batch_size])
            except RuntimeError:
                return  # the functions have ended with their cloud
            del waiting[:done]

    def _deliver(self, backend: Any, mapping: Any, batch: list[Record]) -> int:
        """Invoke the function until it is through with a batch; return how many are done with."""
        most, attempts = mapping.max_retry_attempts, 0
        while True:
            failed = self._invoke(backend, mapping, [e for e in batch if _wanted(mapping, e)])
            if failed is None:
                return len(batch)
            numbers = [_number(each) for each in batch]
            if failed in numbers[1:]:
                return numbers.index(failed)
            attempts += 1
            if most is not None and 0 <= int(most) < attempts:
                why = f"given up after {attempts} attempts"
                self.cloud.journal.note("notification", mapping.event_source_arn, "Failed", why=why)
                return len(batch)
            pause = min(WAIT_SECONDS * 2**attempts, _LONGEST_SECONDS)
            if self.closed.wait(pause) or not backend.get_event_source_mapping(mapping.uuid):
                return 0

    def _invoke(self, backend: Any, mapping: Any, records: list[Record]) -> str | None:
        """Invoke the function; return the number of the first record that failed, None if none."""
        if not records:
            return None
        answered: dict[str, Any] = {}
        body = json.dumps({"Records": records})
        payload = backend.invoke(mapping.function_arn, None, body, {}, answered)
        failed = "x-amz-function-error" in answered
        status = "Failed" if failed else "Delivered"
        self.cloud.journal.note("notification", mapping.event_source_arn, status)
        if failed:
            return _number(records[0])
        if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
            return None
        told = (json.loads(payload or "null") or {}).get("batchItemFailures") or []
        return min((str(each["itemIdentifier"]) for each in told), key=int, default=None)


def check_stream(cloud: Cloud, function: Any, source: str, spec: dict[str, Any]) -> None:
    """Refuse what Lambda refuses: no place to start from, a role that may not read the stream."""
    from moto.awslambda.exceptions import InvalidParameterValueException

    if spec.get("StartingPosition") not in ("LATEST", "TRIM_HORIZON"):
        raise InvalidParameterValueException(
            "The rehearsal reads a stream from its StartingPosition LATEST or TRIM_HORIZON."
        )
    service, name = source.split(":")[2], str(function.function_name)
    role, arn = str(function.role), str(function.function_arn)
    with cloud.permissions.as_role(role, "lambda", name, arn):
        why = cloud.permissions.ask(Need(f"{service}:{each}", source) for each in _READ)
    if why:
        raise InvalidParameterValueException(
            f"Cannot access stream {source}. Please ensure the role can perform the "
            f"{', '.join(_READ)} Actions on your stream in IAM. {why}"
        )


def fetching(cloud: Cloud, mapping: Any) -> Fetch:
    """Return what reads the stream of a mapping, from where that starts."""
    of_table = mapping.event_source_arn.split(":")[2] == "dynamodb"
    return (_of_table if of_table else _of_kinesis)(cloud, mapping)


def _of_table(cloud: Cloud, mapping: Any) -> Fetch:
    """Return what reads the stream of a table, of which moto keeps every record."""
    from moto.dynamodb.models import dynamodb_backends

    tables = dynamodb_backends[mapping.account_id][mapping.region].tables
    name = mapping.event_source_arn.split("/")[1]
    table = tables[name]
    table.lambda_event_source_mappings.pop(mapping.function_arn, None)
    shard = table.stream_shard
    position = len(shard.items) if mapping.starting_position == "LATEST" else 0

    def fetch() -> list[Record] | None:
        nonlocal position
        if tables.get(name) is not table or table.stream_shard is not shard:
            return None
        found = shard.items[position:]
        position += len(found)
        return [_of_change(mapping, each.to_json()) for each in found]

    return fetch


def _of_change(mapping: Any, told: Record) -> Record:
    change = dict(told["dynamodb"])
    made = change["ApproximateCreationDateTime"]
    change["ApproximateCreationDateTime"] = made.timestamp() if hasattr(made, "timestamp") else made
    return told | {"dynamodb": change, "eventSourceARN": mapping.event_source_arn}


def _of_kinesis(cloud: Cloud, mapping: Any) -> Fetch:
    """Return what reads every shard of a stream."""
    from moto.kinesis.models import kinesis_backends

    kinesis, stream = cloud.clients.client("kinesis"), mapping.event_source_arn
    for each in kinesis_backends[mapping.account_id][mapping.region].streams.values():
        each.lambda_event_source_mappings.pop(stream, None)
    at = {
        shard["ShardId"]: kinesis.get_shard_iterator(
            StreamName=stream.rpartition("/")[
                2
            ],  # of an ARN moto makes no iterator that it finds again
            ShardId=shard["ShardId"],
            ShardIteratorType=mapping.starting_position,
        )["ShardIterator"]
        for shard in kinesis.list_shards(StreamARN=stream)["Shards"]
    }

    def fetch() -> list[Record] | None:
        found = []
        for shard, where in at.items():
            try:
                got = kinesis.get_records(ShardIterator=where)
            except kinesis.exceptions.ResourceNotFoundException:
                return None
            at[shard] = got["NextShardIterator"]
            found += [_of_record(mapping, shard, each) for each in got["Records"]]
        return found

    return fetch


def _of_record(mapping: Any, shard: str, told: Record) -> Record:
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": told["PartitionKey"],
            "sequenceNumber": told["SequenceNumber"],
            "data": base64.b64encode(told["Data"]).decode(),
            "approximateArrivalTimestamp": told["ApproximateArrivalTimestamp"].timestamp(),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{told['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "awsRegion": mapping.region,
        "eventSourceARN": mapping.event_source_arn,
    }


def _number(record: Record) -> str:
    """Return the number that a record has in its shard."""
    of = record.get("kinesis")
    return str(of["sequenceNumber"] if of else record["dynamodb"]["SequenceNumber"])


def _wanted(mapping: Any, record: Record) -> bool:
    """Tell whether a record passes the filters of a mapping; one that does not is passed over."""
    from moto.events.models import EventPattern

    patterns = (mapping.filter_criteria or {}).get("Filters") or []
    seen = record
    if of := record.get("kinesis"):
        data = base64.b64decode(of["data"])
        try:
            seen = {**of, "data": json.loads(data)}
        except ValueError:
            seen = {**of, "data": data.decode(errors="replace")}
    return not patterns or any(
        EventPattern.load(each["Pattern"]).matches_event(seen) for each in patterns
    )
