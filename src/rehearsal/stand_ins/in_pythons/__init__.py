"""What every Python of a build, a job or a function finds in its path: the way of all SDKs to loopback.

The folder itself is put last in PYTHONPATH. What is in it imports nothing of `rehearsal`, and runs in
every Python that an image can bring, from 3.7; older ones pass it over.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent


def with_override(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the `environment` of a process with the folder last in its PYTHONPATH."""
    paths = filter(None, [environment.get("PYTHONPATH"), str(FOLDER)])
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}
