#!/usr/bin/env bash
# contrib/python: the module's own tests against this program and the simulator; and what a program reads of ration is JSON as
# Python's own reader takes it.
source "$(dirname "$0")/../support/scenario.sh"
command -v python3 >/dev/null || skip_all "there is no python3 here"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || skip_all "python3 is older than 3.9"
export TEST_RATION=$build/ration TEST_SIMAPI=$build/simapi PYTHONPATH=$root/contrib/python PYTHONDONTWRITEBYTECODE=1 TMPDIR=$dir

# ---- the module: a line for each of its tests ----
timeout 300 python3 -W error::ResourceWarning -m unittest discover -v "$root/contrib/python/tests" >"$dir/told" 2>&1
status=$?
while IFS=$'\t' read -r name how; do
    [[ $how == ok ]]
    ok $? "$name"
done < <(perl -ne 'print "$1\t$2\n" if /^(test_\w+) .*\.\.\. (ok|FAIL|ERROR)$/' "$dir/told")
is "$status" 0 "the module's tests pass"
[[ $status -eq 0 ]] || sed 's/^/#   /' "$dir/told"
holds "there were some: $cases" "$cases > 15"

# ---- what its README shows ----
simapi --latency-ms 5
mkdir "$dir/readme" "$dir/bin"
printf '#!/usr/bin/env bash\nexec "%s" "$@"\n' "$build/ration" >"$dir/bin/ration"
chmod +x "$dir/bin/ration"
perl -0777 -ne 'print $1 while /^```python\n(.*?)^```/msg' "$root/contrib/python/README.md" >"$dir/readme.py"
(cd "$dir/readme" && PATH=$dir/bin:$PATH OPENAI_BASE_URL=$url python3 ../readme.py >"$dir/told" 2>&1)
is "$? $(grep -cE '^(CH-01|TA-07) Biography of Write a text of 60 words for (Chair Bergen|Table Åre)' "$dir/told") $(lines "$dir/readme/texts.jsonl")" "0 2 3" \
    "the README's lines do what they say"

if command -v mypy >/dev/null; then
    mypy --strict --cache-dir "$dir/types" "$root/contrib/python/ration" >"$dir/types.told" 2>&1
    ok $? "its types hold"
else
    note "there is no mypy here: types are not checked"
fi

# ---- JSON that others read ----
scripted --rule 'row=a0000[3-5]' --status 400
input_of 20
out=$dir/'out "with" ünusual.jsonl'
ration --input "$input" --output "$out" --summary "$dir/summary.json" --model m --tier gpt-4o-mini-tier-1
is "$status" 1 "a run with refusals"
ration --input "$dir/no \\ such.csv" --output "$dir/none.jsonl" --summary "$dir/none.json"
is "$status" 2 "one that does not begin"
"$build/ration" status --json "$out" >"$dir/status.json"
"$build/ration" plan --json --input "$input" --prompt-id p --model m --tier gpt-4o-mini-tier-1 >"$dir/plan.json"
for file in summary none status plan; do
    # A reader that is strict: no NaN, no Infinity, no name twice, UTF-8 alone.
    python3 -m json.tool "$dir/$file.json" >"$dir/told" 2>&1 && python3 - "$dir/$file.json" >"$dir/told" 2>&1 <<'END_PYTHON'
import json, sys


def once(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), f"twice: {names}"
    return dict(pairs)


def refused(word):
    raise ValueError(f"{word} is no JSON")


with open(sys.argv[1], encoding="utf-8") as file:
    json.loads(file.read(), object_pairs_hook=once, parse_constant=refused)
END_PYTHON
    ok $? "$file.json is read by python3 -m json.tool, and says nothing twice"
done
finish
