#!/usr/bin/env bash
# The sample through four workers: every way in, and what comes out.
source "$(dirname "$0")/../support/scenario.sh"
simapi
ration --input "$sample" --output "$dir/out.jsonl" --log-file "$dir/log.jsonl"
is "$status" 0 "exit 0 when every artist has an answer"
"$root/tests/support/check-output" "$sample" "$dir/out.jsonl" >"$dir/check"
ok $? "one whole line for each artist, under its own name: $(cat "$dir/check")"
[[ ! -e $dir/out.errors.jsonl ]]
ok $? "no errors file when nothing failed"
keys=$(head -n 1 "$dir/out.jsonl" | grep -oE '"[a-z_]+":' | tr -d '":\n' | sed 's/artist_id/&/')
is "$keys" artist_idartist_nameresponse_textresponse_idmodelfinish_reasonusageinput_tokensoutput_tokenstotal_tokenscostattemptslatency_mscreatedrequest_idinput_hash \
    "the output line has its keys in order"
perl -ne 'exit 1 unless /"artist_name":("(?:[^"\\]|\\.)*").*"response_text":"Biography of ((?:[^"\\]|\\.)*) \(/ && $1 eq "\"$2\""' "$dir/out.jsonl"
ok $? "the API was asked about the artist whose line it is, byte for byte"
perl -MJSON::PP -ne 'my $e = decode_json($_); exit 1 unless $e->{time} =~ /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ && $e->{category} && $e->{message}' "$dir/log.jsonl"
ok $? "the log file holds JSON lines with time, category and message"
has "$summary" "artists       $(lines "$dir/out.jsonl") of $(lines "$dir/out.jsonl") done, 0 failed, 0 left" "the summary tells what was done"
grep -rqF "$OPENAI_API_KEY" "$dir"
is $? 1 "the key is in no file"

# ---- the key and the processes ----
simapi --latency-ms 400
simapi_holds
ration_start --input "$sample" --output "$dir/slow.jsonl" --in-flight 20
wait_for 10 eval '[[ $(workers_of $ration_pid | wc -l) -eq 4 ]]'
wait_for 10 eval 'grep -qa "in flight" /proc/$ration_pid/cmdline'
ok $? "the coordinator's title tells what it does"
found=0
for pid in $ration_pid $(workers_of "$ration_pid"); do
    if tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qF "$OPENAI_API_KEY" || tr '\0' '\n' <"/proc/$pid/environ" | grep -qF "$OPENAI_API_KEY"; then
        found=1
    fi
done
is $found 0 "the key is in no argument and in no environment"
arena=$(arena_of "$dir/slow.jsonl")
is "$(stat -c %a "$arena")" 600 "the arena's mode is 0600"
grep -qaF "$OPENAI_API_KEY" "$arena"
is $? 1 "the key is not in the arena"
pid=$(workers_of "$ration_pid" | head -n 1)
is "$(find "/proc/$pid/fd" -lname '*/out.jsonl' 2>/dev/null | wc -l)" 0 "a worker has no descriptor of another run"
simapi_hurries
ration_wait
is "$status" 0 "the slow run ends well"

# ---- other ways in ----
simapi
ration --input - --output "$dir/stdin.jsonl" <"$sample"
is "$status" 0 "standard input"
is "$(lines "$dir/stdin.jsonl")" "$(lines "$dir/out.jsonl")" "gives as many lines"
perl -MJSON::PP -e '
    print encode_json({artist_id => "j$_", name => "N\x{e4}me $_", data => "born 19$_, \"x\"\n", genre => "g"}), "\n" for 10 .. 59' >"$dir/in.jsonl"
ration --input "$dir/in.jsonl" --output "$dir/fromjsonl.jsonl"
is "$status,$(lines "$dir/fromjsonl.jsonl")" 0,50 "JSONL input"
printf 'Write about {{name}} ({{genre}}): {{data}}' >"$dir/template"
fresh
"$build/ration" run --base-url "$url" --prompt-file "$dir/template" --provider openai-chat --input "$dir/in.jsonl" --output "$dir/chat.jsonl" --quiet >"$summary" 2>"$err"
is "$?,$(lines "$dir/chat.jsonl")" 0,50 "a template, by chat completions"
is "$(cat "$summary" "$err")" "" "--quiet is quiet"
has "$dir/chat.jsonl" 'Write about Näme 12 (g): born 1912' "the template's places are filled"
ration --input "$sample" --limit 7 --output "$dir/limit.jsonl"
is "$status,$(lines "$dir/limit.jsonl")" 0,7 "--limit 7"
simapi --prompt-variables-allowed artist_name,genre
ration --input "$sample" --limit 20 --output "$dir/vars.jsonl" --prompt-variables artist_name=name,genre=genre
is "$status,$(lines "$dir/vars.jsonl")" 0,20 "--prompt-variables maps columns"
printf '  %s\n' "$OPENAI_API_KEY" >"$dir/../key.$$"
chmod 600 "$dir/../key.$$"
fresh
RATION_LIMIT=5 RATION_MAX_WORKERS=2 OPENAI_API_KEY='' "$build/ration" run --base-url "$url" --prompt-id p --prompt-variables artist_name=name \
    --api-key-file "$dir/../key.$$" --limit 6 --input "$sample" --output "$dir/env.jsonl" >"$summary" 2>"$err"
is "$?,$(lines "$dir/env.jsonl")" 0,6 "--api-key-file; the command line wins over the environment"
has "$summary" "workers       2;" "which wins over the default"
rm -f "$dir/../key.$$"
finish
