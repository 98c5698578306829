"""Glue's library for a script that runs here: `DynamicFrame` is a DataFrame of Spark within."""

from .dynamicframe import DynamicFrame

__all__ = ["DynamicFrame"]
