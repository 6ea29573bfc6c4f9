#!/usr/bin/env bash
# Works through a file of prompts, one a line, in several tmux panes at once. Every pane asks the guard before it takes
# a prompt, so that all of them stop before the limit and resume after the reset one after the other.
#
#   parallel_guard.sh prompts.txt 5      five panes in a tmux session "agents"; `tmux attach -t agents` shows them
set -u

prompts=$1
panes=${2:-5}

work() {
  number=0
  while IFS= read -r prompt <&3; do
    number=$((number + 1))
    [ -e "$prompts.taken/$number" ] && continue
    claude-meter guard || exit
    # Only one pane can make the folder, and with it the prompt its own.
    mkdir "$prompts.taken/$number" 2>/dev/null || continue
    claude-meter run --label "${prompts##*/}:$number" -- \
      claude -p "$prompt" --output-format stream-json --verbose </dev/null
    code=$?
    case $code in
      69 | 75 | 130 | 143) # not done, and `run` has said why: the prompt is kept for the next run
        rmdir "$prompts.taken/$number"
        exit "$code"
        ;;
    esac
  done 3<"$prompts"
}

mkdir -p "$prompts.taken"
if [ "$panes" = worker ]; then
  work
  exit
fi
script=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
worker=$(printf '%q %q worker' "$script" "$prompts")
tmux new-session -d -s agents "$worker"
for _ in $(seq 2 "$panes"); do
  tmux split-window -d -t agents "$worker" && tmux select-layout -t agents tiled
done
