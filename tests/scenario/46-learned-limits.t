#!/usr/bin/env bash
# Limits that nobody configured: learned from the answers' headers, in each dialect; used, kept to, followed when they change, shared
# with others who spend with the same key. And Retry-After in every form.
source "$(dirname "$0")/../support/scenario.sh"
export ANTHROPIC_API_KEY=$OPENAI_API_KEY MISTRAL_API_KEY=$OPENAI_API_KEY GROQ_API_KEY=$OPENAI_API_KEY
unset ANTHROPIC_API_BASE_URL ANTHROPIC_BASE_URL MISTRAL_BASE_URL GROQ_BASE_URL
echo 'Write a biography of {{name}}: {{data}}' >"$dir/prompt.txt"
own=(--prompt-file "$dir/prompt.txt")
stored=(--prompt-id pmpt_test)
names=()
audits=()
pids=()
first=0 # simulator of the first of them

# artists N: an input of N artists, $input
artists() {
    input=$dir/artists.$1.csv
    [[ -e $input ]] || perl -e 'print "artist_id,name,data\n"; printf "a%05d,Artist %d,plays\n", $_, $_ for 1 .. shift' "$1" >"$input"
}

# begin NAME 'SIMAPI OPTIONS' RATION OPTION…: a simulator and a run against it, beside the others
begin() {
    local name=$1 options
    read -r -a options <<<"$2"
    shift 2
    simapi "${options[@]}"
    names+=("$name")
    audits+=("$audit")
    "$build/ration" run --base-url "$url" --input "$input" --output "$dir/$name.jsonl" --max-workers 2 "$@" \
        >"$dir/$name.out" 2>"$dir/$name.err" &
    pids+=($!)
}

# end I: waits for the run and its simulator; $name, $status, $audit
end() {
    name=${names[$1]}
    audit=${audits[$1]}
    wait "${pids[$1]}"
    status=$?
    kill "${simapi_pids[first + $1]}" 2>/dev/null
    wait "${simapi_pids[first + $1]}" 2>/dev/null
}

# all_done N: exit 0 and N lines
all_done() { is "$status $(lines "$dir/$name.jsonl")" "0 $1" "$name: all $1 artists are done"; }

# between FROM TO: answers given from second FROM to second TO of the run
between() {
    perl -F'\t' -lane 'BEGIN { ($from, $to) = (shift, shift) } next if $. == 1; push @at, $F[0] if $F[6] == 200;
        END { @at = sort { $a <=> $b } @at; print scalar grep { $_ >= $at[0] + $from * 1e9 && $_ < $at[0] + $to * 1e9 } @at }' "$1" "$2" "$audit"
}
forget() {
    names=()
    audits=()
    pids=()
    first=${#simapi_pids[@]}
}

# ---- each dialect: 100 requests a second ----
artists 350
rate="--requests-per-minute 6000 --latency-lognormal 100:0.3"
begin openai "$rate" "${stored[@]}"
begin small-bucket "$rate --burst 100" "${stored[@]}"
begin azure "$rate --dialect azure --burst 200" "${stored[@]}"
begin mistral "$rate --dialect mistral" --provider mistral "${own[@]}"
begin cerebras "$rate --dialect cerebras" "${stored[@]}"
begin ietf "$rate --dialect ietf" "${stored[@]}"
begin ietf-old "$rate --dialect ietf-old --burst 150" "${stored[@]}"
begin anthropic "$rate" --provider anthropic "${own[@]}"
begin malformed "$rate --malformed-headers 0.3" "${stored[@]}"
begin groq "--dialect groq --requests-per-day 14400 --tokens-per-minute 600000 --latency-lognormal 100:0.3" --provider groq "${own[@]}"
begin anthropic-tokens "--output-tokens-per-minute 500000 --latency-lognormal 100:0.3" --provider anthropic "${own[@]}"
begin project "--tokens-per-minute 9000000 --project-tokens-per-minute 600000 --latency-lognormal 100:0.3" "${stored[@]}"
for i in "${!names[@]}"; do
    end "$i"
    all_done 350
    is "$(audited '$status == 429')" 0 "$name: not one was refused"
    case $name in
    groq | project | anthropic-tokens) ;; # their tokens bind, and answers differ in length
    *)
        used=$(between 1 3)
        holds "$name: $used of 200 requests in two seconds" "$used >= 190 && $used <= 210"
        ;;
    esac
done
forget

# ---- limits that change, an outsider ----
artists 900
slow="--latency-lognormal 100:0.3"
begin lowered "--requests-per-minute 6000 $slow --change-at 3:requests_per_minute=3000" "${stored[@]}"
begin raised "--requests-per-minute 3000 $slow --change-at 3:requests_per_minute=6000" "${stored[@]}"
begin outsider "--requests-per-minute 6000 --burst 500 $slow --outsider-per-minute 3000 --outsider-from 1" "${stored[@]}"
for i in "${!names[@]}"; do
    end "$i"
    all_done 900
    is "$(audited '$status == 429')" 0 "$name: not one was refused"
    case $name in
    lowered)
        used=$(between 5 9)
        holds "lowered: $used of 200 requests in four seconds afterwards" "$used >= 190 && $used <= 205"
        ;;
    raised)
        used=$(between 5 9)
        holds "raised: $used of 400 requests in four seconds afterwards" "$used >= 370 && $used <= 405"
        ;;
    outsider)
        has "$dir/outsider.err" "somebody else spends with the key of session" "the outsider is noticed"
        pace=$(sed -n 's/.*somebody else spends.*about \([0-9]*\) of.*/\1/p' "$dir/outsider.err" | head -n 1)
        holds "and their pace told: ${pace:-0} of 3000 a minute" "${pace:-0} > 2000 && ${pace:-0} < 4000"
        ;;
    esac
done
forget

# ---- Retry-After in every form, of an account that tells no limits: 20 at once, 20 a second ----
artists 60
few="--dialect none --requests-per-minute 1200 --burst 20 --latency-ms 20"
for form in seconds ms date none garbage; do
    begin "retry-after-$form" "$few --retry-after-form $form" "${stored[@]}" --rate-limit-cooldown 1 --attempts 1
done
# first_wave: nanoseconds from the first 429 to the first request that left 150 ms later or more
first_wave() {
    perl -F'\t' -lane 'next if $. == 1; push @at, $F[0]; $first = $F[0] if $F[6] == 429 && (!$first || $F[0] < $first);
        END { print +(sort { $a <=> $b } grep { $_ > $first + 150e6 } @at)[0] - $first }' "$audit"
}
for i in "${!names[@]}"; do
    end "$i"
    all_done 60
    case $name in
    *-ms | *-date) least=0.15 ;;
    *) least=0.95 ;;
    esac
    waited=$(first_wave)
    holds "$name: $((waited / 1000000)) ms were waited" "$waited >= $least * 1e9 && $waited < 4e9"
    holds "$name: few were refused" "$(audited '$status == 429') < 60"
done
forget

# ---- x-should-retry: the server knows best ----
artists 60
begin should-retry "--should-retry true --fault-500 0.3 --fault-attempts 1" "${stored[@]}"
begin should-not "--should-retry false --fault-500 0.3 --fault-attempts 1" "${stored[@]}"
end 0
all_done 60
end 1
is "$status" 1 "should-not: exit 1"
is "$(($(lines "$dir/should-not.jsonl") + $(lines "$dir/should-not.errors.jsonl")))" 60 "each artist has a line in one of the files"
is "$(audited '$status == 500')" "$(lines "$dir/should-not.errors.jsonl")" "and none that failed was asked twice"
finish
