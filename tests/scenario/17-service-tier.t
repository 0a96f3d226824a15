#!/usr/bin/env bash
# --service-tier: a tier that costs half and may have no room. Judged by what the server saw and billed.
source "$(dirname "$0")/../support/scenario.sh"
cat >"$dir/prices.json" <<'JSON'
{"prices": [{"model": "m", "date": "2026-11-01", "input": 2, "output": 8, "flex": {"input": 1, "output": 4}}]}
JSON
priced=(--model m --prices "$dir/prices.json" --input "$sample")

# tiers FILE: how many of its lines were answered by which tier
tiers() { perl -MJSON::PP -lne '$n{decode_json($_)->{service_tier} // "none"}++; END { print join ",", map { "$_ $n{$_}" } sort keys %n }' "$1"; }
# costs FILE: nano-dollars of its lines
costs() { perl -MJSON::PP -lne '$sum += decode_json($_)->{cost}; END { printf "%.0f", $sum * 1e9 }' "$1"; }
# billed: nano-dollars of the audit
billed() { audit_each '$sum += $a{bill}; END { printf "%d", $sum }'; }
# seen: "TIER STATUS n" of the audit
seen() { audit_each '$n{"$a{tier} $a{status}"}++; END { print join ",", map { "$_ $n{$_}" } sort keys %n }'; }
whole() { [[ $(lines "$1") -eq 362 && $(perl -lne 'print $1 if /"artist_id":"(.*?)"/' "$1" | sort -u | wc -l) -eq 362 ]]; }

# ---- no room for one in three, told by a code, by words alone, or by Groq's status: each row has its line, and the session goes on ----
for form in code words groq; do
    simapi --flex-full 0.34 --flex-full-form "$form" --price :input=2,output=8
    ration "${priced[@]}" --output "$dir/$form.jsonl" --service-tier flex --backoff-initial 0.02 --attempts 1 --max-cost 5
    simapi_stop
    is "$status,$(lines "$dir/$form.errors.jsonl")" 0,0 "$form: exit 0, and nobody failed, with one attempt each"
    whole "$dir/$form.jsonl"
    ok $? "$form: each row has one line"
    is "$(tiers "$dir/$form.jsonl")" "flex 362" "$form: the tier that answered stands in each"
    holds "$form: $(seen)" "$(audited '$fault eq "flex-full"') > 60 && $(audited '$status == 200') == 362"
    is "$(costs "$dir/$form.jsonl")" "$(billed)" "$form: the costs are those of the server: half, and refusals are none"
    is "$(grep -cE 'cooled|rests|breaker|is held' "$err")" 0 "$form: no session rests"
    has "$summary" "no_capacity" "$form: the summary tells the class"
done

# ---- no room at all: patience ends, and the usual tier answers; it is priced so ----
simapi --flex-full 1 --price :input=2,output=8
ration "${priced[@]}" --output "$dir/patience.jsonl" --service-tier flex --flex-patience 1 --backoff-initial 0.1
simapi_stop
is "$status,$(lines "$dir/patience.errors.jsonl")" 0,0 "--flex-patience: exit 0"
whole "$dir/patience.jsonl"
ok $? "each row has one line"
is "$(tiers "$dir/patience.jsonl")" "default 362" "of the usual tier, which is told"
is "$(costs "$dir/patience.jsonl")" "$(billed)" "at its price"
is "$(audited '$status == 200')" 362 "each was asked there once"
has "$err" "it is asked by the usual one" "said in words"

# ---- a body that asks for it by itself: likewise ----
simapi --flex-full 1
ration "${priced[@]}" --output "$dir/param.jsonl" --limit 20 --param service_tier=flex --flex-patience 1 --backoff-initial 0.1
simapi_stop
is "$status,$(lines "$dir/param.jsonl")" 0,20 "--param service_tier=flex: the same"

# ---- one whose usual tier has no name that is known: the row asks for none, as the next row by itself ----
cat >"$dir/picky.pl" <<'PERL'
use IO::Socket::INET;
use JSON::PP;
my ($port, $log) = @ARGV;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1) or die;
open my $out, '>', "$port.new" or die;
print $out $server->sockport;
close $out;
rename "$port.new", $port;
open my $asked, '>>', $log or die;
$asked->autoflush(1);
while (my $peer = $server->accept) {
    my ($length, $body) = (0, '');
    while (my $line = <$peer>) { $length = $1 if $line =~ /^content-length:\s*(\d+)/i; last if $line =~ /^\r?\n$/; }
    read $peer, $body, $length;
    my $tier = eval { decode_json($body)->{service_tier} } // 'none';
    my ($status, $said) = $tier eq 'flex' ? ('429 Full', '{"error":{"code":"resource_unavailable","message":"Resource unavailable"}}')
        : $tier eq 'none' ? ('200 OK', '{"id":"x","object":"chat.completion","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"A text."}}],"usage":{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}}')
        : ('400 Bad', '{"error":{"type":"invalid_request_error","code":"invalid_value","param":"service_tier","message":"service_tier must be flex"}}');
    print $asked "$tier\n";
    print $peer "HTTP/1.1 $status\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " . length($said) . "\r\n\r\n$said";
    close $peer;
}
PERL
perl "$dir/picky.pl" "$dir/picky.port" "$dir/picky.log" &
picky=$!
wait_for 20 test -s "$dir/picky.port"
fresh
printf 'Write about {{name}}\n' >"$dir/prompt.txt"
"$build/ration" run "${priced[@]}" --provider vllm --base-url "http://127.0.0.1:$(<"$dir/picky.port")/v1" --prompt-file "$dir/prompt.txt" --output "$dir/picky.jsonl" \
    --limit 3 --param service_tier=flex --flex-patience 1 --backoff-initial 0.1 >"$summary" 2>"$err"
is "$?,$(lines "$dir/picky.jsonl")" 0,3 "a provider whose tiers nobody knows: each row is answered once patience ends"
is "$(sort -u "$dir/picky.log" | tr '\n' ' ')" "flex none " "without the member"
kill "$picky"
wait "$picky" 2>/dev/null

# ---- whoever waits for room is stopped, and goes on; without the tier nothing is asked again ----
simapi --flex-full 1
ration_start "${priced[@]}" --output "$dir/stop.jsonl" --limit 40 --service-tier flex --backoff-initial 0.1
full() { [[ $(audited '$fault eq "flex-full"') -gt 40 ]]; }
wait_for 60 full
kill -INT "$ration_pid"
ration_wait
is "$status,$(lines "$dir/stop.jsonl")" 3,0 "Ctrl-C ends a wait for room: exit 3"
simapi_stop
simapi
ration "${priced[@]}" --output "$dir/stop.jsonl" --limit 40 --resume --service-tier flex
is "$status,$(tiers "$dir/stop.jsonl")" "0,flex 40" "--resume goes on"
ration "${priced[@]}" --output "$dir/stop.jsonl" --limit 40 --resume --redo-changed
simapi_stop
is "$status,$(audited '$status == 200')" 0,40 "an answer is no other one by another tier: --redo-changed asks none again"

# ---- refused before anything is sent ----
ration "${priced[@]}" --output "$dir/no.jsonl" --service-tier bulk
is "$status" 2 "a tier that the provider has not"
has "$err" "openai has auto|default|flex|priority" "and which there are"
fresh
printf 'Write about {{name}}\n' >"$dir/prompt.txt"
MISTRAL_API_KEY=k "$build/ration" run "${priced[@]}" --prompt-file "$dir/prompt.txt" --output "$dir/no.jsonl" --service-tier flex --provider mistral 2>"$err"
is "$?" 2 "a provider whose tiers nobody knows"
has "$err" "no service tiers of mistral are known" "said in words"
finish
