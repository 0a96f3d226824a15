#!/usr/bin/env bash
# Limits and waits that a server tells and that would starve the run: they are kept, told once with header and value, and there is a
# way past them.
source "$(dirname "$0")/../support/scenario.sh"

steer() { "$build/ration" "$@" >"$dir/steered" 2>&1; }

# ---- a limit that falls to 1 ----
lowered=(--rule 'from=5' --header 'x-ratelimit-limit-requests: 1' --header 'x-ratelimit-remaining-requests: 0')
scripted "${lowered[@]}"
ration_start --input "$sample" --limit 40 --max-workers 2 --requests-per-minute 600 --output "$dir/starved.jsonl" --log-file "$dir/starved.log"
wait_for 20 grep -qs 'x-ratelimit-limit-requests: 1, a limit of 1 requests a minute, where 600 held before' "$dir/starved.log"
ok $? "a limit that falls to 1 is told, with header and value"
has "$dir/starved.log" 'with --ignore-limit-headers' "and with what overrides it"
before=$(asked 1)
wait_for 20 steer resume
has "$dir/steered" 'what the API told of limits is forgotten' "ration resume ends the wait"
wait_for 10 eval '[[ $(asked 1) -gt $before ]]'
ok $? "and requests leave again"
steer stop
ration_wait
simapi_stop
grep -qE '[0-9]{4}[0-9.]* ?%' "$dir/out" "$dir/starved.log"
is $? 1 "no share of a limit is told that nobody could have used"
is "$status" 3 "ration stop ends it"
holds "$(grep -c 'where 600 held before' "$dir/starved.log") warnings" "$(grep -c 'where 600 held before' "$dir/starved.log") <= 4"
scripted "${lowered[@]}"
ration --input "$sample" --limit 40 --max-workers 2 --requests-per-minute 600 --output "$dir/starved.jsonl" --resume --ignore-limit-headers
simapi_stop
is "$status,$(lines "$dir/starved.jsonl")" 0,40 "--resume --ignore-limit-headers goes on by the limits that were given"
has "$dir/err" 'what the API'"'"'s answers say of limits is not heeded' "it is told at the start"
grep -q 'the API says' "$dir/err"
is $? 1 "and says nothing of the headers"
scripted --rule 'to=1' --status 429 --header 'x-ratelimit-reset: 900000' --header 'x-ratelimit-remaining: 0'
RATION_IGNORE_LIMIT_HEADERS=yes ration --input "$sample" --limit 3 --output "$dir/variable.jsonl" --rate-limit-cooldown 1
simapi_stop
is "$status,$(lines "$dir/variable.jsonl")" 0,3 "RATION_IGNORE_LIMIT_HEADERS: a refusal rests for --rate-limit-cooldown"
scripted --rule 'to=1' --status 429 --header 'x-ratelimit-reset: 900000' --header 'Retry-After: 2'
ration --input "$sample" --limit 3 --output "$dir/after.jsonl" --ignore-limit-headers
simapi_stop
holds "Retry-After holds with it, too" "$status == 0 && $(awk -F'\t' '$1 == 2 { print $2 }' "$audit") >= 2"

# ---- a wait of a day ----
scripted --rule 'to=1' --status 429 --header 'Retry-After: 31536000'
ration_start --input "$sample" --limit 4 --max-workers 1 --output "$dir/day.jsonl" --log-file "$dir/day.log"
wait_for 20 grep -qs ' rests until ' "$dir/day.log"
ok $? "a long rest is told"
has "$dir/day.log" 'Retry-After: 31536000, a wait of 365 days 0 h; it is cut to a day' "as it came, and that it is cut"
is "$(grep -c 'for 24 h 0 min; ration resume lets it try at once' "$dir/day.log")" 1 "until when, for how long, and what ends it; a day at most"
wait_for 20 steer resume
has "$dir/steered" 'goes on: the waits of 1 session are ended' "ration resume ends it"
ration_wait
simapi_stop
is "$status,$(lines "$dir/day.jsonl")" 0,4 "and the run goes on to its end"

# ---- values that make no sense: told once, whoever meets them ----
# odd WARNING HEADER…
odd() {
    local warning=$1 header headers=()
    shift
    for header in "$@"; do headers+=(--header "$header"); done
    scripted --rule 'from=1' "${headers[@]}"
    ration --input "$sample" --limit 30 --max-workers 3 --output "$dir/odd-$cases.jsonl" --log-file "$dir/odd-$cases.log"
    simapi_stop
    is "$status,$(grep -cF -- "$warning" "$dir/odd-$cases.log")" 0,1 "told once: $warning"
}
odd 'x-ratelimit-limit-requests: 0, a limit of nothing' 'x-ratelimit-limit-requests: 0'
odd 'x-ratelimit-limit-tokens: plenty, which cannot be read' 'x-ratelimit-limit-tokens: plenty'
odd 'x-ratelimit-remaining-requests: 9000000, more than the limit' 'x-ratelimit-limit-requests: 60000' 'x-ratelimit-remaining-requests: 9,000,000'
odd 'x-ratelimit-reset-requests: in ' 'x-ratelimit-limit-requests: 60000' 'x-ratelimit-reset-requests: 2094-01-01T00:00:00Z'
finish
