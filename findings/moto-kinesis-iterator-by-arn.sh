#!/usr/bin/env bash
# moto 5.2.5, Kinesis: a shard iterator asked for by the stream's ARN.
#
# Expected: GetRecords reads from it, as from one asked for by name: the API takes either, and an
# iterator is opaque.
# Seen: GetShardIterator answers, and GetRecords finds no stream for that very iterator
# (ResourceNotFoundException), although the stream is there and by its name both work. A reader that
# an event source mapping gives an ARN, as Lambda does, looks as if its stream had been deleted.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet 'moto[kinesis]==5.2.5' boto3==1.44.5
AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1 "$room/env/bin/python" - <<'PY'
import boto3
import moto

with moto.mock_aws():
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="acme", ShardCount=1)
    kinesis.put_record(StreamName="acme", Data=b"one", PartitionKey="k")
    arn = kinesis.describe_stream(StreamName="acme")["StreamDescription"]["StreamARN"]
    shard = kinesis.list_shards(StreamName="acme")["Shards"][0]["ShardId"]
    answers = {}
    for way in ({"StreamName": "acme"}, {"StreamARN": arn}):
        iterator = kinesis.get_shard_iterator(
            **way, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        try:
            answer = [each["Data"] for each in kinesis.get_records(ShardIterator=iterator)["Records"]]
        except Exception as error:
            answer = type(error).__name__
        (name,) = way
        answers[name] = answer
        print(name, "->", answer)
print("moto", moto.__version__)
assert answers == {"StreamName": [b"one"], "StreamARN": "ResourceNotFoundException"}
PY
