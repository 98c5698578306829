"""Files beside tables that are none, by their names.

Standard library alone: a function on AWS is packed with this file.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"\.DS_Store|\.gitkeep|\.gitignore|_SUCCESS|_committed.*|_started.*|\..*\.crc")


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder is hidden: as systems, programs (``_``) and offices (``~$``) name theirs."""
    return name.startswith((".", "_", "~$"))


def is_mark(name: str, size: int = 1) -> bool:
    """Tell whether a file is what programs leave beside tables, and holds nobody: by its name, or hidden and empty.

    `size` is in bytes.
    """
    return _MARK.fullmatch(name) is not None or (not size and is_hidden(name))
