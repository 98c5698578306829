"""The command line in a process forked from one that has imported what commands import.

Most commands of the tests take less time than their imports. Each is still a process of its own, with
its own folder, variables, streams and end. What is read when a library loads (threads, allocators)
cannot be given anew: `fits` says whether a command may be run so.
"""

from __future__ import annotations

import array
import atexit
import gc
import json
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

_READ_ON_LOADING = ("PYTHON", "OMP_", "OPENBLAS_", "MALLOC_", "ARROW_", "LD_", "LC_", "LANG", "TZ")
_LIMIT = 3600
"""Seconds after which a command that hangs is ended, by SIGALRM."""
_IMPORTED = ["numpy", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet", "duckdb", "xgboost"]


def fits(environment: Mapping[str, str]) -> bool:
    """Say whether no variable that is read when a library loads differs from this process's first ones."""
    return _on_loading(environment) == _FIRST


def run(
    words: Sequence[str],
    cwd: Path | None,
    environment: Mapping[str, str],
    module: str = "unchurn",
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m module`` with `words` in `cwd`; return its code and what it printed."""
    asked = json.dumps([module, list(words), str(cwd or Path.cwd()), dict(environment)]).encode()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(_started())
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        ends = array.array("i", [out_end, err_end])
        line.sendmsg(
            [len(asked).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, ends)]
        )
        line.sendall(asked)
        os.close(out_end)
        os.close(err_end)
        told: list[str] = ["", ""]
        readers = [
            threading.Thread(target=_read, args=(end, told, place), daemon=True)
            for place, end in enumerate((out, err))
        ]
        for each in readers:
            each.start()
        code = line.recv(16)
        assert code, "the process that forks commands has ended"
        for each in readers:
            each.join()
    return subprocess.CompletedProcess([module, *words], int(code), *told)


def _read(end: int, told: list[str], place: int) -> None:
    with open(end, encoding="utf-8") as stream:
        told[place] = stream.read()


def _on_loading(environment: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if k.startswith(_READ_ON_LOADING)}


_FIRST = _on_loading(os.environ)


@cache
def _started() -> str:
    """Start the process that forks; it ends with this one. Return the path of its socket."""
    folder = tempfile.mkdtemp(prefix="warm-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = f"{folder}/socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(16)
        command = [sys.executable, __file__, str(listening.fileno())]
        # its standard input is the line to this process: it ends when that closes
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            pass_fds=[listening.fileno()],
            env={**os.environ, **_FIRST},
        )
    atexit.register(process.wait)
    assert process.stdin
    atexit.register(process.stdin.close)
    return path


def _import() -> None:
    import importlib
    import pkgutil

    import unchurn.cli
    import unchurn.container
    import unchurn.pipeline

    for name in _IMPORTED:
        importlib.import_module(name)
    for package in (unchurn.pipeline, unchurn.cli, unchurn.container):
        for each in pkgutil.iter_modules(package.__path__):
            if each.name != "__main__":  # it is run, under another name
                importlib.import_module(f"{package.__name__}.{each.name}")


def _fork() -> int:
    """Fork; OpenBLAS, whose threads Python warns of, starts them anew in the child."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _serve(listening: socket.socket) -> tuple[str, list[str], str, dict[str, str]]:
    """Fork for whoever asks; return in the processes of commands only, with what was asked."""
    import select

    gc.collect()
    gc.freeze()  # what is shared with the processes of commands stays shared
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listening, 0], [], [])
        if 0 in ready:
            os._exit(0)
        line, _ = listening.accept()
        if _fork() == 0:
            break
        line.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    listening.close()
    head, ends, _, _ = socket.recv_fds(line, 8, 2)
    asked = b""
    while len(asked) < int.from_bytes(head, "big"):
        asked += line.recv(1 << 20)
    command = _fork()
    if command:
        for end in ends:
            os.close(end)
        _, status = os.waitpid(command, 0)
        line.sendall(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    line.close()
    empty = os.open(os.devnull, os.O_RDONLY)
    for wanted, end in enumerate((empty, *ends)):
        os.dup2(end, wanted)
        os.close(end)
    module, words, cwd, environment = json.loads(asked)
    return module, words, cwd, environment


def _main() -> None:
    listening = socket.socket(fileno=int(sys.argv[1]))
    _import()
    module, words, cwd, environment = _serve(listening)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    signal.alarm(_LIMIT)
    sys.argv = [module, *words]
    sys.path[0] = cwd  # as python -m has it

    code = _code_of(module)
    # taking all the libraries down again would cost as much as importing them
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _code_of(module: str) -> int:
    """Run a module as a program; return what the interpreter would end with."""
    try:
        runpy.run_module(module, run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, int | None):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    _main()
