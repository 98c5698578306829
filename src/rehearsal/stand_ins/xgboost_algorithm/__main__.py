"""``python -m rehearsal.stand_ins.xgboost_algorithm train|serve``: the image's entry point."""

from __future__ import annotations

import sys

from rehearsal.stand_ins.opt_ml import ClientError, fail, root
from rehearsal.stand_ins.script_mode.__main__ import main as script_mode
from rehearsal.stand_ins.script_mode.source import program


def main(words: list[str]) -> int:
    """Do what SageMaker asks the image for; return the exit code.

    Where a script is named, the same image is a framework.
    """
    if program() or (words == ["serve"] and (root() / "model" / "code").is_dir()):
        return script_mode(words)
    try:
        _do(words)
    except ClientError as error:
        sys.stderr.write(f"{error}\n")
        return fail(str(error))
    return 0


def _do(words: list[str]) -> None:
    if words == ["serve"]:
        from rehearsal.stand_ins.xgboost_algorithm.scoring import serve_model

        serve_model()
    elif words == ["train"]:
        from rehearsal.stand_ins.xgboost_algorithm.training import train

        train()
    else:
        raise ClientError(f"The image knows train and serve, not {' '.join(words)!r}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
