"""Functions of Node.js run under this machine's own, and answer as on Lambda."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from typing import Any

import pytest
from deployed import FUNCTION, WORKER, deleted, made

from rehearsal.cloud import Cloud

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="needs node")
CODE = """
const beside = require("./beside");
exports.kept = (event, context, callback) => {
  console.log("kept", context.awsRequestId);
  setTimeout(() => callback(null, { said: beside.loud(event.word), of: context.functionName }), 5);
};
exports.fails = async () => { throw new TypeError("no such word"); };
exports.forgets = (event) => { setTimeout(() => console.log("late"), 5); };
exports.dies = () => process.exit(3);
"""
BESIDE = "exports.loud = (word) => word.toUpperCase();"
MODULE = "import os from 'node:os'; export const handler = async () => typeof os.cpus;"
CUSTOM = f"""
Resources:
{FUNCTION}      Code:
        ZipFile: |
          const https = require("https"), response = require("cfn-response");
          exports.handler = (event, context) => {{
            const given = event.ResourceProperties.Word;
            if (event.RequestType !== "Create" || given !== "by hand") {{
              response.send(event, context, response.SUCCESS, {{ Shout: given.toUpperCase() }}, "one");
              return;
            }}
            const place = new URL(event.ResponseURL);
            const body = JSON.stringify({{
              Status: "SUCCESS", PhysicalResourceId: "two", Data: {{ Shout: "BY HAND" }},
              StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
            }});
            const asked = https.request({{
              hostname: place.hostname, port: 443, path: place.pathname + place.search, method: "PUT",
              headers: {{ "content-type": "", "content-length": body.length }},
            }}, () => context.done());
            asked.end(body);
          }};
  One: {{Type: "Custom::Word", Properties: {{ServiceToken: !GetAtt Function.Arn, Word: plain}}}}
  Two: {{Type: "Custom::Word", Properties: {{ServiceToken: !GetAtt Function.Arn, Word: by hand}}}}
Outputs:
  One: {{Value: !GetAtt One.Shout}}
  Two: {{Value: !GetAtt Two.Shout}}
""".replace("python3.12", "nodejs20.x")


@pytest.fixture(scope="module")
def role(shared_cloud: Cloud) -> str:
    """The ARN of a role that functions may take."""
    there = made(
        shared_cloud, f"Resources:\n{WORKER}Outputs: {{Role: {{Value: !GetAtt Role.Arn}}}}"
    )
    return there.outputs["Role"]


def make(cloud: Cloud, role: str, handler: str, runtime: str = "nodejs20.x", **files: str) -> str:
    """Make a function of these files, or of the code above; return its name."""
    name, stream = f"{handler}-{runtime[6:8]}", io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file, text in (files or {"index_js": CODE, "beside_js": BESIDE}).items():
            archive.writestr(file.replace("_", "."), text)
    cloud.clients.client("lambda").create_function(
        FunctionName=name, Role=role, Handler=f"index.{handler}", Runtime=runtime, Timeout=20,
        Code={"ZipFile": stream.getvalue()},
    )  # fmt: skip
    return name


def asked(cloud: Cloud, name: str, **event: Any) -> tuple[Any, bool]:
    """Invoke a function; return what it answers, and whether that is an error."""
    told = cloud.clients.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    return json.loads(told["Payload"].read()), "FunctionError" in told


def test_a_callback_answers_and_what_is_printed_is_logged(shared_cloud: Cloud, role: str) -> None:
    name = make(shared_cloud, role, "kept")
    assert asked(shared_cloud, name, word="hi") == ({"said": "HI", "of": name}, False)
    assert asked(shared_cloud, name, word="ho") == ({"said": "HO", "of": name}, False)
    logs = shared_cloud.clients.client("logs")
    events = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    assert sum(each["message"].startswith("kept ") for each in events) == 2


@pytest.mark.parametrize(
    ("handler", "runtime", "answer"),
    [
        ("fails", "nodejs20.x", {"errorType": "TypeError", "errorMessage": "no such word"}),
        ("dies", "nodejs20.x", {"errorType": "Runtime.ExitError"}),
        ("absent", "nodejs20.x", {"errorType": "Runtime.HandlerNotFound"}),
        ("kept", "nodejs24.x", {"errorType": "Runtime.CallbackHandlerDeprecated"}),
    ],
)
def test_what_goes_wrong_is_told_as_lambda_tells_it(
    shared_cloud: Cloud, role: str, handler: str, runtime: str, answer: dict[str, str]
) -> None:
    name = make(shared_cloud, role, handler, runtime)
    found, failed = asked(shared_cloud, name)
    assert failed
    assert found | answer == found


def test_one_that_is_through_without_an_answer_answers_null(shared_cloud: Cloud, role: str) -> None:
    assert asked(shared_cloud, make(shared_cloud, role, "forgets")) == (None, False)


def test_a_module_is_imported_as_one(shared_cloud: Cloud, role: str) -> None:
    name = make(shared_cloud, role, "handler", index_mjs=MODULE)
    assert asked(shared_cloud, name) == ("function", False)


def test_a_custom_resource_is_made_by_either_way_of_answering(shared_cloud: Cloud) -> None:
    assert made(shared_cloud, CUSTOM, "words").outputs == {"One": "PLAIN", "Two": "BY HAND"}
    assert deleted(shared_cloud, "words") == "DELETE_COMPLETE"
