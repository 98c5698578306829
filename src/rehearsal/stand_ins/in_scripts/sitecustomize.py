"""Read by Python at its start, before a script's first line: makes ``s3://`` paths work in it.

It stands before that of every Python, and does what that does.
"""

from importlib import import_module

import_module("import_hook").mend(
    {
        "botocore.session": "endpoint_override",
        "pandas": "rehearsed_paths.pandas_files",
        "pyspark.context": "rehearsed_paths.spark_texts",
        "pyspark.sql.readwriter": "rehearsed_paths.spark_frames",
    }
)
