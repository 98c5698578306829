"""Which version of unchurn this is, and where its files are; of the package's names it needs none."""

from __future__ import annotations

from pathlib import Path

VERSION = "0.1.0"
PACKAGE = Path(__file__).parent
