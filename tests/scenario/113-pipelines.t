#!/usr/bin/env bash
# contrib/pipelines: the examples are run as they stand, against the simulator, and asked again what was answered is nothing.
source "$(dirname "$0")/../support/scenario.sh"
pipelines=$root/contrib/pipelines
mkdir "$dir/bin"
printf '#!/usr/bin/env bash\nexec "%s" "$@"\n' "$build/ration" >"$dir/bin/ration"
chmod +x "$dir/bin/ration"
export PATH=$dir/bin:$PATH PYTHONDONTWRITEBYTECODE=1
unset -f ration

# folder NAME: a new one, with the batch of the examples; goes there
folder() {
    mkdir "$dir/$1"
    cd "$dir/$1" || exit 1
    printf 'sku,title\nCH-01,Chair Bergen\nTA-07,Table\nLA-12,Lamp\n' >products.csv
    echo 'Write about {{title}}.' >product.txt
}
# requests: how many the last API has answered by now
requests() { asked '1'; }

scripted
export OPENAI_BASE_URL=$url

# ---- make ----
folder make
command make -s -f "$pipelines/Makefile" >told 2>&1
is "$? $(requests) $(lines texts.jsonl) $(wc -l <texts.csv)" "0 3 3 4" "make: each row is asked, and exported"
command make -s -f "$pipelines/Makefile" >told 2>&1
is "$? $(requests)" "0 3" "make: done is done"
sed -i 's/Lamp/Lamp Kiruna/' products.csv
touch -d '+2 seconds' products.csv
command make -s -f "$pipelines/Makefile" >told 2>&1
is "$? $(requests) $(grep -c Kiruna texts.csv)" "0 4 1" "make: a row that has changed is asked alone"
rm texts.stamp
command make -s -f "$pipelines/Makefile" OPTIONS='--id sku --no-such' >told 2>&1
[[ $? -ne 0 && ! -e texts.stamp && $(lines texts.jsonl) -eq 3 ]]
ok $? "make: a run that did not end well is not done, and the output is left alone"

# ---- a workflow: what its steps run ----
# step NAME: as the runner does it
step() {
    perl -ne '
        BEGIN { our $wanted = shift; }
        if (/^( *)- name: (.*)$/) { $in = $2 eq $wanted; $run = 0 }
        elsif ($in && /^( *)run: \|$/) { $run = length $1 }
        elsif ($in && $run && /^(?: {$run}  (.*)|)$/) { print $1 // "", "\n" }
        elsif ($in && $run) { $run = 0 }' "$1" "$pipelines/github-workflow.yml" >"step.$1"
    if [[ -f $GITHUB_ENV ]]; then
        # shellcheck disable=SC1090
        source "$GITHUB_ENV"
        export status
    fi
    bash --noprofile --norc -eo pipefail "step.$1"
}
folder workflow
export GITHUB_ENV=$PWD/env GITHUB_STEP_SUMMARY=$PWD/step-summary
scripted --rule 'row=TA-07' --status 400 --body '{"error": {"message": "no", "code": "context_length_exceeded"}}'
export OPENAI_BASE_URL=$url
step ask >told 2>&1
is "$? $(cat env) $(lines out/texts.jsonl) $(grep -c '"exit": 1' step-summary)" "0 status=1 2 1" "workflow: the step that asks tells how it ended"
is "$(step judge)" "::warning::some rows failed; they are in texts.errors.jsonl" "workflow: rows that failed are a warning"
before=$(requests)
step ask >told 2>&1
is "$? $(requests)" "0 $before" "workflow: the next job asks nothing again"
sed -i 's/--id sku/--id number/' "$dir/workflow/step.ask"
bash -e step.ask >told 2>&1
step judge >told
is "$? $(cat told)" "2 ::error::ration run ended with 2; see the step above" "workflow: an option that is wrong fails it"

# ---- Airflow: the DAG with decorators that call what they are given ----
if command -v python3 >/dev/null && python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    folder airflow
    mkdir airflow
    : >airflow/__init__.py
    echo 'class AirflowFailException(Exception): pass' >airflow/exceptions.py
    cat >airflow/decorators.py <<'END_PYTHON'
def dag(**options):
    return lambda function: function


def task(function=None, **options):
    return function or (lambda function: function)
END_PYTHON
    export PYTHONPATH=$PWD:$root/contrib/python TEXTS_FOLDER=$PWD
    python3 "$pipelines/airflow_batch.py" >told 2>&1
    is "$? $(lines texts.jsonl) $(grep -c '^TA-07: refused: no' told)" "0 2 1" "Airflow: the DAG asks, and tells what failed"
    before=$(requests)
    python3 "$pipelines/airflow_batch.py" >told 2>&1
    is "$? $(requests)" "0 $before" "Airflow: the next attempt asks nothing again"
    # By the batch API: an attempt ends when all is there, and the next one that comes late enough collects it.
    folder airflow-batch
    mkdir "$dir/batches"
    simapi --batch-folder "$dir/batches" --batch-row 600
    export PYTHONPATH=$dir/airflow:$root/contrib/python TEXTS_FOLDER=$PWD TEXTS_BATCH=1 OPENAI_BASE_URL=$url
    python3 "$pipelines/airflow_batch.py" >told 2>&1
    [[ $? -ne 0 && $(tail -n 1 told) == ration._errors.Stopped:* && $(lines texts.jsonl) -eq 0 ]]
    ok $? "Airflow, by batches: the first attempt ends when all is with the API"
    simapi_advances 7200
    wait_for 60 eval 'python3 "$pipelines/airflow_batch.py" >told 2>&1'
    is "$(lines texts.jsonl)" 3 "Airflow, by batches: a later attempt collects"
    unset TEXTS_BATCH
    simapi_stop
    cd "$dir/airflow" || exit 1
    export TEXTS_FOLDER=$PWD
    sed -i 's/sku/number/' products.csv
    python3 "$pipelines/airflow_batch.py" >told 2>&1
    [[ $? -ne 0 && $(tail -n 1 told) == airflow.exceptions.AirflowFailException:*sku* ]]
    ok $? "Airflow: an input that is wrong is not tried again"
else
    note "there is no python3 of 3.10 or later here: the DAG is not tried"
fi
cd "$root" || exit 1
finish
