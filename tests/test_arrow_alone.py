"""PyArrow in processes of ours: without pandas until somebody asks for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pandas")

ASKED = """
import sys
from unchurn.arrow_alone import keep_pandas_out
{before}
keep_pandas_out()
import pyarrow as pa
table = pa.table({{"a": [1, None]}})
assert ("pandas" in sys.modules) is {loaded}, "first"
frame = table.to_pandas()
assert frame["a"].isna().tolist() == [False, True]
assert pa.Table.from_pandas(frame).column("a").null_count == 1
print(len([each for each in sys.meta_path if type(each).__module__ == "unchurn.arrow_alone"]))
"""


@pytest.mark.parametrize(
    ("before", "loaded"), [("", False), ("import pandas", True), ("import pyarrow", True)]
)
def test_pandas_is_loaded_by_who_asks_for_it_and_stays_where_it_was(before, loaded):
    program = ASKED.format(before=before, loaded=loaded)
    if before == "import pyarrow":  # too late: nothing is promised but that all works
        program = program.replace('assert ("pandas" in sys.modules) is True, "first"', "")
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr


def test_where_there_is_no_pyarrow_it_is_said_to_be_missing_as_ever():
    program = (
        "import sys; sys.path = [each for each in sys.path if 'packages' not in each]\n"
        "from unchurn.arrow_alone import keep_pandas_out; keep_pandas_out()\n"
        "try: import pyarrow\nexcept ModuleNotFoundError as error: print(error.name)"
    )
    source = str(Path(__file__).parents[1] / "src")
    words = [sys.executable, "-S", "-c", program]
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, env={"PYTHONPATH": source}
    )
    assert (done.returncode, done.stdout) == (0, "pyarrow\n"), done.stderr


@pytest.mark.parametrize(
    "words", [("unchurn", "init"), ("unchurn.container", "step", "collect", "--run-id", "r")]
)
def test_neither_a_command_nor_a_job_loads_pandas(words, tmp_path):
    table = tmp_path / "customers.csv"
    table.write_text("id,months,churn\n" + "".join(f"c{n},{n},{n % 3}\n" for n in range(99)))
    words = [*words, *(("--data", str(table)) if "init" in words else ())]
    program = (
        "import sys, runpy, atexit\n"
        "told = lambda: {'pyarrow', 'pandas'} & sys.modules.keys()\n"
        "atexit.register(lambda: print(told(), file=sys.stderr))\n"
        f"sys.argv = {words!r}\n"
        f"runpy.run_module({words[0]!r}, run_name='__main__', alter_sys=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "SAGEMAKER_BASE_DIR": str(tmp_path)},
    )
    assert done.stderr.endswith("{'pyarrow'}\n"), done.stderr
