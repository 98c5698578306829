"""Paths of S3 (``s3://``, ``s3a://``, ``s3n://``) in Spark and pandas: fetched before, stored after.

Neither can reach the rehearsal's S3 by itself: Spark needs Hadoop's jars for it, pandas needs s3fs.
"""
