"""What CodeBuild tells EventBridge: that a build began, and how it ended.

As "Build notifications input format reference" of its user guide has it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rehearsal.delivery.build import Build, BuildPhase
from rehearsal.events import announce

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def tell_build(cloud: Cloud, build: Build) -> None:
    """Tell the state of a build."""
    environment, source = build.project["environment"], build.project["source"]
    about = {
        "environment": {
            "image": environment.get("image", ""),
            "privileged-mode": bool(environment.get("privilegedMode")),
            "compute-type": environment.get("computeType", ""),
            "type": environment.get("type", ""),
            "environment-variables": list(environment.get("environmentVariables") or ()),
        },
        "timeout-in-minutes": round(build.seconds / 60),
        "build-complete": build.ended is not None,
        "build-number": float(build.number),
        "initiator": build.initiator,
        "build-start-time": _moment(build.started),
        "source": {"location": build.location, "type": source.get("type", "")},
        "source-version": build.location,
        "logs": {"group-name": build.log_group, "stream-name": build.stream},
        "phases": [_phase(each) for each in list(build.phases)],
    }
    told = {
        "build-status": build.status,
        "project-name": build.name,
        "build-id": build.arn,
        "additional-information": about,
        "current-phase": build.phases[-1].name if build.phases else "SUBMITTED",
        "current-phase-context": "[]",
        "version": "1",
    }
    announce(cloud, "aws.codebuild", "CodeBuild Build State Change", [build.arn], told)


def _phase(phase: BuildPhase) -> dict[str, Any]:
    told: dict[str, Any] = {"phase-type": phase.name, "start-time": _moment(phase.started)}
    if phase.ended:
        context = f"{phase.code}: {phase.message}" if phase.code or phase.message else ""
        told |= {
            "phase-context": [context] if context else [],
            "end-time": _moment(phase.ended),
            "duration-in-seconds": round((phase.ended - phase.started).total_seconds()),
            "phase-status": phase.status,
        }
    return told


def _moment(time: datetime) -> str:
    """Return a time as CodeBuild writes it: ``Sep 1, 2017 4:12:29 PM``."""
    return f"{time:%b} {time.day}, {time.year} {time.hour % 12 or 12}:{time:%M:%S %p}"
