"""``python -m rehearsal.stand_ins.script_mode train|serve``: a framework's entry point."""

from __future__ import annotations

import sys

from rehearsal.stand_ins.opt_ml import ClientError, fail


def main(words: list[str]) -> int:
    """Do what SageMaker asks the image for; return the exit code."""
    try:
        if words == ["serve"]:
            from rehearsal.stand_ins.script_mode.serving import serve_functions

            serve_functions()
            return 0
        from rehearsal.stand_ins.script_mode.training import train

        return train()
    except ClientError as error:
        sys.stderr.write(f"{error}\n")
        return fail(str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
