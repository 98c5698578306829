#!/usr/bin/env bash
# boto3 1.40.0 over botocore 1.40.0, Python 3.11 or later: the exceptions of a client that several threads share.
#
# Expected: clients are safe to share among threads (boto3's guide says so), so `except client.exceptions.X` catches what a
# call of that client raises with the code X, in whichever thread.
# Seen: the classes are made when `client.exceptions` is first read, without a lock. Threads that read it at the same time make
# several sets of them, and the client keeps the last, of which calls raise from then on. A thread that holds a class of an
# earlier set does not catch it: "already exists", which two creators of one log group expect, comes through as a fault.
# Reading `client.exceptions` once before the client is shared is enough.
# (No network is needed: the answer of the service is put in its place.)
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet boto3==1.40.0 botocore==1.40.0
cd "$room"
HOME=$room AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_DEFAULT_REGION=us-east-1 "$room/env/bin/python" - <<'PY'
import sys
from threading import Barrier, Thread

import boto3
import botocore
from botocore.awsrequest import AWSResponse

CODE, THREADS, ROUNDS = "ResourceAlreadyExistsException", 8, 20
sys.setswitchinterval(1e-6)  # threads take turns more often; nothing else changes


class Raw:
    def stream(self, **_):
        yield b'{"__type": "%s", "message": "it is there"}' % CODE.encode()


def exists(request, **_):
    return AWSResponse(request.url, 400, {"Content-Type": "application/x-amz-json-1.1"}, Raw())


def not_caught(first):
    session = boto3.Session()
    logs = session.client("logs")
    logs.meta.events.register("before-send.logs", exists)
    if first:
        logs.exceptions
    gate, classes = Barrier(THREADS), []

    def read():
        gate.wait()
        classes.append(logs.exceptions.ResourceAlreadyExistsException)

    threads = [Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        logs.create_log_group(logGroupName="acme")
    except Exception as raised:
        return any(not isinstance(raised, each) for each in classes)


shared = sum(not_caught(False) for _ in range(ROUNDS))
read_before = sum(not_caught(True) for _ in range(ROUNDS))
print("boto3", boto3.__version__, "botocore", botocore.__version__)
print(f"clients of which some thread would not have caught its exception: {shared > 0}")
print(f"the same, with client.exceptions read once before: {read_before > 0}")
assert shared and not read_before, (shared, read_before)
PY
