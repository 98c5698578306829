"""A rehearsed build does what CodeBuild would: the same shell, phases, variables and artefacts."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_delivery import SmallDelivery, packed, waited

from rehearsal.delivery.build import Build
from rehearsal.delivery.building import run_build

HEAD = "version: 0.2\n"
FILES = "\nartifacts: {files: [told.txt]}\n"


def spec(phases: str, rest: str = FILES) -> str:
    return f"{HEAD}phases:\n{phases}{rest}"


def phases(build: dict[str, Any]) -> dict[str, str]:
    return {each["phaseType"]: each.get("phaseStatus", "") for each in build["phases"]}


def reason(build: dict[str, Any]) -> str:
    failed = [each for each in build["phases"] if each["phaseStatus"] == "FAILED"]
    return str(failed[0]["contexts"][0]["message"])


def test_commands_of_all_phases_share_one_shell(delivery: SmallDelivery) -> None:
    text = spec(
        """
  install: {commands: [cd folder, plain=kept, export EXPORTED=too]}
  pre_build: {commands: ['function_told() { printf "%s %s" "$1" "$(basename "$PWD")"; }']}
  build: {commands: ['function_told "$plain $EXPORTED" > "$CODEBUILD_SRC_DIR/told.txt"']}
"""
    )
    _, actions = delivery.pushed(text, **{"folder/empty": ""})
    assert delivery.artefact(actions) == {"told.txt": b"kept too folder"}


def test_a_build_finds_the_programs_of_who_opened_the_cloud(
    delivery: SmallDelivery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An image of CodeBuild brings more than a bare system has: here that is what this machine has."""
    program = tmp_path / "of-this-machine"
    program.write_text("#!/bin/sh\nprintf found > told.txt\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    _, actions = delivery.pushed(spec("  build: {commands: [of-this-machine]}\n"))
    assert delivery.artefact(actions) == {"told.txt": b"found"}


def test_a_failing_command_ends_its_phase_and_post_build_is_told(delivery: SmallDelivery) -> None:
    text = spec(
        """
  build:
    commands: [echo one >> told.txt, "(exit 7)", echo two >> told.txt]
    finally: [echo last >> told.txt]
  post_build: {commands: ["echo $CODEBUILD_BUILD_SUCCEEDING >> told.txt; cat told.txt"]}
"""
    )
    status, actions = delivery.pushed(text)
    build = delivery.build(actions)
    assert (status, build["buildStatus"]) == ("Failed", "FAILED")
    assert phases(build)["BUILD"] == "FAILED"
    assert phases(build)["POST_BUILD"] == phases(build)["UPLOAD_ARTIFACTS"] == "SUCCEEDED"
    assert reason(build) == "Error while executing command: (exit 7). Reason: exit status 7"
    assert "one\nlast\n0" in "\n".join(printed(delivery, build))
    details = actions["Make"]["output"]["executionResult"]["errorDetails"]
    assert details["code"] == "JobFailed"
    assert "Phase: BUILD, Code: COMMAND_EXECUTION_ERROR" in details["message"]
    assert actions["Make"]["output"]["outputArtifacts"] == []
    assert "Stack" not in actions


@pytest.mark.parametrize("phase", ["install", "pre_build"])
def test_nothing_follows_an_install_or_a_pre_build_that_failed(
    delivery: SmallDelivery, phase: str
) -> None:
    text = spec(f"  {phase}: {{commands: ['false']}}\n  build: {{commands: ['true']}}\n")
    _, actions = delivery.pushed(text)
    build = delivery.build(actions)
    assert phases(build)[phase.upper()] == "FAILED"
    assert "POST_BUILD" not in phases(build)
    assert phases(build)["COMPLETED"] == "SUCCEEDED"


def test_a_phase_says_itself_what_follows_its_failure(delivery: SmallDelivery) -> None:
    text = spec(
        """
  install: {on-failure: CONTINUE, commands: [exit 3]}
  build: {on-failure: ABORT, commands: ['test "$CODEBUILD_BUILD_SUCCEEDING" = 1']}
  post_build: {commands: ['true']}
"""
    )
    _, actions = delivery.pushed(text)
    found = phases(delivery.build(actions))
    assert (found["INSTALL"], found["PRE_BUILD"], found["BUILD"]) == (
        *("FAILED", "SUCCEEDED", "FAILED"),
    )
    assert "POST_BUILD" not in found


def test_variables_come_from_the_call_then_the_project_then_the_buildspec(
    delivery: SmallDelivery,
) -> None:
    text = (
        HEAD
        + """
env:
  variables: {COLOUR: of the buildspec, NAME: of the buildspec, RUN: of the buildspec}
  exported-variables: [COLOUR, NAME, RUN, NONE]
phases: {build: {commands: [touch told.txt]}}
"""
        + FILES
    )
    execution = delivery.push(text)
    delivery.ended(execution)
    told = delivery.actions(execution)["Make"]["output"]["outputVariables"]
    assert told == {
        "COLOUR": "of the project",
        "NAME": "of the buildspec",
        "RUN": execution,
        "NONE": "",
    }


def test_a_build_knows_its_source_and_reaches_no_other_cloud(delivery: SmallDelivery) -> None:
    text = spec("  build: {commands: [env > told.txt]}\n")
    _, actions = delivery.pushed(text)
    lines = delivery.artefact(actions)["told.txt"].decode().splitlines()
    told = dict(line.partition("=")[::2] for line in lines)
    assert told["CODEBUILD_SRC_DIR"].endswith("/src")
    assert (
        told["CODEBUILD_RESOLVED_SOURCE_VERSION"]
        == (actions["Bundle"]["output"]["outputVariables"]["VersionId"])
    )
    assert told["CODEBUILD_SOURCE_VERSION"].startswith(
        "arn:aws:s3:::acme-bucket/acme-delivery/Source/"
    )
    assert told["CODEBUILD_INITIATOR"] == "codepipeline/acme-delivery"
    assert told["CODEBUILD_BUILD_ID"] == delivery.build(actions)["id"]
    assert told["AWS_ENDPOINT_URL"] == delivery.cloud.endpoint
    assert told["AWS_ACCESS_KEY_ID"] == delivery.cloud.key.id


def test_the_source_s_own_code_is_what_runs(delivery: SmallDelivery) -> None:
    text = spec(
        "  build: {commands: [acme > told.txt, python -c 'import sys; print(sys.executable)' >> told.txt]}\n"
    )
    pushed = {"src/acme/__init__.py": "", "src/acme/__main__.py": "print('pushed')"}
    _, actions = delivery.pushed(text, **pushed)
    assert delivery.artefact(actions)["told.txt"].decode() == f"pushed\n{sys.executable}\n"


def test_installing_and_testing_is_answered_and_said(delivery: SmallDelivery) -> None:
    text = spec(
        "  build: {commands: ['python -m pip install x && make quick && pytest -q', touch told.txt]}\n"
    )
    _, actions = delivery.pushed(text)
    assert delivery.build(actions)["buildStatus"] == "SUCCEEDED"
    assert "In a build, `make quick` was answered, not run." in delivery.cloud.journal.unproven
    assert "In a build, `python -m pip install x` was answered, not run." in (
        delivery.cloud.journal.unproven
    )
    delivery.cloud.faults.add("acme-delivery", "fails", 1)
    _, actions = delivery.pushed(text)
    assert "Reason: exit status 1" in reason(delivery.build(actions))


def test_an_artefact_is_the_files_that_its_patterns_match(delivery: SmallDelivery) -> None:
    make = "  build: {commands: [mkdir -p out/a/b, touch out/1.txt out/a/2.txt out/a/b/3.txt out/a/b/4.log]}\n"

    def names(artefacts: str) -> set[str]:
        _, actions = delivery.pushed(spec(make, f"artifacts: {artefacts}\n"))
        return set(delivery.artefact(actions))

    every = "{base-directory: out, files: ['**/*'], exclude-paths: ['**/*.log']}"
    assert names(every) == {"1.txt", "a/2.txt", "a/b/3.txt"}
    assert names("{files: [out/1.txt, 'out/a/*']}") == {"out/1.txt", "out/a/2.txt"}
    assert names("{files: ['out/**/*.txt'], discard-paths: yes}") == {"1.txt", "2.txt", "3.txt"}


def test_an_artefact_without_a_file_fails_the_upload(delivery: SmallDelivery) -> None:
    _, actions = delivery.pushed(spec("  build: {commands: ['true']}\n"))
    build = delivery.build(actions)
    assert phases(build)["UPLOAD_ARTIFACTS"] == "FAILED"
    assert reason(build) == "no matching artifact paths found"


def test_a_build_without_artifacts_succeeds_and_who_needs_its_artefact_fails(
    delivery: SmallDelivery,
) -> None:
    """Whatever its action declares: aws/aws-cdk pull request 845 tells of AWS."""
    status, actions = delivery.pushed(spec("  build: {commands: ['true']}\n", ""))
    assert (status, actions["Make"]["status"], actions["Stack"]["status"]) == (
        *("Failed", "Succeeded", "Failed"),
    )
    told = actions["Stack"]["output"]["executionResult"]["errorDetails"]["message"]
    assert told.startswith("There is no artefact Build:")


def test_a_build_that_is_stopped_does_nothing_more(delivery: SmallDelivery) -> None:
    text = spec("  build: {commands: [sleep 60]}\n  post_build: {commands: [touch told.txt]}\n")
    execution = delivery.push(text)
    # of this execution: the stage still tells of the one before until it is reached
    waited(lambda: delivery.actions(execution).get("Make"), "nothing is built")
    delivery.client.stop_pipeline_execution(
        pipelineName="acme-delivery", pipelineExecutionId=execution, abandon=True, reason="enough"
    )
    assert delivery.ended(execution) == "Stopped"
    build = delivery.build(delivery.actions(execution))
    assert build["buildStatus"] == "STOPPED"
    assert "POST_BUILD" not in phases(build)


def test_a_build_is_ended_with_all_its_kin_when_its_time_is_over(
    delivery: SmallDelivery, tmp_path: Path
) -> None:
    text = spec("  build: {commands: ['sleep 61 & echo $! > told.txt', sleep 60]}\n")
    project = {
        "name": "acme-short",
        "source": {"buildspec": text},
        "environment": {},
        "timeoutInMinutes": 0.01,
    }
    source = packed({"a": ""})
    build = Build(
        *(
            "acme-short:1",
            "arn",
            1,
            project,
            lambda: source,
            "",
            "",
            "somebody",
            {},
            tmp_path / "build",
        )
    )
    run_build(delivery.cloud, build)
    assert build.status == "TIMED_OUT"
    assert phases(build.describe())["BUILD"] == "TIMED_OUT"
    child = int((tmp_path / "build/src/told.txt").read_text())
    waited(lambda: not Path(f"/proc/{child}/status").exists() or zombie(child), "it still runs")


def zombie(process: int) -> bool:
    return "State:\tZ" in Path(f"/proc/{process}/status").read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 0.1\nphases: {build: {commands: [x]}}", "version of the buildspec is '0.1'"),
        (HEAD, "has no phases"),
        (HEAD + "phases: {built: {commands: [x]}}", "does not know 'built' in phases"),
        (
            HEAD + "env: {parameter-store: {KEY: /a}}\nphases: {build: {commands: [x]}}",
            "'parameter-store' in env",
        ),
        (
            HEAD + "env: {secrets-manager: {KEY: a}}\nphases: {build: {commands: [x]}}",
            "'secrets-manager' in env",
        ),
        (
            HEAD + "env: {shell: powershell.exe}\nphases: {build: {commands: [x]}}",
            "env/shell is 'powershell.exe'",
        ),
        (HEAD + "phases: {build: {commands: [{echo: x}]}}", "quote it"),
        (HEAD + "phases: {build: {commands: [x], on-failure: RETRY}}", "'RETRY'"),
        (
            HEAD + "phases: {build: {commands: [x]}}\nartifacts: {secondary-artifacts: {}}",
            "'secondary-artifacts' in artifacts",
        ),
        ("a: [", "is no YAML"),
    ],
)
def test_a_buildspec_that_cannot_be_followed_is_refused_by_name(
    delivery: SmallDelivery, text: str, words: str
) -> None:
    _, actions = delivery.pushed(text)
    build = delivery.build(actions)
    assert phases(build)["DOWNLOAD_SOURCE"] == "FAILED"
    assert words in reason(build)


def test_what_was_printed_is_in_the_log(delivery: SmallDelivery) -> None:
    _, actions = delivery.pushed(spec("  build: {commands: [echo said | tee told.txt]}\n"))
    lines = printed(delivery, delivery.build(actions))
    assert lines == ["[Container] Running command echo said | tee told.txt", "said"]


def printed(delivery: SmallDelivery, build: dict[str, Any]) -> list[str]:
    place = {
        "logGroupName": build["logs"]["groupName"],
        "logStreamName": build["logs"]["streamName"],
    }
    logs = delivery.cloud.clients.client("logs")
    return [each["message"] for each in logs.get_log_events(**place)["events"]]


def test_a_thorough_build_has_a_python_of_its_own_and_tests_for_real(
    delivery: SmallDelivery,
) -> None:
    """What it installs is there, a test that fails ends it; what would change this machine is answered."""
    setup = delivery.cloud.setup
    delivery.cloud.setup = replace(setup, thorough=True)
    text = spec(
        """
  install: {commands: [yum install -y git, "pip install --no-index --no-deps --no-build-isolation ./given-1-py3-none-any.whl"]}
  build: {commands: ["python -c 'import given, sys; print(given.WORD, sys.prefix)' > told.txt", make quick]}
"""
    )
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("given.py", "WORD = 'installed'\n")
        archive.writestr(
            "given-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: given\nVersion: 1\n"
        )
        archive.writestr(
            "given-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("given-1.dist-info/RECORD", "")
    files = {"given-1-py3-none-any.whl": wheel.getvalue()}
    try:
        for ends, status in (("true", "SUCCEEDED"), ("false", "FAILED")):
            content: dict[str, Any] = {**files, "Makefile": f"quick:\n\t{ends}\n"}
            _, actions = delivery.pushed(text, **content)
            build = delivery.build(actions)
            assert build["buildStatus"] == status, printed(delivery, build)
            if status == "SUCCEEDED":
                told = delivery.artefact(actions)["told.txt"].decode().split()
                assert told[0] == "installed"
                assert told[1] != sys.prefix
    finally:
        delivery.cloud.setup = setup
