#!/usr/bin/env bash
# The simulator's APIs of files and batches: whole batches of both shapes, and each way in which they go wrong, driven by curl.
# What a client of them is tested against must be right itself.
source "$(dirname "$0")/../support/scenario.sh"
rows=40

# server OPTION…: a simulator with a folder of its own; sets $host
server() {
    [[ ${#simapi_pids[@]} -eq 0 ]] || ! kill -0 "$simapi_pid" 2>"$dir/.kill" || simapi_stop
    mkdir -p "$dir/files.${#simapi_pids[@]}"
    simapi --batch-folder "$dir/files.${#simapi_pids[@]}" "$@"
    host=${url%/v1}
}

# call METHOD PATH CURL-OPTION…: the answer in $body, its status in $code (000: none)
key=sk-one
body=$dir/body
call() {
    local method=$1 path=$2
    shift 2
    code=$(curl -s -o "$body" -w '%{http_code}' -X "$method" -H "Authorization: Bearer $key" -H "x-api-key: $key" \
        -H 'anthropic-version: 2023-06-01' "$@" "$host$path")
}
# told PERL: of the last answer, $a
told() { perl -MJSON::PP -0777 -ne 'my $a = decode_json($_); my $v = ('"$1"'); print defined $v ? ref $v && !JSON::PP::is_bool($v) ? encode_json($v) : $v : "null"' "$body"; }

# row ID TEXT: the line of one request
row() { printf '{"custom_id":"%s","method":"POST","url":"/v1/responses","body":{"model":"m","input":"%s","max_output_tokens":200}}\n' "$1" "$2"; }
for ((i = 1; i <= rows; i++)); do row "r-$i" "artist $i"; done >"$dir/part.jsonl"
perl -e 'print q({"requests": [), join(",\n", map { qq({"custom_id":"r-$_","params":{"model":"m","max_tokens":200,"messages":[{"role":"user","content":"artist \\"$_\\" ]}"}]}}) } 1 .. shift), "]}\n"' \
    "$rows" >"$dir/part.json"

upload() { call POST /v1/files -F purpose=batch -F "file=@$1;filename=${2:-part.jsonl}"; file=$(told '$a->{id}'); }
create() {
    call POST /v1/batches -H 'content-type: application/json' \
        -d "{\"input_file_id\":\"$file\",\"endpoint\":\"/v1/responses\",\"completion_window\":\"24h\",\"metadata\":{\"part\":\"${1:-7}\"}}"
    batch=$(told '$a->{id}')
}
create_messages() {
    call POST /v1/messages/batches -H 'content-type: application/json' --data-binary "@${1:-$dir/part.json}"
    batch=$(told '$a->{id}')
}
# is_in STATUS: the last batch
is_in() { call GET "/v1/batches/$batch" && [[ $code == 200 && $(told '$a->{status}') == "$1" ]]; }
has_ended() { call GET "/v1/messages/batches/$batch" && [[ $code == 200 && $(told '$a->{processing_status}') == ended ]]; }
reaches() { wait_for 20 is_in "$1"; is "$(told '$a->{status}')" "$1" "${2:-the batch comes to \"$1\"}"; }
# whole STATUS: uploads, creates, and waits for that end
whole() {
    upload "$dir/part.jsonl"
    create
    reaches "$@"
    output=$(told '$a->{output_file_id}')
    errors=$(told '$a->{error_file_id}')
}
content() { call GET "/v1/files/$1/content"; cp "$body" "$2"; }
# ids FILE: how many lines have an id that was sent, each counted once; other ids; lines
ids() { perl -MJSON::PP -ne 'my $id = decode_json($_)->{custom_id}; $id =~ /^r-\d+$/ ? $seen{$id}++ : $other++; END { printf "%d %d %d", scalar keys %seen, $other // 0, $. }' "$1"; }

# ---- OpenAI's shape, whole ----
server --text-bytes 200 --price m:input=2,output=8
whole completed "a batch of OpenAI's shape is completed"
is "$(told '$a->{request_counts}{completed}.$a->{metadata}{part}.$a->{input_file_id}')" "${rows}7$file" "and says how many, whose, of which file"
is "$errors" null "without errors there is no file of errors"
content "$output" "$dir/out.jsonl"
is "$(ids "$dir/out.jsonl")" "$rows 0 $rows" "each row has one line"
perl -MJSON::PP -ne 'print decode_json($_)->{custom_id}, "\n"' "$dir/out.jsonl" >"$dir/order"
! diff -q "$dir/order" <(seq -f 'r-%g' "$rows") >"$dir/.diff"
ok $? "in another order than they were sent"
call POST /v1/responses -H 'content-type: application/json' -d '{"model":"m","input":"artist 9","max_output_tokens":200}'
single=$(told '"$a->{output}[0]{content}[0]{text} ".JSON::PP->new->canonical->encode($a->{usage})')
batched=$(perl -MJSON::PP -ne 'my $l = decode_json($_); next if $l->{custom_id} ne "r-9"; my $a = $l->{response}{body};
    print "$a->{output}[0]{content}[0]{text} ", JSON::PP->new->canonical->encode($a->{usage})' "$dir/out.jsonl")
is "$batched" "$single" "a row is answered as it is when it is asked alone"
call GET "/v1/files?purpose=batch_output"
is "$(told '$a->{data}[0]{id}')" "$output" "its file stands in the list"
call DELETE "/v1/files/$file"
is "$code $(told '$a->{deleted}')" "200 1" "a file is deleted"
call GET "/v1/files/$file"
is "$code" 404 "and then gone"
create
reaches failed "a batch of a file that is gone is made all the same, and fails"
is "$(told '$a->{errors}{data}[0]{code}')" invalid_request "and says why"
for path in "POST /v1/batches/none/cancel" "GET /v1/batches/none" "GET /v1/files/none/content"; do
    # shellcheck disable=SC2086  # two words
    call $path
    is "$code" 404 "$path: 404"
done
simapi_stop
is "$(audit_each '$n++ if $a{way} eq "batch" && $a{output} > 0; END { print $n }')" "$rows" "the audit has a line for each row that was billed"
# shellcheck disable=SC2016  # perl's
is "$(audit_each '$t{$a{asked}}{$a{way}} = join " ", $a{input}, $a{output}, $a{bill} * ($a{way} eq "batch" ? 2 : 1) if $a{output} > 0; END { print join ",", map { $t{$_}{batch} eq $t{$_}{single} ? "same" : "differs" } grep { $t{$_}{single} } keys %t }')" \
    same "and both ways of asking the same cost the same tokens there, in a batch at half the price"
is "$(audit_each 'push @c, $a{call} if $a{way} eq "call" && $a{call} =~ /upload|create|delete/; END { print "@c" }')" "upload create delete create" \
    "and one for each call"

# ---- messages, whole ----
server --fault-500 0.2
create_messages
is "$(told '$a->{request_counts}{processing}')" "$rows" "a batch of messages counts what is to be done"
wait_for 20 has_ended
results=$(told '$a->{results_url}')
is "$(told '$a->{request_counts}{succeeded}+$a->{request_counts}{errored}')" "$rows" "and what was done when it has ended"
is "$results" "$host/v1/messages/batches/$batch/results" "and says where its results are"
call GET "${results#"$host"}"
cp "$body" "$dir/out.jsonl"
is "$(ids "$dir/out.jsonl")" "$rows 0 $rows" "each row has one line there"
perl -MJSON::PP -ne 'my $r = decode_json($_)->{result};
    die "no: $_" if $r->{type} eq "succeeded" ? $r->{message}{usage}{service_tier} ne "batch" : $r->{error}{error}{type} ne "api_error";
    $n{$r->{type}}++; END { exit($n{succeeded} && $n{errored} ? 0 : 1) }' "$dir/out.jsonl"
ok $? "answers of the tier of batches, and errors within errors"
first=$batch
create_messages
second=$batch
create_messages
call GET '/v1/messages/batches?limit=1'
is "$(told '"$a->{data}[0]{id} $a->{has_more}"')" "$batch 1" "the list begins with the newest"
call GET "/v1/messages/batches?limit=5&after_id=$second"
is "$(told '"$a->{data}[0]{id} $a->{has_more}"')" "$first 0" "goes on after an id"
call GET "/v1/messages/batches?limit=1&before_id=$first"
is "$(told '"$a->{data}[0]{id} $a->{has_more}"')" "$second 1" "and back before one"
call DELETE "/v1/messages/batches/$first"
is "$code $(told '$a->{type}')" "200 message_batch_deleted" "what has ended is deleted"
printf '{"requests":[{"custom_id":"a.b","params":{}}]}' >"$dir/bad.json"
call POST /v1/messages/batches --data-binary "@$dir/bad.json"
is "$code $(told '$a->{error}{message} =~ /requests.0.custom_id/')" "400 1" "an id with other characters is refused"
printf '{"requests":[{"custom_id":"a","params":{}},' >"$dir/bad.json"
call POST /v1/messages/batches --data-binary "@$dir/bad.json"
is "$code" 400 "and so is half a body"

# ---- validation ----
server --batch-check-bodies
for wrong in 'invalid_json_line:{' 'url_mismatch:{"custom_id":"x","method":"POST","url":"/v1/chat/completions","body":{"model":"m","input":"x"}}' \
    'duplicate_custom_id:{"custom_id":"r-1","method":"POST","url":"/v1/responses","body":{"model":"m","input":"x"}}' \
    'model_mismatch:{"custom_id":"x","method":"POST","url":"/v1/responses","body":{"model":"other","input":"x"}}' \
    'integer_below_min_value:{"custom_id":"x","method":"POST","url":"/v1/responses","body":{"model":"m","input":"x","max_output_tokens":0}}'; do
    { head -n 2 "$dir/part.jsonl"; echo "${wrong#*:}"; row last text; } >"$dir/bad.jsonl"
    upload "$dir/bad.jsonl"
    create
    reaches failed "one line fails the batch"
    is "$(told 'join " ", map { "$_->{code} $_->{line}" } @{$a->{errors}{data}}')" "${wrong%%:*} 3" "and is named"
done
: >"$dir/bad.jsonl"
upload "$dir/bad.jsonl"
create
reaches failed "so does a file without lines"
is "$(told '$a->{errors}{data}[0]{code}')" empty_file "which is told"

# ---- faults of a batch, each at its first ----
server --batch-fault-line 1 --batch-fault-times 1
whole failed "validation fails by lot"
is "$(told '$a->{errors}{data}[0]{line} >= 1 && $a->{errors}{data}[0]{line} <= '"$rows")" 1 "for a line that it names"
whole completed "the next one is validated"
server --batch-fault-enqueued 1 --batch-fault-times 1
whole failed "too many tokens enqueued, by lot"
is "$(told '"$a->{errors}{data}[0]{code} ".($a->{errors}{data}[0]{message} =~ /Enqueued token limit reached for m .* Limit: 2,000,000 enqueued/)')" \
    "token_limit_exceeded 1" "in OpenAI's words"
for end in expired cancelled; do
    server "--batch-fault-$end" 1 --batch-fault-times 1
    whole $end "a batch is $end"
    content "$output" "$dir/out.jsonl"
    content "$errors" "$dir/err.jsonl"
    is "$(ids "$dir/out.jsonl"),$(ids "$dir/err.jsonl")" "$((rows / 2)) 0 $((rows / 2)),$((rows / 2)) 0 $((rows / 2))" "with half of its answers"
    is "$(grep -c "\"response\":null,\"error\":{\"code\":\"batch_$end\"" "$dir/err.jsonl")" $((rows / 2)) "and the rest told as such"
done
server --batch-fault-stuck 1
upload "$dir/part.jsonl"
create
reaches in_progress "a batch that is stuck"
simapi_advances 90000
reaches expired "expires when the clock is set forward"
server --batch-fault-counts 1 --batch-fault-row-zero 1
whole completed "a batch of rows without answers is completed"
is "$output $(told '"$a->{request_counts}{completed} $a->{request_counts}{failed}"')" "null $rows 0" "says that all are there, and has no file of answers"
content "$errors" "$dir/err.jsonl"
is "$(grep -c '"response":{"status_code":0,"request_id":"","body":{}},"error":null' "$dir/err.jsonl")" "$rows" "all have status 0"
for how in null:null empty-string: empty-file:file; do
    server --batch-no-lines "${how%:*}"
    whole completed
    [[ ${how#*:} != file ]] || { content "$errors" "$dir/err.jsonl"; [[ $code == 200 && ! -s $dir/err.jsonl ]] && errors="file"; }
    is "got $errors" "got ${how#*:}" "a file without lines: ${how%:*}"
done

# ---- faults of rows ----
server --batch-fault-row-missing 1 --batch-fault-times 3
whole completed
content "$output" "$dir/out.jsonl"
is "$(ids "$dir/out.jsonl")" "$((rows - 3)) 0 $((rows - 3))" "rows are missing"
server --batch-fault-row-twice 1 --batch-fault-row-unknown 1 --batch-fault-times 3
whole completed
content "$output" "$dir/out.jsonl"
is "$(ids "$dir/out.jsonl")" "$rows 3 $((rows + 6))" "rows stand there twice, and some that nobody sent"
server --batch-fault-row-timeout 1 --batch-fault-times 2
whole completed
content "$errors" "$dir/err.jsonl"
is "$(grep -c '"response":null,"error":{"code":"request_timeout"' "$dir/err.jsonl")" 2 "rows time out"

server --batch-fault-row-429 1 --batch-fault-times 2
whole completed
content "$errors" "$dir/err.jsonl"
is "$(grep -c '"status_code":429,.*"code":"rate_limit_exceeded"' "$dir/err.jsonl")" 2 "rows are refused for a rate"
server --batch-fault-row-refused 1 --batch-fault-times 2 --batch-one-file
whole completed
content "$output" "$dir/out.jsonl"
is "$errors $(ids "$dir/out.jsonl") $(grep -c '"response":null,"error":{"code":"invalid_request_error"' "$dir/out.jsonl")" \
    "null $rows 0 $rows 2" "rows are refused without a response, and stand among the answers"
server --batch-fault-expired 1 --batch-no-rest
whole expired
content "$output" "$dir/out.jsonl"
is "$errors $(ids "$dir/out.jsonl")" "null $((rows / 2)) 0 $((rows / 2))" "the rows of an expired batch that were not run have no lines"
server --batch-fault-row-429 1 --batch-fault-row-refused 1 --batch-fault-times 1
create_messages
wait_for 20 has_ended
call GET "/v1/messages/batches/$batch/results"
is "$(grep -oE '"error":\{"type":"(rate_limit|invalid_request)_error"' "$body" | sort -u | wc -l)" 2 "rows of messages are refused for both"

# ---- faults of calls ----
server --batch-fault-lost 1 --batch-fault-calls upload,create --batch-fault-times 2
call POST /v1/files -F purpose=batch -F "file=@$dir/part.jsonl;filename=lost.jsonl"
is "$code" 000 "the answer of an upload is lost"
call GET '/v1/files?purpose=batch&limit=1'
file=$(told '$a->{data}[0]{id}')
is "$(told '"$a->{data}[0]{filename} $a->{data}[0]{bytes}"')" "lost.jsonl $(stat -c %s "$dir/part.jsonl")" "but the file is there"
call POST /v1/batches -d "{\"input_file_id\":\"$file\",\"endpoint\":\"/v1/responses\",\"completion_window\":\"24h\",\"metadata\":{\"part\":\"9\"}}"
is "$code" 000 "the answer of a creation is lost"
call GET /v1/batches
batch=$(told '$a->{data}[0]{id}')
is "$(told 'scalar(@{$a->{data}})." $a->{data}[0]{metadata}{part}"')" "1 9" "but the batch is there"
reaches completed "and runs"
for fault in 500:500 503:503 429:429 drop:000; do
    server "--batch-fault-${fault%:*}" 1 --batch-fault-times 1 --batch-fault-calls create
    upload "$dir/part.jsonl"
    call POST /v1/batches -d "{\"input_file_id\":\"$file\",\"endpoint\":\"/v1/responses\",\"completion_window\":\"24h\"}"
    first=$code
    call GET /v1/batches
    is "$first $(told 'scalar @{$a->{data}}')" "${fault#*:} 0" "a creation fails with ${fault%:*}, and there is no batch"
done
for call in upload files file content create list poll cancel; do
    server --batch-fault-500 1 --batch-fault-calls $call
    case $call in
        upload) call POST /v1/files -F purpose=batch -F "file=@$dir/part.jsonl" ;;
        files) call GET /v1/files ;;
        file) call GET /v1/files/x ;;
        content) call GET /v1/files/x/content ;;
        create) call POST /v1/batches -d '{}' ;;
        list) call GET /v1/batches ;;
        poll) call GET /v1/batches/x ;;
        cancel) call POST /v1/batches/x/cancel ;;
    esac
    is "$code" 500 "an error 500 of the call $call alone"
done
server --batch-fault-short 1 --batch-fault-times 1
whole completed
content "$output" "$dir/out.jsonl"
[[ $code == 200 && $(tail -c 1 "$dir/out.jsonl") != "" ]]
ok $? "a download that seems whole ends in mid-line"
content "$output" "$dir/out.jsonl"
is "$(ids "$dir/out.jsonl")" "$rows 0 $rows" "and is whole the next time"
server --batch-fault-cut 1 --batch-fault-times 1
whole completed
curl -s -o "$dir/cut" -H "Authorization: Bearer $key" "$host/v1/files/$output/content"
is "$? $([[ $(tail -c 1 "$dir/cut") != "" ]] && echo cut)" "18 cut" "a download ends before its length, in mid-line"

server --batch-fault-short 1 --batch-fault-cut 1 --batch-fault-times 1
create_messages
wait_for 20 has_ended
call GET "/v1/messages/batches/$batch/results"
[[ $code == 200 && $(tail -c 1 "$body") != "" ]]
ok $? "results of messages that seem whole end in mid-line"
curl -s -o "$dir/cut" -H "x-api-key: $key" -H 'anthropic-version: 2023-06-01' "$host/v1/messages/batches/$batch/results"
is "$? $([[ $(tail -c 1 "$dir/cut") != "" ]] && echo cut)" "18 cut" "and end before their length"
call GET "/v1/messages/batches/$batch/results"
is "$(ids "$body")" "$rows 0 $rows" "and are whole in the end"
server --batch-fault-row-zero 1 --batch-fault-times 2
create_messages
wait_for 20 has_ended
call GET "/v1/messages/batches/$batch/results"
is "$(grep -c '"type":"errored","error":{"type":"error","error":{"type":"api_error"' "$body")" 2 "rows of messages that the server did not get through"

# ---- Azure's words, Mistral's shape ----
server --batch-azure --batch-fault-enqueued 1 --batch-fault-times 1
whole Failed "Azure has words of its own"
is "$(told '$a->{errors}{data}[0]{message} =~ /surpassed the configured limit of 2000K/')" 1 "for enqueued tokens, too"
whole Completed
is "$(told '($a->{created_at} =~ /^20..-..-..T/)." $a->{request_counts}{total}"')" "1 " "times are text, and counts missing"
server --batch-check-bodies
perl -ne 's/"method.*?"body":/"body":/; s/"model":"m","input":"(.*?)","max_output/"messages":[{"role":"user","content":"$1"}],"max/; print' "$dir/part.jsonl" >"$dir/mistral.jsonl"
upload "$dir/mistral.jsonl"
job() {
    call POST /v1/batch/jobs -d "{\"$1\":$2,\"endpoint\":\"/v1/chat/completions\",\"model\":\"mistral-x\",\"metadata\":{\"part\":\"$3\"}}"
    batch=$(told '$a->{id}')
}
job_is_in() { call GET "/v1/batch/jobs/$batch" && [[ $code == 200 && $(told '$a->{status}') == "$1" ]]; }
job input_files "[\"$file\"]" 7
wait_for 20 job_is_in SUCCESS
is "$(told '"$a->{status} $a->{succeeded_requests} $a->{metadata}{part} $a->{input_files}[0]"')" "SUCCESS $rows 7 $file" "a job of Mistral's shape succeeds"
content "$(told '$a->{output_file}')" "$dir/out.jsonl"
is "$(ids "$dir/out.jsonl") $(grep -c '"model":"mistral-x"' "$dir/out.jsonl")" "$rows 0 $rows $rows" "its rows are of the job's model"
job requests '[{"custom_id":"r-1","body":{"messages":[]}}]' 8
wait_for 20 job_is_in FAILED
is "$(told '"$a->{status} $a->{errors}[0]{count}"')" "FAILED 1" "one whose requests are in its body fails, for one of them"
call GET '/v1/batch/jobs?part=7&page=0&page_size=5'
is "$(told '"$a->{total} $a->{data}[0]{metadata}{part}"')" "1 7" "jobs are looked for by what they say of themselves"
call GET '/v1/batch/jobs?status=FAILED&status=RUNNING'
is "$(told '"$a->{total} $a->{data}[0]{metadata}{part}"')" "1 8" "and by their status"

# ---- signals ----
server --batch-row 1000 --batch-validate 1000
upload "$dir/part.jsonl"
create
reaches validating "a batch that would take long"
simapi_hurries
reaches completed "takes no time when the simulator hurries"
server --batch-speed 100000 --batch-row 1000
whole completed "nor when its clock is fast"

# ---- times, limits, keys ----
server --batch-hidden 5000 --batch-lag 50000
upload "$dir/part.jsonl"
create
call GET "/v1/batches/$batch"
is "$code" 404 "at first a batch is not to be found"
simapi_advances 5000
call GET "/v1/batches/$batch"
is "$code" 200 "then it is"
call GET /v1/batches
is "$(told 'scalar @{$a->{data}}')" 0 "but not in the list"
simapi_advances 50000
call GET /v1/batches
is "$(told '$a->{data}[0]{id}')" "$batch" "which lags behind"
simapi_advances 2592000
call GET "/v1/batches/$batch"
is "$code" 404 "after a month it is gone"
server --batch-row 1000 --batch-enqueued-tokens 200
whole_in_progress() { upload "$dir/part.jsonl" && create && wait_for 20 is_in in_progress; }
whole_in_progress
running=$batch
whole failed "a second batch exceeds the tokens that may be enqueued"
is "$(told '$a->{errors}{data}[0]{message} =~ /Limit: 200 enqueued tokens/')" 1 "and says how many"
call POST "/v1/batches/$running/cancel"
is "$(told '$a->{status}')" cancelling "cancelled by request"
batch=$running
reaches cancelled "a batch is cancelled"
whole_in_progress
is "$(told '$a->{status}')" in_progress "and its tokens are free again"
server --batch-row 1000 --batch-open 2
upload "$dir/part.jsonl"
create
create
create
is "$code" 429 "as many batches at a time as there may be"
server --batch-queued-rows $((2 * rows - 1)) --batch-hidden 5000 --batch-finalize 6000
create_messages
call GET "/v1/messages/batches/$batch"
is "$code" 404 "at first a batch of messages is not to be found"
ends_in_time() { simapi_advances 1000 && has_ended; }
wait_for 20 ends_in_time
call GET "/v1/messages/batches/$batch/results"
first=$code
simapi_advances 5000
call GET "/v1/messages/batches/$batch/results"
is "$first $code" "404 200" "nor are its results when it has ended"
server --batch-queued-rows $((2 * rows - 1)) --batch-row 1000
create_messages
create_messages
is "$code" 429 "more rows of messages than may wait"
call POST /v1/messages/batches -d '{"requests":[{"custom_id":"a","params":{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}}]}'
is "$code" 200 "fewer may"
server --batch-calls 1
call GET /v1/batches
is "$code" 200 "one call a minute is answered"
is_limited() {
    curl -s -D "$dir/head" -o "$body" -H "Authorization: Bearer $key" "$host/v1/files"
    grep -q '^HTTP/1.1 429' "$dir/head" && grep -qi '^retry-after: [1-9]' "$dir/head"
}
wait_for 20 is_limited
ok $? "another one is told how long to wait"
server
create_messages
wait_for 20 has_ended
simapi_advances 2592000
call GET "/v1/messages/batches/$batch/results"
first=$code
call GET "/v1/messages/batches/$batch"
is "$first $code $(told '$a->{archived_at} =~ /^20..-/')" "404 200 1" "a month later a batch of messages is archived, without its results"
server --batch-hourly 1
create_messages
create_messages
is "$code" 429 "more creations than there may be in an hour"
simapi_advances 3600
create_messages
is "$code" 200 "then there may be one again"
server --insufficient-quota-after 0
create_messages
is "$code" 402 "without money there is no batch"
server --batch-row 1000
create_messages
call POST "/v1/messages/batches/$batch/cancel"
is "$(told '$a->{processing_status}')" canceling "a batch of messages is cancelled by request"
wait_for 20 has_ended
is "$(told '$a->{request_counts}{canceled}')" "$rows" "with all its rows"
create_messages
simapi_advances 90000
wait_for 20 has_ended
is "$(told '$a->{request_counts}{expired} > 0')" 1 "another one expires"
printf 'sk-one 0 0 0\nsk-two 0 0 0\n' >"$dir/keys"
server --keys-file "$dir/keys" --batch-rows 39
upload "$dir/part.jsonl"
create
reaches failed "more rows than a batch may have"
is "$(told '$a->{errors}{data}[0]{code}')" too_many_tasks "are told"
key=sk-two
call GET "/v1/batches/$batch"
is "$code" 404 "another key does not see the batch"
call GET "/v1/files/$file/content"
is "$code" 404 "nor its file"
call GET /v1/batches
is "$(told 'scalar @{$a->{data}}')" 0 "nor a list with it"
key=sk-none
call GET /v1/batches
is "$code" 401 "and who has no key sees nothing"
key=sk-one
server --batch-bytes 1000
upload "$dir/part.jsonl"
is "$code" 413 "a file that is too large"
create_messages
is "$code" 413 "and a body"
simapi_stop
finish
