#!/usr/bin/env bash
# What a run costs is told while it works, and is what the server bills in the end: with a cache, with thoughts, with
# failures that are paid, with sessions of different prices.
source "$(dirname "$0")/../support/scenario.sh"
export ANTHROPIC_API_KEY=$OPENAI_API_KEY OTHER_API_KEY=sk-test-0b204d41d8cd98f0
artists=400
perl -e 'print "artist_id,name,data\n"; printf "a%05d,Artist %d,%s\n", $_, $_, "plays and paints " x (1 + $_ * 7 % 23) for 1 .. shift' "$artists" >"$dir/in.csv"
begins=$(printf 'You write of artists for a museum, in plain words. %.0s' {1..100}) # 5100 bytes
printf '%s\nWrite of {{name}}: {{data}}' "$begins" >"$dir/prompt.txt"
cat >"$dir/prices.json" <<'END'
{"prices": [
{"model": "thrifty", "input": 1, "output": 5, "cached": 0.1, "written": 1.25, "written_hour": 2},
{"model": "lavish", "input": 3, "output": 15}
]}
END
table=${FORECAST_TABLE:-$dir/table.md}

# billed: nano-dollars that the last simulator has billed so far
billed() { perl -F'\t' -lane 'chomp @F; if ($. == 1) { my $i = 0; %c = map { $_ => $i++ } @F; next } $s += $F[$c{bill}]; END { printf "%.0f", $s }' "$audit"; }
# nano PATH <JSON: that member, in nano-dollars; -1: null
nano() { perl -MJSON::PP -e 'local $/; my $j = decode_json(<STDIN>); my $v = $j->'"$1"'; printf "%.0f", defined $v ? $v * 1e9 : -1'; }

# settled: what the run has been told is what the server has billed
settled() {
    local said
    said=$("$build/ration" status "$output" --json 2>"$dir/.status") || return 1
    [[ $(nano '{cost}{dollars}' <<<"$said") -eq $(billed) ]] || return 1
    live=$(nano '{cost}{forecast_dollars}' <<<"$said")
}

# live NAME PART OPTION…: a run, whose forecast is read when so many requests were answered; sets $live, $bill
live() {
    output=$dir/$1.$2.jsonl
    simapi "${server[@]}" --latency-ms 20 --hold-after $((artists * $2 / 100))
    sessions
    fresh
    "$build/ration" run "${common[@]}" --base-url "$url" --output "$output" "${@:3}" >"$summary" 2>"$err" &
    ration_pid=$!
    wait_for 60 simapi_says "answers are held"
    wait_for 60 settled
    simapi_hurries
    ration_wait
    simapi_stop
    bill=$(billed)
    is "$status" 0 "$1: the run ends well"
}
sessions() { :; }

# within NAME GOT: of $bill
within() { holds "$1: $2 of $bill" "abs($2 / $bill - 1) < 0.05"; }

# case_of NAME: with $server and $common
case_of() {
    local quarter half
    live "$1" 25
    quarter=$live
    live "$1" 50
    half=$live
    perl -e 'my ($n, $bill, @v) = @ARGV; printf "| %s | %s | %.4f |\n", $n, join(" | ", map { sprintf "%.4f (%+.1f %%)", $_ / 1e9, ($_ / $bill - 1) * 100 } @v), $bill / 1e9' \
        "$1" "$bill" "$quarter" "$half" >>"$table"
    within "$1: the forecast at a quarter" "$quarter"
    within "$1: the forecast at a half" "$half"
}

usual=(--input "$dir/in.csv" --prompt-file "$dir/prompt.txt" --prices "$dir/prices.json" --model thrifty --max-workers 2 --in-flight 8
    --backoff-initial 0.05 --backoff-max 0.1)
price="thrifty:input=1,output=5,cached=0.1,written=1.25,written_hour=2,reasoning=5"
answer=75

common=("${usual[@]}" --provider openai-chat --max-output-tokens "$answer")
server=(--price "$price" --text-bytes 300)
case_of plain

common=("${usual[@]}" --provider anthropic --cache-prompt --max-output-tokens "$answer")
server=(--price "$price" --text-bytes 300 --cache-tokens 256)
case_of cached

common=("${usual[@]}" --provider openai-chat --cache-prompt --max-output-tokens "$answer")
case_of kept

common=("${usual[@]}" --provider openai-chat)
server=(--price "$price" --text-bytes 300 --reasoning-tokens 300)
case_of thought

common=("${usual[@]}" --provider openai-chat --max-output-tokens "$answer")
server=(--price "$price" --text-bytes 300 --fault-paid 0.1)
case_of paid

cat >"$dir/sessions.json" <<'END'
{"sessions": [
{"name": "dear", "key_env": "OTHER_API_KEY", "base_url": "http://127.0.0.1:1/v1", "model": "lavish", "requests_per_minute": 4000},
{"name": "cheap", "key_env": "OPENAI_API_KEY", "base_url": "http://127.0.0.1:1/v1", "model": "thrifty", "requests_per_minute": 8000}
]}
END
chmod 600 "$dir/sessions.json"
sessions() { [[ -z ${url:-} ]] || sed -i 's#"base_url": "[^"]*"#"base_url": "'"$url"'"#' "$dir/sessions.json"; }
common=("${usual[@]}" --provider openai-chat --sessions "$dir/sessions.json" --max-output-tokens "$answer")
server=(--price "$price" --price "lavish:input=3,output=15" --text-bytes 300)
case_of sessions
finish
