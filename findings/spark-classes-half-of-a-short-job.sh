#!/usr/bin/env bash
# pyspark 3.5.9 on Java 17: the CPU of a job over a thousand rows, with and without an archive of its classes.
#
# Expected: an archive of classes (-XX:ArchiveClassesAtExit, in Java since 13) saves a start a second or
# so, and the rest of a short job is planning, generating code and reading and writing files.
# Seen: about half of all CPU of the whole job goes, 15 s to 8 on one machine, for Spark loads and verifies
# more than ten thousand classes to write and read one Parquet file. It has no archive of its own, and neither
# class-data sharing, which is on by default, nor -XX:TieredStopAtLevel=1 helps: only the JDK's classes are
# in the default archive. An archive is some 130 MB and good for one Java and one list of jars.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyspark==3.5.9 setuptools==80.9.0
cat >"$room/job.py" <<'PY'
import sys

from pyspark.sql import SparkSession

with SparkSession.builder.getOrCreate() as spark:
    rows = spark.createDataFrame([(n, str(n % 7)) for n in range(1000)], ["id", "kind"])
    rows.write.mode("overwrite").parquet(sys.argv[1])
    assert len(spark.read.parquet(sys.argv[1]).groupBy("kind").count().collect()) == 7
PY
ROOM=$room "$room/env/bin/python" - <<'PY'
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pyspark

room, home = Path(os.environ["ROOM"]), Path(pyspark.__file__).parent
given = {**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}


def seconds(*options):
    flags = " ".join(["-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable", *options])
    words = ["--master", "local[2]", "--conf", "spark.ui.enabled=false"]
    words += ["--conf", "spark.driver.host=127.0.0.1"]
    words += ["--conf", f"spark.driver.extraJavaOptions={flags}", room / "job.py", room / "rows"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([home / "bin" / "spark-submit", *words], env=given, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


seconds(f"-XX:ArchiveClassesAtExit={room}/classes.jsa")
pairs = [(seconds(), seconds(f"-XX:SharedArchiveFile={room}/classes.jsa")) for _ in range(3)]
without, with_ = (statistics.median(each) for each in zip(*pairs, strict=True))
size = (room / "classes.jsa").stat().st_size / 1e6
print(f"pyspark {pyspark.__version__}: {without:.1f} s, archived {with_:.1f} s, {size:.0f} MB")
assert with_ < 0.7 * without
PY
