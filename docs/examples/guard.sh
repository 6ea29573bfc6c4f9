# Ask the meter before each piece of work. To be sourced:
#
#   . guard.sh
#   while read -r job; do
#     may_go || exit          # 75 over the limit, 69 unknown: the queue stops, the rest stays to be done
#     claude -p "$job" </dev/null
#   done <jobs.txt

# 0: go on. 75: over the limit. 69: unknown. Only 0 is a yes.
may_go() {
  claude-meter guard --no-wait "$@"
}

# The same, but it comes back when the quota is free again, each pane in its own second.
wait_for_go() {
  claude-meter guard "$@"
}
