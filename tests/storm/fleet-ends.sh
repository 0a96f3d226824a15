# How tests/storm/fleet judges, which sources it when all has ended.
# shellcheck shell=bash
# shellcheck disable=SC2154  # tests/storm/fleet and what it sources set what is judged

declare -A saw=()
sql "SELECT extract(epoch FROM at), cap, level, living, dead FROM public.day_end ORDER BY at" -F ' ' >"$dir/days"
# judge AUDIT: what it says, in $saw
judge() {
    local line
    saw=()
    while read -r line; do
        saw[${line%%=*}]=${line#*=}
    done < <("$storm/fleet-judge" --audit "$1" --days "$dir/days" --last "$last_of_day" --moment "${moment:-0}" "$dir/all.log")
}
last_of_day=$((rate * 60))
[[ $day -eq 0 || $((day / 2)) -ge $last_of_day ]] || last_of_day=$((day / 2))
judge "$audit"

note "$took s, $((rows / took)) rows a second; ${faults[stops]} stops, ${faults[kills]} machine kills, ${faults[coordinators]} coordinator kills, ${faults[cuts]} network cuts, ${faults[links]} links, ${faults[workers]} worker kills, ${faults[databases]} database kills"
note "${saw[requests]} requests, ${saw[refused]} refused, ${saw[failed]} failed, ${saw[gone]} whose machine was gone; ${saw[second]} in a second, ${saw[minute]} in a minute of $((rate * 60)) and $((rate * 2)) at once"
note "${saw[twice]} artists asked twice or more, ${saw[most]} times at most: ${saw[again]} requests, ${saw[told]} told as in doubt, ${saw[retried]} after a failure, ${saw[untold]} untold; ${saw[doubt]} ids told as in doubt, ${saw[late]} as answered twice"
note "billed \$$(of "${saw[billed]} / 1e9")"

is "${saw[refused]}" 0 "the server refused nothing"
# Once it is seen that the server's bucket refills all the time, what that bucket holds may be had beside.
of_minute=$((rate * 60))
[[ $(sql "SELECT bool_or(refills) FROM ration.dimension WHERE window_s > 0") == f ]] || of_minute=$((rate * 62))
holds "in no minute more than its limit: ${saw[minute]} of $of_minute" "${saw[minute]} <= $of_minute"
# What members hold is up to a second's worth, and what comes late by this machine comes with what follows.
holds "in no second more than two seconds' worth: ${saw[second]}" "${saw[second]} <= $rate * (2 + $(late) / 1000)"
is "${saw[untold]}" 0 "each request that was sent again was told by its id, or had failed"
[[ ${saw[untold]} == 0 ]] || note "nobody told ${saw[untold_ids]}"
is "${saw[unknown]}" 0 "of each that is in doubt it is known who it is"

percent() { perl -e "printf '%.1f', 100 * $last_of_day / $1 / $rate"; } # of the limit, if the last ones of a day took so many seconds
# ---- money ----
if [[ $money != 0 ]]; then
    note "of the first --max-cost, \$$first: \$$(of "${saw[before]} / 1e9") billed, \$$(of "($counted - ${saw[before]}) / 1e9") more counted as spent, \$$(of "$first - $counted / 1e9") left"
    [[ $calm -eq 0 || -z ${saw[last_before]} ]] || note "its last $last_of_day requests went in ${saw[last_before]} s: $(percent "${saw[last_before]}") % of the limit"
    holds "the server's bill is not above the first --max-cost" "${saw[before]} <= $first * 1e9"
    holds "of which less than 1 % is left" "$counted >= 0.99 * $first * 1e9"
    [[ $calm -eq 0 ]] || holds "nor is more than 1 % counted as spent that was not" "${saw[before]} >= 0.99 * $first * 1e9"
    holds "nor is the whole bill above the second one" "${saw[billed]} <= $second * 1e9"
fi

# ---- days ----
read -r -a sent <<<"${saw[days]}"
read -r -a last <<<"${saw[last]}"
if [[ $day -gt 0 ]]; then
    ended=0 most=0 most_left=0
    while read -r _ cap level living dead; do
        unspent=$(of "$level + $living")
        note "day $((ended + 1)): ${sent[ended]} requests of $cap; $unspent left ($living with machines), $(of "$cap - $unspent - ${sent[ended]}") counted as sent by those that died ($dead of them not settled)"
        [[ $calm -eq 0 || -z ${last[ended]:-} ]] || note "its last $last_of_day went in ${last[ended]} s: $(percent "${last[ended]}") % of the limit"
        most_left=$(of "$unspent > $most_left ? $unspent : $most_left")
        ended=$((ended + 1))
    done <"$dir/days"
    for one in "${sent[@]}"; do most=$((one > most ? one : most)); done
    holds "no day has more requests than --daily-limit: ${sent[*]} of $day" "$most <= $day"
    holds "and the run rested for the next ones" "$ended >= int(($rows - 1) / $day)"
    holds "with less than 1 % of a day left: $most_left" "$most_left <= 0.01 * $day"
    [[ $calm -eq 0 ]] || holds "nor were more than 1 % counted as sent that were not" "${sent[0]} >= 0.99 * $day"
fi

# ---- lines ----
# What was answered to whom: text, ids and time as they stand there.
answers() {
    perl -ne 'next if /"state":"open"\}$/;
        my $line = $_;
        print join("\t", map { $line =~ /"$_":("(?:[^"\\]|\\.)*")/ ? $1 : "-" } qw(artist_id response_text response_id request_id created input_hash)), "\n"' "$1" | LC_ALL=C sort
}
fleet_lines >"$dir/union"
is "$(lines "$dir/union"),$(grep -o '^{"artist_id":"[^"]*"' "$dir/union" | sort -u | wc -l)" "$rows,$rows" "each artist has one line in the fleet"
"$root/tests/support/check-output" "$big" "$dir/union" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
"$build/ration" fleet export "$database" --input "$big" --to "$dir/all.jsonl" >"$dir/export.out" 2>&1
cmp -s <(answers "$dir/all.jsonl") <(answers "$dir/union")
ok $? "the export has each of them, byte for byte"
nothing "$(LC_ALL=C comm -23 <(LC_ALL=C sort "$dir/union") <(LC_ALL=C sort "$dir"/m*.jsonl) | head -n 3)" "and so has the output of a machine"
is "$(sql "SELECT sum(bit_count(done)) || ' ' || bool_or(open)::text FROM ration.chunk")" "$rows false" "and one bit"
is "$(sql 'SELECT state FROM ration.run')" "done" "the run is done"
holds "whoever is told to have been answered twice was" "${saw[late]} <= ${saw[twice]}"
away=$((faults[kills] + faults[coordinators] + faults[stops] + faults[workers] + faults[cuts]))
holds "whoever dies, sleeps or is cut off costs what it had in flight, about: ${saw[told]} requests for $away of them" "${saw[told]} <= $away * 128"

# ---- the judge ----
# One more request for each artist that was asked once is seen, but for those that were told.
perl -F'\t' -lane 'print; if ($. > 1) { $n{$F[3]}++; $line{$F[3]} = $_ } END { print $line{$_} for grep { $n{$_} == 1 } sort keys %n }' "$audit" >"$dir/forged"
judge "$dir/forged"
holds "requests more that nobody told would have been seen: ${saw[untold]}" "${saw[untold]} > 0"
[[ ${#machine_ways[@]} -eq 0 ]] || machine_ways_end
database_stop
finish
