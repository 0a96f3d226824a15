# For the benchmark: the file of sessions that `ration run --sessions` reads.
# shellcheck shell=bash

# write_sessions N FILE: N sessions without limits, keys in key.1 … key.N beside the file
write_sessions() {
    local i folder
    folder=$(dirname "$2")
    {
        printf '{"sessions": ['
        for ((i = 1; i <= $1; i++)); do
            [[ $i -eq 1 ]] || printf ', '
            printf '{"name": "s%d", "key_file": "%s/key.%d"}' "$i" "$folder" "$i"
        done
        printf ']}\n'
    } >"$2"
}
