#!/bin/sh
# Deploy to AWS: ./standup.sh [STACK_NAME [S3_BUCKET_NAME [REGION]]]
#
# What is left out is read from .env beside churn.toml (keys STACK_NAME, S3_BUCKET_NAME, REGION),
# then from [aws] in churn.toml. The bucket must exist; without one the stack makes its own.
# PROJECT names the folder of churn.toml (default: this one), PYTHON the interpreter.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python=${PYTHON:-$here/.venv/bin/python}
[ -x "$python" ] || python=python3

exec "$python" -m unchurn aws deploy --project "${PROJECT:-.}" \
  ${1:+--stack "$1"} ${2:+--bucket "$2"} ${3:+--region "$3"}
