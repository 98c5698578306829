"""Functions mapped to streams, of a table or of Kinesis: read in order, invoked with batches."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.notifications.pollers import WAIT_SECONDS, Mapped
from rehearsal.permissions.actions import Need

SERVICES = ("dynamodb", "kinesis")
_LONGEST_SECONDS = 2.0
"""The longest pause before a batch that failed is tried again."""
_READ = ("GetRecords", "GetShardIterator", "DescribeStream")
Record = dict[str, Any]
Fetch = Callable[[], list[Record] | None]
"""Returns the records that are new since it was asked last; None once the stream is gone."""


@dataclass
class StreamReader:
    """Reads a stream for the function that is mapped to it; `waiting` are records yet to be worked on."""

    mapped: Mapped
    fetch: Fetch
    waiting: list[Record] = field(default_factory=list)

    def turn(self) -> bool:
        """Work on a batch of what is waiting, or new; False once the stream is gone."""
        mapping = self.mapped.mapping
        if mapping.enabled and not self.waiting:
            found = self.fetch()
            if found is None:
                return False
            self.waiting = found
        if not self.waiting or not mapping.enabled:
            self.mapped.pause()
        else:
            del self.waiting[: self._deliver(self.waiting[: mapping.batch_size])]
        return True

    def _deliver(self, batch: list[Record]) -> int:
        """Invoke the function until it is through with a batch; return how many are done with."""
        most, attempts = self.mapped.mapping.max_retry_attempts, 0
        numbers = [_number(each) for each in batch]
        while True:
            failed = self._invoke([each for each in batch if self.mapped.passes(_seen(each))])
            if failed is None:
                return len(batch)
            if failed in numbers[1:]:
                return numbers.index(failed)
            attempts += 1
            if most is not None and 0 <= int(most) < attempts:
                self.mapped.note("Failed", why=f"given up after {attempts} attempts")
                return len(batch)
            pause = min(WAIT_SECONDS * 2**attempts, _LONGEST_SECONDS)
            if self.mapped.pause(pause) or not self.mapped.stands():
                return 0

    def _invoke(self, records: list[Record]) -> str | None:
        """Invoke the function; return the number of the first record that failed, None if none."""
        failed = self.mapped.invoke(records) if records else []
        if failed is None:
            return _number(records[0])
        return min(failed, key=int, default=None)


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


def _seen(record: Record) -> Record:
    """Return what filters see of a record: what it holds, not the shard's writing of it."""
    if not (of := record.get("kinesis")):
        return record
    data = base64.b64decode(of["data"])
    try:
        return {**of, "data": json.loads(data)}
    except ValueError:
        return {**of, "data": data.decode(errors="replace")}
