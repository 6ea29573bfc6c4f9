#!/usr/bin/env bash
# One agent for the whole night: at a limit it waits for the reset and goes on in the same session.
#
#   overnight.sh task.md >overnight.log     `claude-meter runs`, or overnight.json, says how it is doing
set -u

exec claude-meter run --resume --max-restarts 3/h \
  --resume-command 'claude -p "Go on where you stopped." --continue --output-format stream-json --verbose' \
  --label overnight --status-file overnight.json "${@:2}" \
  -- claude -p "$(cat "$1")" --output-format stream-json --verbose </dev/null
