#!/bin/sh
# The other name of standup.sh.
exec "$(dirname -- "$0")/standup.sh" "$@"
