#!/bin/sh
# Delete what standup.sh made: ./delete_resources.sh [STACK_NAME [S3_BUCKET_NAME [REGION]]] [FLAGS]
#
# It asks first; add --yes to be asked nothing, --delete-data to delete the bucket too. What is
# left out is read as standup.sh reads it, and so is what that remembered.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python=${PYTHON:-$here/.venv/bin/python}
[ -x "$python" ] || python=python3
project=${PROJECT:-.}
[ -n "${PROJECT:-}" ] || [ -f churn.toml ] || project=$here/unchurn-demo

stack='' bucket='' region=''
for name in stack bucket region; do
  case ${1:-} in
    '' | -*) break ;;
    *) eval "$name=\$1" && shift ;;
  esac
done

exec "$python" -m unchurn aws destroy --project "$project" \
  ${stack:+--stack "$stack"} ${bucket:+--bucket "$bucket"} ${region:+--region "$region"} "$@"
