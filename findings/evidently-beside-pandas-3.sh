#!/usr/bin/env bash
# evidently 0.7.23 and pandas 3.1.1, which evidently's own requirements let in.
#
# Expected: what a resolver puts together can be imported.
# Seen: evidently requires pandas 1.3.5 or later without an upper end, and takes `infer_dtype_from_object`
# from inside pandas, which pandas 3 no longer has: every import of it ends in an ImportError. With
# pandas below 3 it works. A drift report in a fresh environment breaks on the day pandas is new.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet evidently==0.7.23 pandas==3.1.1
"$room/env/bin/python" - <<'PY'
from importlib import metadata

wanted = [each for each in metadata.requires("evidently") if each.startswith("pandas") and ";" not in each]
print("evidently", metadata.version("evidently"), "requires", wanted)
print("pandas", metadata.version("pandas"))
try:
    import evidently

    answer = "imported"
except Exception as error:
    answer = f"{type(error).__name__}: {error}"
print("import evidently:", answer)
assert not any("<" in each for each in wanted)
assert answer.startswith("ImportError") and "infer_dtype_from_object" in answer
PY
