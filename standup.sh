#!/bin/sh
# Deploy to AWS: ./standup.sh [STACK_NAME [S3_BUCKET_NAME [REGION]]]
#
# It works from a bare clone: what is missing of .venv is installed, and without a churn.toml the
# demo's project is written and deployed. Its tables are in Athena then, and .env beside churn.toml
# remembers the names, so that ./delete_resources.sh alone takes down just that. What is left out is
# read from .env (keys STACK_NAME, S3_BUCKET_NAME, REGION), then from [aws] in churn.toml. The bucket
# must exist; without one the stack makes its own. PROJECT names the folder of churn.toml (default:
# this one, else unchurn-demo beside this script), PYTHON the interpreter.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
if [ -z "${PYTHON:-}" ]; then
  PYTHON=$here/.venv/bin/python
  [ -x "$PYTHON" ] && "$PYTHON" -c 'import boto3, unchurn' 2>/dev/null || make -s -C "$here" aws
fi
if [ -z "${PROJECT:-}" ]; then
  PROJECT=.
  if [ ! -f churn.toml ]; then
    PROJECT=$here/unchurn-demo
    "$PYTHON" -m unchurn demo --tables-only --project "$PROJECT"
  fi
fi

exec "$PYTHON" -m unchurn aws deploy --project "$PROJECT" --load --remember \
  ${1:+--stack "$1"} ${2:+--bucket "$2"} ${3:+--region "$3"}
