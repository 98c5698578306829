from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from unchurn.errors import ConfigError
from unchurn.project import Data
from unchurn.tables import open_table

_NOBODY = 65534
_CHILD = """
import os, sys
from pathlib import Path
if os.getuid() == 0:
    import pyarrow.parquet  # while its files can still be read
    from unchurn.tables import csv_source, json_source, opening, parquet_source
    os.setgid({nobody}); os.setuid({nobody})
from unchurn.errors import ConfigError
from unchurn.project import Data
from unchurn.tables import open_table
for location in sys.argv[2:]:
    try:
        open_table(location, Data(), Path(sys.argv[1]))
    except ConfigError as error:
        print(error)
    else:
        sys.exit(1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions work another way there")
def test_folders_and_files_without_read_permission_say_so(tmp_path: Path) -> None:
    """A locked folder, a file in it, and locked files of each format: an error in words."""
    for parent in [tmp_path, *tmp_path.parents][:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "t.csv").write_text("a\n1\n")
    names = ["f.csv", "f.parquet", "f.jsonl"]
    for name in names:
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0)
    locked.chmod(0)
    code = _CHILD.format(nobody=_NOBODY)
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), "locked", "locked/t.csv", *names],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "HOME": "/"},
    )
    locked.chmod(0o700)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("Permission denied") == 5


def test_a_missing_table_is_a_config_error(tmp_path: Path) -> None:
    """Exit code 2: something named does not exist."""
    with pytest.raises(ConfigError) as caught:
        open_table("nothing.csv", Data(), tmp_path)
    assert caught.value.exit_code == 2
