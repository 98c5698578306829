"""Files beside tables that are none, by their names.

Standard library alone: a function on AWS is packed with this file.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"\.DS_Store|\.gitkeep|\.gitignore|_SUCCESS|_committed.*|_started.*|\..*\.crc")


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder is hidden: as systems, programs (``_``) and offices (``~$``) name theirs."""
    return name.startswith((".", "_", "~$"))


def is_mark(name: str) -> bool:
    """Tell whether a file is called as those that programs leave beside tables, and that hold nobody."""
    return _MARK.fullmatch(name) is not None
