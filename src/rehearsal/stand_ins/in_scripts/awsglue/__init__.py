"""Glue's library for a script that runs here: `DynamicFrame` is a DataFrame of Spark within."""
