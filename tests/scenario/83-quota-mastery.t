#!/usr/bin/env bash
# Limits that only the answers tell are kept and used; several keys, keys that run out, limits that are lowered, waits that the server
# asks for. The simulator's audit is the judge. Short; TEST_LONG=1: a minute each, from the first request on.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/measured.sh"
long=${TEST_LONG:-}
# Requests a minute of the whole; seconds; the first of them, in which the limits are found out, are not judged.
if [[ -n $long ]]; then per_minute=3000 seconds=60 skip=0; else per_minute=12000 seconds=6 skip=1; fi
many=$dir/many.csv
perl -e 'print "artist_id,name,data\n"; printf "%05d,Artist %d,\"%s\"\n", $_, $_, "x" x (100 + $_ * 37 % 200) for 1 .. 8000' >"$many"
printf 'Write a biography of {{name}}: {{data}}\n' >"$dir/prompt.txt"
export ANTHROPIC_API_KEY=sk-ant-1

# all NAME ARTISTS: waits for it; all must be answered
all() {
    end "$1"
    is "$status,$(lines "$output")" "0,$2" "$1: all answers"
}
refusals() { audited '$status == 429'; }
# used NAME LEAST COLUMN LIMIT [KEY_LINE]
used() { uses "$1" "$2" 105 "$skip" 98% "${@:3}"; }
stored=(--input "$many" --prompt-id p)
own=(--input "$many" --provider anthropic --prompt-file "$dir/prompt.txt")

# ---- limits that are learned from the headers alone ----
# A request of this input has about 134 tokens with openai, and 65 and 79 with anthropic.
requests=$((per_minute * seconds / 60))
begin requests --latency-ms 300 --requests-per-minute $per_minute -- "${stored[@]}" --limit $requests
begin tokens --latency-ms 300 --tokens-per-minute $((per_minute * 134 / 2)) -- "${stored[@]}" --limit $((requests / 2))
begin reserved --latency-ms 300 --tokens-per-minute $((per_minute * 134 / 2)) -- "${stored[@]}" --limit $((requests / 2)) --max-output-tokens 500
all requests $requests
is "$(refusals)" 0 "requests: not one 429"
used requests 99 requests $per_minute
all tokens $((requests / 2))
is "$(refusals)" 0 "tokens: not one 429"
used tokens 99 used $((per_minute * 134 / 2))
all reserved $((requests / 2))
is "$(refusals)" 0 "more tokens reserved than used: not one 429"
used reserved $((skip ? 90 : 98)) used $((per_minute * 134 / 2))

begin input --latency-ms 300 --input-tokens-per-minute $((per_minute * 65 / 2)) --output-tokens-per-minute 9000000 --requests-per-minute 90000 -- "${own[@]}" --limit $((requests / 2))
begin output --latency-ms 300 --output-tokens-per-minute $((per_minute * 79 / 2)) --input-tokens-per-minute 9000000 --requests-per-minute 90000 -- "${own[@]}" --limit $((requests / 2))
for dialect in azure mistral ietf ietf-old; do
    begin $dialect --latency-ms 300 --dialect $dialect --requests-per-minute $((per_minute / 2)) -- "${stored[@]}" --limit $((requests / 2))
done
half=$((per_minute / 2))
begin lowered --latency-ms 300 --requests-per-minute $per_minute --change-at "$((seconds / 3)):requests_per_minute=$half" -- "${stored[@]}" --limit $((requests * 2 / 3))
all input $((requests / 2))
is "$(refusals)" 0 "input tokens: not one 429"
used input 99 used_input $((per_minute * 65 / 2))
all output $((requests / 2))
is "$(refusals)" 0 "output tokens: not one 429"
used output 99 used_output $((per_minute * 79 / 2))

for dialect in azure mistral ietf ietf-old; do
    all $dialect $((requests / 2))
    is "$(refusals)" 0 "$dialect: not one 429"
    used $dialect 99 requests $((per_minute / 2))
done

# ---- a limit that is lowered in mid-run ----
all lowered $((requests * 2 / 3))
is "$(refusals)" 0 "a limit that is lowered: not one 429"
first=$skip
skip=$((seconds / 3 + 1))
used lowered 97 requests $half
skip=$first

# ---- three keys with limits of their own; two that run out ----
sessions() {
    printf '{"sessions":[{"name":"a","key":"sk-a"},{"name":"b","key":"sk-b"},{"name":"c","key":"sk-c"}]}' >"$dir/sessions.json"
    chmod 600 "$dir/sessions.json"
}
sessions
unset OPENAI_API_KEY
fifth=$((per_minute / 5))
printf '%s\n' "sk-a $fifth 0 0" "sk-b $half 0 0" "sk-c $per_minute 0 0" >"$dir/keys"
every=$(((fifth + half + per_minute) * seconds / 60))
begin keys --latency-ms 300 --keys-file "$dir/keys" -- "${stored[@]}" --sessions "$dir/sessions.json" --limit $every
printf '%s\n' "sk-a 6000 0 0 0 quota_after 60" "sk-b 6000 0 0 0 spend_cap_after 90" "sk-c 6000 0 0" >"$dir/keys.emptied"
begin emptied --latency-ms 300 --keys-file "$dir/keys.emptied" -- "${stored[@]}" --sessions "$dir/sessions.json" --limit 700 --attempts 1
all keys $every
is "$(refusals)" 0 "three keys: not one 429"
used keys 98 requests $fifth 1
used keys 98 requests $half 2
used keys 98 requests $per_minute 3

all emptied 700
is "$(audited '$status == 200 && $F[14] == 1'),$(audited '$status == 200 && $F[14] == 2')" 60,90 "two keys run out in mid-run: all that they had was used, the third does the rest"
holds "and they are left alone: $(refusals) refusals" "$(refusals) <= 80" # what was in flight of them
is "$(grep -vc '"attempts":1,' "$output")" 0 "no artist pays for it with an attempt"
export OPENAI_API_KEY=sk-test-d41d8cd98f00b204

# ---- Retry-After in every form; no other header says anything ----
# silent SECONDS: after a 429 nothing arrives for so long, but for what was under way
silent() {
    LATE=$(late) perl -F'\t' -lane 'next if $. == 1; push @at, $F[0]; push @no, $F[1] if $F[6] == 429;
        END { for my $t (@no) { $bad++ if grep { $_ > $t + 150e6 + 4e6 * $ENV{LATE} && $_ < $t + ('"$1"' - 0.01) * 1e9 } @at } exit($bad ? 1 : 0) }' "$audit"
}
for form in seconds ms date none garbage; do
    begin "$form" --latency-ms 300 --dialect none --requests-per-minute 600 --burst 5 --retry-after-form $form -- "${stored[@]}" --limit 30 --attempts 1 --rate-limit-cooldown 1
done
for form in seconds ms date none garbage; do
    all "$form" 30
    holds "Retry-After, $form: there were refusals, $(refusals)" "$(refusals) > 0 && $(refusals) < 40"
    is "$(grep -vc '"attempts":1,' "$output")" 0 "Retry-After, $form: they use up no attempt"
    # `ms` names the time itself, `date` ends with a whole second: both may be short.
    case $form in seconds | none | garbage) silent 1; ok $? "Retry-After, $form: a second is kept" ;; esac
done
finish
