"""Where customers come from: files, the rules that type their cells, and engines."""

from unchurn.tables.opening import open_table
from unchurn.tables.table import Table

__all__ = ["Table", "open_table"]
