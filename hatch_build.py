"""The wheel's links: where the project lives is asked of whoever builds it, and never written down.

A release is built where the environment names the repository; elsewhere there are no links. The
README's relative links lead into the tagged tree.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_PAGES = {
    "Homepage": "",
    "Documentation": "/blob/{tag}/docs/README.md",
    "Changelog": "/blob/{tag}/CHANGELOG.md",
    "Issues": "/issues",
}


class Links(MetadataHookInterface):
    """Fills in `urls` and `readme`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Write the links into the metadata, where the repository is known."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        server, name = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
        metadata["urls"] = {}
        if server and name:
            home, tag = f"{server}/{name}", f"v{metadata['version']}"
            metadata["urls"] = {each: home + at.format(tag=tag) for each, at in _PAGES.items()}
            text = re.sub(r"\]\((?![a-z]+:|#)", f"]({home}/blob/{tag}/", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
