#!/usr/bin/env bash
# sagemaker 2.243.0 over boto3 1.40.0: AWS_ENDPOINT_URL, by which botocore has led every client elsewhere since 1.31.
#
# Expected: with AWS_ENDPOINT_URL set, whatever the SageMaker SDK calls goes there, as all clients of the same session do.
# Seen: its clients of STS are made for an address that the SDK spells out, which that variable does not change. Asking for
# the account, or for the default bucket, leaves for sts.us-east-1.amazonaws.com while the same session's own client
# of STS goes where it was told. With an emulator on loopback the one call goes out, with whatever credentials there are.
# (No network is needed: what would be sent is caught before it is.)
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet sagemaker==2.243.0 boto3==1.40.0
cd "$room"
HOME=$room AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_DEFAULT_REGION=us-east-1 \
  "$room/env/bin/python" - 2>/dev/null <<'PY'
from importlib.metadata import version

import boto3
import sagemaker
from botocore.awsrequest import AWSResponse

ANSWER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/ada</Arn><UserId>ada</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
called = []


class Raw:
    def stream(self, **_):
        yield ANSWER


def caught(request, **_):
    called.append(request.url)
    return AWSResponse(request.url, 200, {"Content-Type": "text/xml"}, Raw())


session = boto3.Session()
session.events.register("before-send.sts", caught)
session.client("sts").get_caller_identity()
sagemaker.Session(boto_session=session).account_id()
print("sagemaker", version("sagemaker"), "boto3", boto3.__version__)
print("the session's own client:", called[0])
print("the SDK's:               ", called[1])
assert called[0].startswith("http://127.0.0.1:9"), called
assert called[1].startswith("https://sts.us-east-1.amazonaws.com"), called
PY
