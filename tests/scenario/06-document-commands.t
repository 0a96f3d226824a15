#!/usr/bin/env bash
# Every command that a document shows is run, as it stands there: each ```sh block of README.md and docs/, one after another,
# document by document, in a folder with an artists.csv. What the comment before a block asks for is made first. Only
# addresses are replaced: providers by the simulator, and the fixed port of the web page by a free one.
source "$(dirname "$0")/../support/scenario.sh"
cd "$root" || exit 1
export BUILD=$build
unset -f ration
export XDG_RUNTIME_DIR=$dir/runtime RATION_RUNTIME_DIR=$dir/runtime/ration # no command may find runs of others
mkdir -m 700 "$XDG_RUNTIME_DIR" "$RATION_RUNTIME_DIR"

mkdir "$dir/bin"
cat >"$dir/bin/replaced" <<'END'
#!/usr/bin/env bash
program=$1
shift
words=()
for word; do
    word=${word//127.0.0.1:8080/$DOCUMENT_WEB}
    words+=("${word//http:\/\/localhost:8000\/v1/$OPENAI_BASE_URL}")
done
exec "$program" "${words[@]}"
END
printf '#!/usr/bin/env bash\nexec "%s" "%s" "$@"\n' "$dir/bin/replaced" "$build/ration" >"$dir/bin/ration"
printf '#!/usr/bin/env bash\nexec "%s" "%s" "$@"\n' "$dir/bin/replaced" "$(command -v curl)" >"$dir/bin/curl"
# What is tested has been built already.
printf '#!/usr/bin/env bash\ntest $# -eq 0 && test -x "%s"\n' "$build/ration" >"$dir/bin/make"
chmod +x "$dir"/bin/*
export PATH=$dir/bin:$PATH

# folder NAME: a new one, with all that a document takes for granted; goes there
folder() {
    mkdir -p "$dir/$1/build"
    cd "$dir/$1" || exit 1
    cp "$sample" artists.csv
    ln -s "$dir/bin/ration" build/ration
    printf 'Write about {{name}}. What is known: {{data}}' >prompt.txt
    printf 'sku,title,name,data,category,price,shop,picture,tools\nA-1,Chair,Chair,oak,seat,10,home,http://x/1.png,[]\nA-2,Table,Table,ash,table,20,home,http://x/2.png,\n' >products.csv
    printf '[{"type":"function","name":"look_up"}]' >tools.json
    sed -n '/^  "messages": \[/,/^}/p' "$root/docs/CONFIGURATION.md" | sed '1i {' >body.json
    sed -n '/^# ration.conf$/,/^```/{/^```/!p}' "$root/docs/CONFIGURATION.md" >ration.conf
    printf '{"custom_id":"r%d","method":"POST","url":"/v1/responses","body":{"model":"gpt-4o-mini","input":"Hello"}}\n' 1 2 >batch.jsonl
    printf '{"artist_id":"a%d","name":"Name","data":"x"}\n' 1 2 3 | gzip >artists.jsonl.gz
    printf '{"sessions": [{"key_env": "OPENAI_API_KEY", "requests_per_minute": 500}]}\n' >sessions.json
}

# A simulator that answers at once, one that takes its time, and one with faults.
simapi --latency-ms 5 --prompt-variables-allowed artist_name,artist_data,genre
quick=$url
simapi --latency-ms 500
slow=$url
simapi --latency-ms 5 --fault-500 0.4 --fault-503 0.2
faulty=$url
at() { export OPENAI_BASE_URL=$1 ANTHROPIC_API_BASE_URL=$1; }
DOCUMENT_WEB=127.0.0.1:0
export DOCUMENT_WEB

# The run that was begun, not one of before, of which status tells too.
works() { [[ -n $(ration ps 2>/dev/null) ]] && ration status --json 2>/dev/null | grep -q '"done":[1-9]'; }
# run_begins OPTION…: a run that lasts; run_ends ends it, if it has not ended
run_begins() {
    at "$slow"
    RATION_LIMIT='' ration run --input artists.csv --output bios.jsonl --prompt-id pmpt_123 --in-flight 1 --progress none "$@" \
        >"$dir/background" 2>&1 &
    ration_pid=$!
    wait_for 20 works || note "the run does not begin"
}
run_ends() {
    kill -TERM "$ration_pid" 2>/dev/null
    wait "$ration_pid" 2>/dev/null
    at "$quick"
}

# block FILE: runs it; the first command that fails ends it
block() { bash -e "$1" >"$dir/told" 2>&1 </dev/null; }
# paragraphs FILE: each in a folder of its own
paragraphs() {
    local part number=0
    perl -00 -ne 'open my $out, ">", "$ARGV.$."; print $out $_' "$1"
    for part in "$1".[0-9]*; do
        number=$((number + 1))
        (folder "alone/$(basename "$1").$number" && block "$part") || return 1
    done
}

# as_told HOW FILE
as_told() {
    local status home=$PWD
    case $1 in
    run) block "$2" ;;
    'run: while a run works' | 'run: while a run listens' | 'run: while a run logs')
        folder "beside.$(basename "$home").$(basename "$2")"
        case $1 in
        *listens)
            run_begins --listen 127.0.0.1:0
            DOCUMENT_WEB=$(sed -n 's|.* dashboard at http://\([^/]*\)/.*|\1|p' "$dir/background" | head -n 1)
            ;;
        *logs) run_begins --log-file ration.log ;;
        *) run_begins ;;
        esac
        block "$2"
        status=$?
        if [[ $1 == *logs ]]; then
            wait_for 10 test -s ration.log || status=1
        fi
        run_ends
        DOCUMENT_WEB=127.0.0.1:0
        return "$status"
        ;;
    'run: after a run with a log' | 'run: after a run with failures')
        folder "after.$(basename "$home").$(basename "$2")"
        at "$faulty"
        RATION_LIMIT=60 ration run --input artists.csv --output bios.jsonl --prompt-id pmpt_123 --attempts 1 \
            --progress none --no-circuit-breaker --log-file ration.log >/dev/null 2>&1
        at "$quick"
        block "$2"
        ;;
    'run: and Ctrl-C')
        at "$slow"
        # shellcheck disable=SC2016  # the variables are perl's
        RATION_IN_FLIGHT=1 perl -e '$SIG{INT} = "DEFAULT"; exec "bash", "-c", "exec " . do { local $/; <> }' "$2" >"$dir/told" 2>&1 </dev/null &
        ration_pid=$!
        wait_for 20 works || note "the run does not begin"
        kill -INT "$ration_pid"
        wait "$ration_pid"
        status=$?
        at "$quick"
        [[ $status -eq 3 ]]
        ;;
    'run: without a run') bash "$2" >"$dir/told" 2>&1 </dev/null ;;
    'run: each alone') paragraphs "$2" ;;
    *)
        echo "it is not known how: $1" >"$dir/told"
        return 1
        ;;
    esac
}

at "$quick"
ran=0
for document in README.md docs/*.md; do
    name=$(basename "$document" .md)
    mkdir "$dir/blocks.$name"
    "$root/tests/support/document-blocks" "$root/$document" "$dir/blocks.$name" >"$dir/list.$name"
    folder "$name"
    # The first hour asks all rows, as it says.
    export RATION_LIMIT=12
    [[ $name != FIRST-HOUR ]] || RATION_LIMIT=''
    while IFS=$'\t' read -r line how; do
        file=$dir/blocks.$name/$line.sh
        if [[ $how == not\ run:* ]]; then
            note "$document:$line: $how"
            # One that needs what this test has not names the test that tries its commands.
            elsewhere=$(grep -oE 'tests/scenario/[a-z0-9-]+\.t' <<<"$how")
            ! grep -qE '^(build/)?ration ' "$file" || [[ -n $elsewhere && -x $root/$elsewhere ]]
            ok $? "$document:$line: no command of ration is left out"
            continue
        fi
        bash -n "$file" 2>"$dir/told" && as_told "$how" "$file"
        status=$?
        ok "$status" "$document:$line: $(grep -vE '^ *(#|$)' "$file" | head -n 1 | cut -c 1-90)"
        [[ $status -eq 0 ]] || tail -n 12 "$dir/told" | sed 's/^/#   /'
        ran=$((ran + 1))
        cd "$dir/$name" || exit 1
    done <"$dir/list.$name"
    cd "$root" || exit 1
done
# scripts/first-hour writes there what each command said, and nothing of the machine on which it ran.
is "$(grep -c '^```said$' docs/FIRST-HOUR.md),$(grep -c '127\.0\.0\.1:\|/tmp/' docs/FIRST-HOUR.md)" "$(grep -c '^```sh$' docs/FIRST-HOUR.md),0" \
    "the first hour shows what each of its commands said"
holds "there were blocks to run: $ran" "$ran >= 15"
simapi_stop
finish
