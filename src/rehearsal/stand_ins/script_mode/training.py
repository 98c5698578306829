"""A training in script mode: hyperparameters as arguments, folders as ``SM_*`` variables."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rehearsal.stand_ins import opt_ml
from rehearsal.stand_ins.opt_ml import ClientError
from rehearsal.stand_ins.script_mode import source

_OF_SAGEMAKER = ("sagemaker_", "_tuning_objective_metric")
"""Hyperparameters that no script is given."""
_LINES_KEPT = 20
_MISSING = re.compile(r"ModuleNotFoundError: No module named '([^']+)'")


def train() -> int:
    """Run the user's script; return its exit code, its last words left as the reason."""
    script, folder = source.program(), source.code_folder()
    if not script or not (folder / script).is_file():
        found = sorted(path.name for path in folder.iterdir())
        raise ClientError(f"{source.PROGRAM} is {script!r}; the code holds {', '.join(found)}.")
    if (folder / "requirements.txt").is_file():
        sys.stdout.write(
            "requirements.txt: nothing is installed here, this machine's own is used.\n"
        )
    given = source.decoded(opt_ml.hyperparameters())
    own = {name: value for name, value in given.items() if not name.startswith(_OF_SAGEMAKER)}
    words = arguments(own)
    command = [*_interpreter(script), *words]
    environment = {**os.environ, **variables(script, folder, own, words)}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    sys.stdout.write(f"Invoking script: {shlex.join(command)}\n")
    sys.stdout.flush()
    code, last = _run(command, folder, environment)
    if code:
        _leave_reason(code, last, command)
    return code


def arguments(hyperparameters: Mapping[str, Any]) -> list[str]:
    """Return hyperparameters as a script's arguments, by name."""
    words = []
    for name in sorted(hyperparameters):
        value = hyperparameters[name]
        if isinstance(value, dict):
            value = ",".join(f"{key}={value[key]}" for key in sorted(value))
        words += [f"--{name}" if len(name) > 1 else f"-{name}", "" if value is None else str(value)]
    return words


def variables(
    script: str, folder: Path, hyperparameters: Mapping[str, Any], words: list[str]
) -> dict[str, str]:
    """Return the ``SM_*`` variables of a script."""
    root, told = opt_ml.root(), opt_ml.resources()
    hosts, host = told.get("hosts", ["algo-1"]), told.get("current_host", "algo-1")
    channels = {name: str(root / "input" / "data" / name) for name in opt_ml.channels()}
    written = root / "output" / "data"
    known: dict[str, Any] = {
        "channel_input_dirs": channels,
        "channels": sorted(channels),
        "current_host": host,
        "current_instance_type": told.get("current_instance_type", ""),
        "hosts": hosts,
        "hps": dict(hyperparameters),
        "input_config_dir": str(root / "input" / "config"),
        "input_data_config": opt_ml.channels(),
        "input_dir": str(root / "input"),
        "log_level": 20,
        "model_dir": str(root / "model"),
        "module_dir": str(folder),
        "module_name": Path(script).stem,
        "network_interface_name": "eth0",
        "num_cpus": os.cpu_count() or 1,
        "num_gpus": 0,
        "output_data_dir": str(written if len(hosts) == 1 else written / host),
        "output_dir": str(root / "output"),
        "resource_config": told,
        "user_args": words,
        "user_entry_point": script,
    }
    known |= {f"channel_{name}": place for name, place in channels.items()}
    known |= {f"hp_{name}": value for name, value in hyperparameters.items()}
    known["training_env"] = {**known, "hyperparameters": dict(hyperparameters)}
    return {f"SM_{name.upper()}": _text(value) for name, value in known.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _interpreter(script: str) -> list[str]:
    return [sys.executable, script] if script.endswith(".py") else ["/bin/sh", script]


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a script, what it prints passed on; return its exit code and its last lines of stderr."""
    last: deque[str] = deque(maxlen=_LINES_KEPT)
    with subprocess.Popen(  # noqa: S603 - the user's own script
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        for line in process.stderr or ():
            last.append(line)
            sys.stderr.write(line)
            sys.stderr.flush()
    return process.returncode, "".join(last)


def _leave_reason(code: int, last: str, command: list[str]) -> None:
    missing = _MISSING.search(last)
    hint = (
        f"\nHere the script finds what this Python has: pip install {missing[1]}" if missing else ""
    )
    told = last.strip().splitlines()[-1:] or ["nothing on stderr"]
    reason = f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{told[0]}"{hint}'
    place = opt_ml.root() / "output" / "failure"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f'{reason}\nCommand "{shlex.join(command)}"', encoding="utf-8")
