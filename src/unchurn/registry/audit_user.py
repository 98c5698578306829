"""Whose name goes into the audit."""

from __future__ import annotations

import getpass
import os


def current_user() -> str:
    """Return the login name, or the user's number where it has no name (as in a container)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}"
