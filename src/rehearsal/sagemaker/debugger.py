"""What SageMaker Debugger does around a training: it tells the image's hook what to save, and stores that.

The hook itself is the image's own library (smdebug); no rule is evaluated here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.sagemaker import running
from rehearsal.sagemaker.hosts import Host, gather

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

CONFIGURATION = "debughookconfig.json"
_TENSORS = "/opt/ml/output/tensors"
_RULES = ("DebugRuleConfigurations", "ProfilerRuleConfigurations")
_UNHEEDED = ("ProfilerConfig", "TensorBoardOutputConfig")


def unheeded(request: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a training asks of Debugger that makes no difference here."""
    for name in _RULES:
        if request.get(name):
            yield f"training jobs: their {name} are not heeded; no rule is evaluated"
    for name in _UNHEEDED:
        if request.get(name):
            yield f"training jobs: their {name} is not heeded; nothing is stored for it"


def tell_hook(request: Mapping[str, Any], root: Path) -> None:
    """Write for a host's hook what it is to save, where the training asks for any.

    Raises `JobFailedError` where that would lie outside /opt/ml, before anything runs.
    """
    if asked := request.get("DebugHookConfig"):
        running.inside(root, asked.get("LocalPath", _TENSORS))
        place = root / "input" / "config" / CONFIGURATION
        place.write_text(json.dumps({"LocalPath": _TENSORS, **asked}))


def store_tensors(
    cloud: Cloud, request: Mapping[str, Any], job: str, hosts: Sequence[Host]
) -> None:
    """Store what the hooks of all hosts saved, where Debugger keeps it; say where they saved nothing."""
    if not (asked := request.get("DebugHookConfig")):
        return
    place = running.inside(hosts[0].root, asked.get("LocalPath", _TENSORS))
    saved = gather(hosts, str(place.relative_to(hosts[0].root)))
    uri = f"{asked['S3OutputPath'].rstrip('/')}/{job}/debug-output"
    if not objects.upload(cloud, saved, uri):
        cloud.journal.remark(
            "SageMaker Debugger: what ran in the image's place saved nothing for it; its hook is the image's own"
        )
