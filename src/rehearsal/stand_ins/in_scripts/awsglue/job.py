"""A job's beginning and end; what a bookmark would remember between runs is not kept."""

from __future__ import annotations

from typing import Any

from .refusals import remark

_NO_BOOKMARKS = "Glue's bookmarks: each run of a job reads all its data anew."


class Job:
    """What a script tells Glue: that it begins, and that it has done its work."""

    def __init__(self, glue_context: Any) -> None:
        self.glue_context = glue_context
        self.name = ""

    def init(self, job_name: str, args: dict[str, Any] | None = None) -> None:
        """Begin."""
        self.name = job_name
        if (args or {}).get("job_bookmark_option") == "job-bookmark-enable":
            remark(_NO_BOOKMARKS)

    def isInitialized(self) -> bool:
        """Tell whether the job has begun."""
        return bool(self.name)

    def commit(self) -> None:
        """End."""
