#!/usr/bin/env bash
# Limits that nobody configured: learned from the answers' headers, in each dialect; used, kept to, followed when they change, shared
# with others who spend with the same key. And Retry-After in every form.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/measured.sh"
export ANTHROPIC_API_KEY=$OPENAI_API_KEY MISTRAL_API_KEY=$OPENAI_API_KEY GROQ_API_KEY=$OPENAI_API_KEY
echo 'Write a biography of {{name}}: {{data}}' >"$dir/prompt.txt"
own=(--max-workers 2 --prompt-file "$dir/prompt.txt")
stored=(--max-workers 2 --prompt-id pmpt_test)

# all_done NAME N: exit 0 and N lines
all_done() { is "$status $(lines "$output")" "0 $2" "$1: all $2 artists are done"; }

# ---- each dialect: 100 requests a second ----
input_of 350
rate=(--requests-per-minute 6000 --latency-lognormal 100:0.3)
tokens=(--latency-lognormal 100:0.3)
begin openai "${rate[@]}" -- --input "$input" "${stored[@]}"
begin small-bucket "${rate[@]}" --burst 100 -- --input "$input" "${stored[@]}"
begin azure "${rate[@]}" --dialect azure --burst 200 -- --input "$input" "${stored[@]}"
begin mistral "${rate[@]}" --dialect mistral -- --input "$input" --provider mistral "${own[@]}"
begin cerebras "${rate[@]}" --dialect cerebras -- --input "$input" "${stored[@]}"
begin ietf "${rate[@]}" --dialect ietf -- --input "$input" "${stored[@]}"
begin ietf-old "${rate[@]}" --dialect ietf-old --burst 150 -- --input "$input" "${stored[@]}"
begin anthropic "${rate[@]}" -- --input "$input" --provider anthropic "${own[@]}"
begin malformed "${rate[@]}" --malformed-headers 0.3 -- --input "$input" "${stored[@]}"
begin groq "${tokens[@]}" --dialect groq --requests-per-day 14400 --tokens-per-minute 600000 -- --input "$input" --provider groq "${own[@]}"
begin anthropic-tokens "${tokens[@]}" --output-tokens-per-minute 500000 -- --input "$input" --provider anthropic "${own[@]}"
begin project "${tokens[@]}" --tokens-per-minute 9000000 --project-tokens-per-minute 600000 -- --input "$input" "${stored[@]}"
for name in openai small-bucket azure mistral cerebras ietf ietf-old anthropic malformed groq anthropic-tokens project; do
    end $name
    all_done $name 350
    is "$(audited '$status == 429')" 0 "$name: not one was refused"
    case $name in
    groq | project | anthropic-tokens) ;; # their tokens bind, and answers differ in length
    *) uses $name 95 105 1 3 requests 6000 ;;
    esac
done

# ---- limits that change, an outsider ----
input_of 900
slow=(--latency-lognormal 100:0.3)
begin lowered --requests-per-minute 6000 "${slow[@]}" --change-at 3:requests_per_minute=3000 -- --input "$input" "${stored[@]}"
begin raised --requests-per-minute 3000 "${slow[@]}" --change-at 3:requests_per_minute=6000 -- --input "$input" "${stored[@]}"
begin outsider --requests-per-minute 6000 --burst 500 "${slow[@]}" --outsider-per-minute 3000 --outsider-from 1 -- --input "$input" "${stored[@]}"
for name in lowered raised outsider; do
    end $name
    all_done $name 900
    is "$(audited '$status == 429')" 0 "$name: not one was refused"
    case $name in
    lowered) uses lowered 95 102.5 5 9 requests 3000 ;;
    raised) uses raised 92.5 101.25 5 9 requests 6000 ;;
    outsider)
        has "$err" "somebody else spends with the key of session" "the outsider is noticed"
        pace=$(sed -n 's/.*somebody else spends.*about \([0-9]*\) of.*/\1/p' "$err" | head -n 1)
        holds "and their pace told: ${pace:-0} of 3000 a minute" "${pace:-0} > 2000 && ${pace:-0} < 4000"
        ;;
    esac
done

# ---- Retry-After in every form, of an account that tells no limits: 20 at once, 20 a second ----
input_of 60
few=(--dialect none --requests-per-minute 1200 --burst 20 --latency-ms 20)
for form in seconds ms date none garbage; do
    begin retry-after-$form "${few[@]}" --retry-after-form $form -- --input "$input" "${stored[@]}" --rate-limit-cooldown 1 --attempts 1
done
# first_wave: nanoseconds from the first 429 to the first request behind it that was not under way when it came
first_wave() {
    LATE=$(late) perl -F'\t' -lane 'next if $. == 1; push @at, $F[0]; $first = $F[0] if $F[6] == 429 && (!$first || $F[0] < $first);
        END { print +(sort { $a <=> $b } grep { $_ > $first + 150e6 + 4e6 * $ENV{LATE} } @at)[0] - $first }' "$audit"
}
for form in seconds ms date none garbage; do
    name=retry-after-$form
    end $name
    all_done $name 60
    case $form in
    ms | date) least=0.15 ;;
    *) least=0.95 ;;
    esac
    waited=$(first_wave)
    holds "$name: $((waited / 1000000)) ms were waited" "$waited >= $least * 1e9 && $waited < 4e9 + 1e7 * $(late)"
    holds "$name: few were refused" "$(audited '$status == 429') < 60"
done

# ---- x-should-retry: the server knows best ----
begin should-retry --should-retry true --fault-500 0.3 --fault-attempts 1 -- --input "$input" "${stored[@]}"
begin should-not --should-retry false --fault-500 0.3 --fault-attempts 1 -- --input "$input" --prompt-id pmpt_test --max-workers 1 --in-flight 2
end should-retry
all_done should-retry 60
end should-not
is "$status" "$(($(lines "$errors") > 0))" "should-not: exit 1 where one failed"
is "$(($(lines "$output") + $(lines "$errors")))" 60 "each artist has a line in one of the files"
holds "some were refused: $(audited '$status == 500')" "$(audited '$status == 500') > 5" # how often at most: 86-answers.t
finish
