# May work go on? From the status file alone, where there is no claude-meter (a container with the state folder mounted):
#
#   jq -n -f guard.jq --argjson max 90 "$CLAUDE_METER_HOME/status.json" && claude -p "…"
#
# Ends with 0: go. With 75: over the limit. With anything else: unknown, and that is not a yes.
# Also: --arg window five_hour, --arg account user@example.com (or a uuid), --argjson max_age 600.

def moment: sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601;
def stop($code): "guard: \(.)\n" | halt_error($code);

($ARGS.named.max // 90) as $max
| ($ARGS.named.max_age // 600) as $max_age
| $ARGS.named.window as $window
| $ARGS.named.account as $account
# Asked for by `input`, an empty file is an error; read without -n it would be no input, and so a yes.
| input
| [.rows[] | select($account == null or any(.account_email, .account_uuid, .org_uuid; . == $account))]
| if length == 1 then .[0] else "\(length) accounts to choose from" | stop(69) end
| (now - (.fetched_at | moment)) as $age
# Freshness is the reader's to compute: a file says nothing about how long ago it was written.
| if $age <= $max_age and $age >= -120 then . else "the newest reading is \($age | floor) s old" | stop(69) end
| [.windows[] | select(if $window then .id == $window else .scope == "account" end)]
| map(if .resets_at != null and now >= (.resets_at | moment) then .utilization = null else . end)
| if length == 0 then "no such window" | stop(69)
  elif any(.utilization != null and .utilization >= $max) then "over the limit" | stop(75)
  elif any(.utilization == null) then "a window has no known value" | stop(69)
  else empty end
