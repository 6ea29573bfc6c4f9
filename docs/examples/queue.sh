#!/usr/bin/env bash
# Works through a file of prompts, one a line, and stops at the limit instead of burning the rest of the queue.
# Started again it goes on where it stopped.
#
#   queue.sh prompts.txt              stops with exit code 75 when a limit is hit
#   queue.sh prompts.txt --resume     waits for the reset and goes on; any option of `run` may follow
set -u

prompts=$1
shift
finished="$prompts.done"
touch "$finished"
number=0

while IFS= read -r prompt <&3; do
  number=$((number + 1))
  grep -qxF -- "$prompt" "$finished" && continue
  # The label is kept in a status file, where a prompt has no business.
  claude-meter run --label "${prompts##*/}:$number" "$@" -- \
    claude -p "$prompt" --output-format stream-json --verbose </dev/null
  code=$?
  case $code in
    0) printf '%s\n' "$prompt" >>"$finished" ;;
    69 | 75 | 130 | 143) exit "$code" ;; # no data, over the limit, or interrupted: `run` has said why
    *) printf 'queue: "%s" failed with exit code %s\n' "$prompt" "$code" >&2 ;;
  esac
done 3<"$prompts"
