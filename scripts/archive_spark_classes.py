#!/usr/bin/env python3
"""Make a `java` in whose archive the classes of Spark lie ready: each Spark then starts in half the time.

    python scripts/archive_spark_classes.py FOLDER

FOLDER/bin/java is the machine's Java with the archive FOLDER/spark.jsa, which a small session of
Spark makes as it ends. Whoever has FOLDER as JAVA_HOME uses it; where Spark's own files differ, Java passes
the archive over. The suite starts Spark some fifty times.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

SESSION = """
import sys
from pyspark.sql import SparkSession

with SparkSession.builder.getOrCreate() as spark:
    rows = spark.createDataFrame([(n, str(n % 7), n / 3) for n in range(1000)], ["id", "kind", "amount"])
    rows.write.parquet(sys.argv[1] + "/rows")
    read = spark.read.parquet(sys.argv[1] + "/rows")
    read.createOrReplaceTempView("rows")
    spark.sql("SELECT kind, count(DISTINCT id), sum(amount), row_number() OVER (ORDER BY kind) FROM rows GROUP BY kind").collect()
    read.repartition(2, "kind").sort("id").write.option("header", True).csv(sys.argv[1] + "/text")
    spark.read.option("header", True).csv(sys.argv[1] + "/text").join(read, "id").dropDuplicates(["id"]).collect()
"""
_WRAPPER = '#!/bin/sh\nexec "{java}" -XX:SharedArchiveFile="{archive}" -Xlog:disable "$@"\n'


def main() -> int:
    """Make the folder; return 0, also where there is no Java or Spark to make it with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder.absolute()
    given = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{given}/bin" if given else None)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spark = find_spec("pyspark")
    home = Path(spark.origin).parent if spark and spark.origin else None
    if found and home and (archive := archived(folder, home)):
        wrapper = folder / "bin" / "java"
        wrapper.parent.mkdir(exist_ok=True)
        wrapper.write_text(_WRAPPER.format(java=Path(found).resolve(), archive=archive))
        wrapper.chmod(0o755)
    return 0


def archived(folder: Path, home: Path) -> Path | None:
    """Make the archive with the Spark at `home`; None where a session does not come to its end."""
    archive = folder / "spark.jsa"
    options = f"-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit={archive}"
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": options,
    }
    words = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch, "session.py")
        script.write_text(SESSION)
        ran = subprocess.run(
            [home / "bin" / "spark-submit", "--master", "local[2]", *words, script, scratch],
            env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_HOME": str(home)},
            capture_output=True,
            check=False,
        )
    return archive if ran.returncode == 0 and archive.exists() else None


if __name__ == "__main__":
    sys.exit(main())
