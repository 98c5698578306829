"""Functions are made with runtimes that Lambda has; the retired and the wrong are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from deployed import WORKER

from rehearsal.cloud import Cloud, Setup
from rehearsal.door.deploy import deploy
from rehearsal.opening import open_cloud


def make(cloud: Cloud, **more: Any) -> Any:
    """Make a function that does nothing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("f.py", "def handler(event, context): ...")
    role = cloud.clients.client("iam").create_role(
        RoleName=f"r{id(stream)}", AssumeRolePolicyDocument="{}"
    )["Role"]["Arn"]
    given = {"FunctionName": "f", "Role": role, "Handler": "f.handler", "Runtime": "python3.12"}
    functions = cloud.clients.client("lambda")
    return functions.create_function(**given | more, Code={"ZipFile": stream.getvalue()})


@pytest.mark.parametrize("before", ["arn:aws:lambda:us-east-1:123456789012:", "123456789012:"])
def test_a_function_may_be_named_by_its_arn(acme: Cloud, before: str) -> None:
    """Lambda API reference, CreateFunction: FunctionName is a name, an ARN or a partial one."""
    made = make(acme, FunctionName=f"{before}function:g")
    assert made["FunctionName"] == "g"
    answered = acme.clients.client("lambda").invoke(FunctionName="g", Payload=b"{}")
    assert (answered["StatusCode"], "FunctionError" in answered) == (200, False)


@pytest.mark.parametrize(
    ("runtime", "successor"),
    [
        ("python2.7", "python3.14"),
        ("python3.6", "python3.14"),
        ("python3.7", "python3.14"),
        ("nodejs14.x", "nodejs24.x"),
        ("java8", "java25"),
        ("go1.x", "provided.al2023"),
        ("dotnetcore3.1", "dotnet10"),
        ("ruby2.7", "ruby4.0"),
    ],
)
def test_a_retired_runtime_is_refused_with_its_successor(
    acme: Cloud, runtime: str, successor: str
) -> None:
    words = (
        f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS "
        rf"Lambda functions. We recommend you use the new runtime \({successor}\)"
    )
    with pytest.raises(ClientError, match=rf"\(InvalidParameterValueException\).*{words}"):
        make(acme, Runtime=runtime)


def test_a_retired_runtime_counts_as_its_successor_where_that_is_wanted(tmp_path: Path) -> None:
    with open_cloud(tmp_path / "cloud", setup=Setup(successors=True, enforce=False)) as cloud:
        make(cloud, Runtime="python3.6")
        answered = cloud.clients.client("lambda").invoke(FunctionName="f", Payload=b"{}")
        assert (answered["StatusCode"], "FunctionError" in answered) == (200, False)
        assert (
            "functions of python3.6: AWS makes none any more; here they count as python3.14"
            in cloud.journal.unproven
        )


def test_a_template_with_a_retired_runtime_is_refused_while_it_is_planned(acme: Cloud) -> None:
    code = "Runtime: nodejs8.10, Handler: a.b, Code: {ZipFile: a}, Role: !GetAtt Role.Arn"
    text = f"Resources:\n{WORKER}  F: {{Type: 'AWS::Lambda::Function', Properties: {{{code}}}}}\n"
    with pytest.raises(ClientError, match=r"CreateChangeSet.*nodejs8\.10 is no longer supported"):
        deploy(acme.clients, "acme", text, {}, ["CAPABILITY_IAM"])


def test_one_that_there_never_was_is_refused(acme: Cloud) -> None:
    with pytest.raises(ClientError, match=r"Value python3\.99 at 'runtime' failed to satisfy"):
        make(acme, Runtime="python3.99")


def test_a_function_of_a_zip_needs_a_runtime(acme: Cloud) -> None:
    functions = acme.clients.client("lambda")
    with pytest.raises(ClientError, match="Runtime and Handler are mandatory parameters"):
        functions.create_function(
            FunctionName="f",
            Role="arn:aws:iam::123456789012:role/f",
            Handler="f.handler",
            Code={"ZipFile": b"x"},
        )


def test_an_update_may_leave_the_runtime_and_may_not_retire_it(acme: Cloud) -> None:
    make(acme)
    functions = acme.clients.client("lambda")
    functions.update_function_configuration(FunctionName="f", Timeout=9)
    functions.update_function_configuration(FunctionName="f", Runtime="python3.7")
    with pytest.raises(ClientError, match=r"python3\.6 is no longer supported"):
        functions.update_function_configuration(FunctionName="f", Runtime="python3.6")


def test_a_function_that_runs_under_another_python_is_told_of(acme: Cloud) -> None:
    make(acme, Runtime="python3.8")
    assert any("functions of python3.8: they run under" in e for e in acme.journal.unproven)
