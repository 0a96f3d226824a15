#!/usr/bin/env bash
# One worker at the sizes of real requests: rows of 400 and 2,000 bytes, answers of 1.4 and 6 KB with the headers of OpenAI's and
# Anthropic's API, 64 in flight; beside the minimal client, and beside an honest one that does what any client must.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
count=$(sized 30000)
export ANTHROPIC_API_KEY=sk-ant-bench
printf '%s\n' 'Write a short biography of {{name}} in plain words, for the page of a museum. What is known:' '{{data}}' >"$work/prompt.txt"

# rows BYTES FILE: artists whose data have so many
rows() {
    perl -e '
        my ($count, $bytes) = @ARGV;
        my $text = q(painter of rivers, harbours and the people who work there; pupil of nobody, teacher of many. ""Light, not line"" was a word of the time. );
        print "artist_id,name,data\n";
        printf qq(a%08d,Artist Number %d,"Born 18%02d, %s"\n), $_, $_, $_ % 100, substr($text x (1 + $bytes / 90), 0, $bytes - 12) =~ s/"+$/x/r for 1 .. $count' \
        "$count" "$1" >"$2"
}

# reply SHAPE BYTES FILE: an answer of about so many bytes, its text with quotes, line ends and a few characters beyond ASCII
reply() {
    perl -e '
        my ($shape, $bytes) = @ARGV;
        my $frame = $shape eq "chat"
            ? q({"id":"chatcmpl-0123456789abcdefABCDEF0123456","object":"chat.completion","created":1780000000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"TEXT","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":155,"completion_tokens":245,"total_tokens":400,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_0123456789"})
            : q({"model":"claude-haiku-4-5-20251001","id":"msg_0123456789abcdefABCDEF01","type":"message","role":"assistant","content":[{"type":"text","text":"TEXT"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":155,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":245,"service_tier":"standard"}});
        my $text = q(Trained early by a family of makers, the artist left home to study, travelled widely, and came back with a manner that the critics of the day called \"hard to place\".\n\nThe museum of Orléans has two pictures of the river \u2014 both from the last years. );
        my $left = $bytes - length($frame) + 4;
        my $long = $text x (1 + $left / length $text);
        $long = substr($long, 0, $left) =~ s/\\[^\\]{0,5}$//r =~ s/[\x80-\xff]+$//r;
        print $frame =~ s/TEXT/$long/r' "$1" "$2" >"$3"
}

# body FILE: what ration sends for one of the rows
body() {
    perl -e '
        my ($row, $prompt) = map { local (@ARGV, $/) = $_; <> } @ARGV;
        my ($name, $data) = $row =~ /\na00000001,([^,]*),"(.*?)"\n/;
        $data =~ s/""/\\"/g;
        $prompt =~ s/\{\{name\}\}/$name/; $prompt =~ s/\{\{data\}\}/$data/; $prompt =~ s/\n/\\n/g;
        print qq({"model":"gpt-4o-mini","max_completion_tokens":1024,"messages":[{"role":"user","content":"$prompt"}]})' "$1" "$work/prompt.txt"
}

honest() {
    local series=$1
    if ! timed "$series" "$client_core" "$programs/honest" "$url/$path" "$work/rows.csv" "$work/prompt.txt" "$work/lines" "$count" 64 ||
        [[ $(wc -l <"$work/lines") -ne $count ]]; then
        say "the honest client failed: $(cat "$work/err")"
        exit 1
    fi
    rate "$series" "$count"
    rm -f "$work/lines"
}

# whole SERIES: a run of ration
whole() {
    rm -f "$work"/answers*
    if ! timed "$1" "$client_core" "$build/ration" run --provider "$provider" --base-url "$url" --prompt-file "$work/prompt.txt" --limit "$count" \
        --max-output-tokens 1024 --input "$work/rows.csv" --output "$work/answers.jsonl" --max-workers 1 --quiet ||
        [[ $(wc -l <"$work/answers.jsonl") -ne $count ]]; then
        say "a run failed: $(head -n 5 "$work/err")"
        exit 1
    fi
    rate "$1" "$count"
    rm -f "$work"/answers*
}

floor() {
    timed "$1" "$client_core" "$programs/minimal" "$url/$path" "$work/body.json" "$count" 64 || { say "the minimal client failed: $(cat "$work/err")"; exit 1; }
    rate "$1" "$count"
}

table realsize API "row, bytes" "answer, bytes" client "beside the minimal client" "by CPU" "beside the honest client" "by CPU " "requests a second" "CPU µs a request"
while read -r provider shape path headers row_bytes answer_bytes; do
    case=$provider.$row_bytes
    rows "$row_bytes" "$work/rows.csv"
    reply "$shape" "$answer_bytes" "$work/answer.json"
    body "$work/rows.csv" >"$work/body.json"
    serve "$programs/delay_server" --answer "$work/answer.json" --headers "$bench/headers/$headers.txt"
    for ((round = 0; round < rounds; round++)); do
        # In this order a machine that grows slower or faster favours none.
        for client in floor honest whole whole honest floor; do
            "$client" "$case.$client"
        done
    done
    stop_server
    for client in "whole:ration, one worker" "honest:honest client" "floor:minimal libcurl client"; do
        series=$case.${client%%:*}
        row "$provider" "$row_bytes" "$(stat -c %s "$work/answer.json")" "${client#*:}" "$(ratio "$series.rate" "$case.floor.rate")" \
            "$(ratio "$case.floor.us" "$series.us")" "$(ratio "$series.rate" "$case.honest.rate")" "$(ratio "$case.honest.us" "$series.us")" \
            "$(median "$series.rate" %.0f)" "$(median "$series.us" %.1f)"
    done
    target "one worker beside the minimal client, $provider, rows of $row_bytes bytes, by time" ">= 0.95" "$(ratio "$case.whole.rate" "$case.floor.rate")"
    target "the same by CPU" ">= 0.95" "$(ratio "$case.floor.us" "$case.whole.us")"
    target "beside the honest client, by time" ">= 1.15" "$(ratio "$case.whole.rate" "$case.honest.rate")"
    target "the same by CPU" ">= 1.15" "$(ratio "$case.honest.us" "$case.whole.us")"
done <<'LIST'
openai-chat chat chat/completions openai 400 1400
anthropic messages messages anthropic 400 1400
openai-chat chat chat/completions openai 2000 6000
LIST
