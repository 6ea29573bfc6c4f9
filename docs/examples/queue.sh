#!/usr/bin/env bash
# Works through a file of prompts, one a line, and stops at the limit instead of burning the rest of the queue.
# The next run continues with what is not done. A job that failed is tried again then, too.
#
#   queue.sh prompts.txt              stops with exit code 75 at a limit, and where a hook held work back
#   queue.sh prompts.txt --resume     waits for resets; any option of `claude-meter run` may follow
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
    # No data, a limit or held-back work, or interrupted: `run` has said why, and the job is kept for the next run.
    69 | 75 | 130 | 143) exit "$code" ;;
    *) printf 'queue: "%s" failed with exit code %s\n' "$prompt" "$code" >&2 ;;
  esac
done 3<"$prompts"
