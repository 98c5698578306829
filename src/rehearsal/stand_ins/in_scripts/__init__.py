"""What other people's scripts find in their path here: Glue's library, and ``s3://`` in Spark and pandas.

The folder itself is put in a script's PYTHONPATH. What is in it imports nothing of `rehearsal`.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
REMARK = (
    "Glue's own Spark and library: this machine's PySpark and a stand-in for awsglue run scripts, whatever "
    "GlueVersion says; one type a column, and what s3:// paths hold is fetched before and stored after"
)
