"""A build really run: the source unpacked, its surroundings made, its phases gone through."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.containers import sealed
from rehearsal.delivery.artefacts import unpack
from rehearsal.delivery.build import FAILED, SUCCEEDED, Build
from rehearsal.delivery.build_notices import tell_build
from rehearsal.delivery.buildspec import Buildspec, BuildspecError, read_buildspec
from rehearsal.delivery.image_builds import make_image, makes_image
from rehearsal.delivery.phases import SUCCEEDING, Phases
from rehearsal.delivery.shell import Shell
from rehearsal.delivery.stand_ins import make_python, write_stand_ins
from rehearsal.errors import RehearsalError
from rehearsal.logs import keep_log
from rehearsal.permissions.refusals import DeniedError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def run_build(cloud: Cloud, build: Build) -> None:
    """Run a build to its end; nothing is raised, its status tells."""
    began = time.monotonic()
    try:
        tell_build(cloud, build)
        with cloud.permissions.as_role(*build.acts_as):
            status = _run(cloud, build)
    except Exception as error:  # a build must end whatever happens, or its pipeline never does
        build.enter("FINALIZING").end(FAILED, "INTERNAL_ERROR", f"{type(error).__name__}: {error}")
        status = FAILED
    try:
        with cloud.permissions.as_role(*build.acts_as):
            _tell(cloud, build)
    except DeniedError:
        pass  # who may not be a role has no log of it either
    finally:
        build.end(status)
        cloud.journal.note("build", build.name, status, time.monotonic() - began, build.why)
        tell_build(cloud, build)


def _run(cloud: Cloud, build: Build) -> str:
    build.passed("SUBMITTED", "QUEUED", "PROVISIONING")
    source, tools, notes = (build.folder / name for name in ("src", "bin", "notes"))
    notes.mkdir(parents=True)
    build.log.touch()
    download = build.enter("DOWNLOAD_SOURCE")
    try:
        _unpack(build, source)
        spec = read_buildspec(_buildspec(build, source))
        variables = _variables(cloud, build, spec, source)
    except RehearsalError as error:
        download.end(FAILED, "YAML_FILE_ERROR", error.message)
        return FAILED
    download.end(SUCCEEDED)
    fails = cloud.faults.take(build.name, "fails")
    thorough, found = cloud.setup.thorough, str(tools)
    write_stand_ins(tools, notes / "answered", cloud.setup.commands, int(fails), thorough)
    if thorough:
        found = f"{make_python(build.folder / 'python')}:{tools}"
    variables["PATH"] = f"{found}:{variables.get('PATH', os.environ.get('PATH', os.defpath))}"
    environment = sealed(cloud, variables)
    until = time.monotonic() + build.seconds
    shell = Shell(spec.shell, source, environment, notes, build.log, until, build.stopped)
    try:
        status = Phases(build, spec, shell).run()
    finally:
        shell.close()
    if status == SUCCEEDED:
        status = _left(cloud, build, spec, variables, source)
    for section in spec.unheard:
        cloud.journal.remark(f"The section {section} of a buildspec is left alone.")
    if (notes / "answered").exists():
        for line in dict.fromkeys((notes / "answered").read_text().splitlines()):
            if build.leave and makes_image(spec) and line.startswith("docker "):
                continue  # done in its way, and said
            cloud.journal.remark(f"In a build, `{line}` was answered, not run.")
    return status


def _unpack(build: Build, folder: Path) -> None:
    folder.mkdir(parents=True)
    if content := build.source():
        unpack(content, folder)


def _left(
    cloud: Cloud, build: Build, spec: Buildspec, variables: Mapping[str, str], source: Path
) -> str:
    """Make what a build of no pipeline leaves behind, image and artefact; return its status."""
    if build.leave is None:
        return SUCCEEDED
    if makes_image(spec) and (why := make_image(cloud, source, variables)):
        build.fail("BUILD", why)
        return FAILED
    try:
        build.leave(build)
    except RehearsalError as error:
        build.fail("UPLOAD_ARTIFACTS", error.message)
        return FAILED
    return SUCCEEDED


def _buildspec(build: Build, source: Path) -> str:
    """Return the buildspec: in the project, else in a file of the source."""
    told = str(build.project["source"].get("buildspec") or "buildspec.yml")
    if "\n" in told:
        return told
    path = source / told
    if not path.is_file():
        raise BuildspecError(f"YAML file does not exist: {told} is not in the source.")
    return path.read_text(encoding="utf-8")


def _variables(cloud: Cloud, build: Build, spec: Buildspec, source: Path) -> dict[str, str]:
    """Return the build's environment: the buildspec's, below the project's, below the call's."""
    environment = build.project["environment"]
    own = {}
    for each in environment.get("environmentVariables") or []:
        if each.get("type", "PLAINTEXT") != "PLAINTEXT":
            raise BuildspecError(
                f"The variable {each['name']} comes from {each['type']}, which is not rehearsed."
            )
        own[each["name"]] = each["value"]
    code = {"PYTHONPATH": str(source / "src")} if (source / "src").is_dir() else {}
    resolved = {"CODEBUILD_RESOLVED_SOURCE_VERSION": build.version} if build.version else {}
    return {
        **code,
        **spec.variables,
        **own,
        **build.variables,
        "CI": "true",
        "CODEBUILD_BUILD_ARN": build.arn,
        "CODEBUILD_BUILD_ID": build.id,
        "CODEBUILD_BUILD_IMAGE": str(environment.get("image", "")),
        "CODEBUILD_BUILD_NUMBER": str(build.number),
        SUCCEEDING: "1",
        "CODEBUILD_INITIATOR": build.initiator,
        "CODEBUILD_LOG_PATH": build.stream,
        **resolved,
        "CODEBUILD_SOURCE_VERSION": build.location,
        "CODEBUILD_SRC_DIR": str(source),
        "CODEBUILD_START_TIME": str(int(build.started.timestamp() * 1000)),
        "AWS_ACCOUNT_ID": cloud.account,
    }


def _tell(cloud: Cloud, build: Build) -> None:
    """Hand what was printed to the log group that the project names."""
    keep_log(cloud, build.log_group, build.stream, build.log)
