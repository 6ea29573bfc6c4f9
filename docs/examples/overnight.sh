#!/usr/bin/env bash
# One agent for the whole night: at a limit it waits for the reset and continues in the same session.
#
#   setsid -f overnight.sh task.md >overnight.log 2>&1     overnight.json says how it is doing
#
# Exit code 75: the task is not done (a limit it does not wait for, or work that a hook held back). Run it again later.
set -u

exec claude-meter run --resume --max-restarts 3/h \
  --resume-command 'claude -p "Go on where you stopped." --continue --output-format stream-json --verbose' \
  --label overnight --status-file overnight.json "${@:2}" \
  -- claude -p "$(cat "$1")" --output-format stream-json --verbose </dev/null
