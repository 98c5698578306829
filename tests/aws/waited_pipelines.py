"""Commits put where a pipeline finds them, and waiting for what it makes of them."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

from rehearsal.cloud import Cloud


def zipped(files: dict[str, str]) -> bytes:
    """Return an archive of files, name → text: a commit that comes as an object."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def waiting(cloud: Cloud, pipeline: str) -> str:
    """Return the token of the approval that a pipeline waits for."""
    deliveries = cloud.clients.client("codepipeline")

    def token() -> str:
        stages = deliveries.get_pipeline_state(name=pipeline)["stageStates"]
        found = (
            action.get("latestExecution", {}).get("token", "")
            for stage in stages
            for action in stage["actionStates"]
        )
        return next((each for each in found if each), "")

    assert soon(lambda: bool(token()))
    return token()


def soon(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Tell whether something comes to hold within some seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True
