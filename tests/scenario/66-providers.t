#!/usr/bin/env bash
# Providers of a file, headers and parameters: judged by what the server was sent.
source "$(dirname "$0")/../support/scenario.sh"
echo 'A biography of {{name}}: {{data}}' >"$dir/prompt"
requests=$dir/requests
mkdir "$requests"

# run OPTION…: without a stored prompt
run() {
    fresh
    "$build/ration" run --input "$sample" --limit 1 --max-workers 1 --prompt-file "$dir/prompt" --output "$dir/out-$cases.jsonl" \
        "$@" >"$summary" 2>"$err"
    status=$?
}
# sent TEXT NAME: it stands on a line of the first request, whole
sent() { tr -d '\r' <"$requests/1" | grep -qxF -- "$1"; ok $? "$2"; }

# ---- a provider of a file ----
scripted --requests "$requests"
cat >"$dir/providers.json" <<END
{"providers": [
  {"name": "house", "base_url": "$url", "shape": "chat", "path": "/deployments/{model}/chat/completions",
   "auth": {"header": "x-house-key"}, "key_env": "HOUSE_KEY", "query": {"api-version": "2024-10-21", "a b": "c&d"},
   "headers": {"X-Team": "batch", "X-Pass": "\${HOUSE_PASS}"}, "limit_key": "max_tokens", "limits": "none", "model": "org/big"},
  {"name": "house-messages", "like": "house", "shape": "messages", "path": "/messages", "limit_default": 77,
   "auth": {"query": "key"}, "query": {"api-version": "2"}, "headers": {"X-Team": "other"}}
]}
END
export HOUSE_KEY=sk-house-1 HOUSE_PASS=pass-of-the-house
run --providers "$dir/providers.json" --provider house --header 'X-Team: mine' --header 'X-More: 1' --query api-version=3 --query q=r
is $status 0 "a provider of a file answers"
sent 'POST /v1/deployments/org%2Fbig/chat/completions?a%20b=c%26d&api-version=3&q=r HTTP/1.1' "its path has the model, and the parameters of both"
sent 'x-house-key: sk-house-1' "the key stands in the header that the file names"
sent 'X-Team: mine' "a header of the command line stands instead of the file's"
sent 'X-More: 1' "and another one beside it"
sent 'X-Pass: pass-of-the-house' "a header's value comes from the environment"
lacks_authorization() { ! grep -qi '^authorization' "$requests/1"; }
lacks_authorization
ok $? "there is no other key"
has "$requests/1" '"model":"org/big"' "the body names the model"
rm "$requests"/*
simapi_stop

scripted --requests "$requests"
sed -i "s,http://127[^\"]*,$url," "$dir/providers.json"
run --providers "$dir/providers.json" --provider house-messages --model m
is $status 0 "one that is like another"
sent 'POST /v1/messages?a%20b=c%26d&api-version=2&key=sk-house-1 HTTP/1.1' "its key stands in the URL"
sent 'X-Team: other' "with a header of its own"
sent 'X-Pass: pass-of-the-house' "and one of the other's"
has "$requests/1" '"max_tokens":77' "and the longest answer that its API needs"
rm "$requests"/*

# ---- what is refused, before anything is sent ----
# refused SAYS OPTION…
refused() {
    local says=$1
    shift
    run "$@"
    is $status 2 "refused: $says"
    has "$err" "$says" "and told so"
}
before=$(lines "$audit")
export OPENAI_BASE_URL=$url
refused 'Authorization is not to be given as a header: the key comes from' --provider openai-chat --header 'Authorization: Bearer sk-secret-9'
has_not() { ! grep -q "$2" "$1"; }
has_not "$err" sk-secret-9
ok $? "without its value"
refused "a header is written 'Name: value'" --header 'no colon'
refused 'X-Unset is empty, not printable, or a ${VARIABLE} that is not set' --header 'X-Unset: ${NO_SUCH_VARIABLE}'
refused 'NAME=VALUE' --query novalue
refused '"hous" is not one of' --providers "$dir/providers.json" --provider hous
has "$err" 'did you mean house?' "with the nearest"
bad() { # SAYS TEXT
    printf '%s' "$2" >"$dir/bad.json"
    refused "$1" --providers "$dir/bad.json" --provider a
}
bad 'line 2: is not JSON' $'{"providers":\n[}'
bad 'must be {"providers"' '{"provider": []}'
bad 'line 3: provider 2 (b): "shape" is not one of responses, chat, messages' $'{"providers": [\n{"name":"a","base_url":"http://localhost","key_env":"K"},\n{"name":"b","shape":"soap"}]}'
bad 'provider 1 (a): has no "base_url"' '{"providers":[{"name":"a"}]}'
bad '"headers" Authorization is not to be given' '{"providers":[{"name":"a","headers":{"Authorization":"Bearer sk-1"}}]}'
bad '"like" is not the name of a provider' '{"providers":[{"name":"a","like":"nobody"}]}'
bad '"colour" is not a member that a provider has' '{"providers":[{"name":"a","colour":"red"}]}'
bad "its name is another provider's already" '{"providers":[{"name":"a","like":"ollama"},{"name":"a","like":"ollama"}]}'
refused 'set AWS_REGION, or give --base-url' --provider bedrock --model m
is "$(lines "$audit")" "$before" "and nothing was sent"

# ---- what looks like a secret on the command line ----
run --provider openai-chat --header 'X-Auth-Token: tok-1234567' --log-file "$dir/log.json"
is $status 0 "a header that looks like a secret"
has "$err" "looks like a secret" "is warned of"
grep -rq tok-1234567 "$dir" --include='log.json' --include='err.*' --include='out*'
is $? 1 "and its value is told nowhere"
unset OPENAI_BASE_URL
rm -f "$requests"/*
simapi_stop

# ---- requests signed with keys of AWS ----
scripted --requests "$requests"
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY AWS_SESSION_TOKEN=tok/en+== AWS_REGION=eu-west-9
run --provider bedrock --base-url "$url" --model openai.gpt-oss-20b-1:0 --query q=r
is $status 0 "signed requests are answered"
# signature FILE: as SigV4 makes it of the request as it came; and as it was sent
signature() {
    perl -MDigest::SHA=sha256_hex,hmac_sha256,hmac_sha256_hex -0777 -ne '
        my ($head, $body) = split /\r\n\r\n/, $_, 2;
        my ($first, @lines) = split /\r\n/, $head;
        my ($path, $query) = $first =~ m{^POST ([^ ?]*)\??(\S*) };
        my %header = map { my ($name, $value) = split /:\s*/, $_, 2; (lc $name => $value) } @lines;
        my ($scope, $names, $sent) = $header{authorization} =~ m{^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\S+), *SignedHeaders=(\S+), *Signature=(\w+)$};
        my $canonical = join "\n", "POST", $path, $query, (map { "$_:$header{$_}" } split /;/, $names), "", $names, sha256_hex($body);
        my $string = join "\n", "AWS4-HMAC-SHA256", $header{"x-amz-date"}, $scope, sha256_hex($canonical);
        my $key = "AWS4$ENV{AWS_SECRET_ACCESS_KEY}";
        $key = hmac_sha256($_, $key) for split m{/}, $scope;
        print "$scope $names ", hmac_sha256_hex($string, $key) eq $sent ? "good" : "bad", "\n"' "$1"
}
signed=$(signature "$requests/1")
has <(echo "$signed") 'eu-west-9/bedrock/aws4_request' "for the region and the service"
has <(echo "$signed") ';x-amz-security-token;' "over the token as well"
has <(echo "$signed") ' good' "with a signature that holds"
sent 'X-Amz-Security-Token: tok/en+==' "which is sent"
rm -f "$requests"/*
export AWS_BEARER_TOKEN_BEDROCK=sk-bedrock
run --provider bedrock --base-url "$url" --model m
mv "$requests"/* "$requests/1"
sent 'Authorization: Bearer sk-bedrock' "a key of Bedrock's own comes first"
simapi_stop
finish
