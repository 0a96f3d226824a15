#!/usr/bin/env bash
# The parts of a batch on the dashboard, in headless Chromium: their true figures, at three widths, light and dark. SHOTS=FOLDER keeps
# pictures.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/browser.sh"
browser_or_skip
export RATION_RUNTIME_DIR=$dir/run
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 300' >"$dir/in.csv"
listening() { web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$err" 2>/dev/null); [[ -n $web ]]; }
# rows EXPRESSION: of the table's rows, each as a list of the texts of its cells
rows() { page "[...document.querySelectorAll('#parts tr')].map((row) => [...row.children].map((cell) => cell.textContent)).$1"; }

browser_begin
ok $? "Chromium starts"
mkdir "$dir/files"
simapi --batch-folder "$dir/files" --batch-row 600
ration_start --batch --batch-rows 70 --batch-poll 1 --input "$dir/in.csv" --output "$dir/out.jsonl" --listen 127.0.0.1:0
wait_for 10 listening
page_at "$web/"
wait_for 30 eval '[[ $(rows "filter((row) => row[1] === \"in progress\").length") == 5 ]]'
ok $? "five parts, with the API's own word"
simapi_advances 5000
wait_for 20 eval '[[ $(rows "filter((row) => row[3] === \"8\").length") == 5 ]]'
ok $? "and its count of what is done"
is "$(rows 'map((row) => row[0]).sort().join()')" "1,2,3,4,5" "each by its number"
is "$(rows 'map((row) => row[2]).sort().join()')" "20,70,70,70,70" "with its rows"
is "$(rows 'filter((row) => row[8].startsWith("batch_")).length')" 5 "and the API's id"
is "$(page 'document.getElementById("batches-head").textContent')" "Parts of the batch: 5 with 300 rows with the API" "all of them in words"
page 'document.getElementById("why").textContent' >"$dir/why"
has "$dir/why" "5 parts with 300 rows are with the API until" "the page says what it waits for"
for shade in light dark; do
    scheme "$shade"
    for width in 1280 768 390; do
        screen "$width" 900 "$([[ $width -lt 500 ]] && echo true || echo false)"
        is "$(page "document.documentElement.scrollWidth <= $width")" true "$shade, $width wide: nothing sticks out"
        is "$(page '((table) => table.scrollWidth <= table.clientWidth)(document.querySelector("#batches .scroll"))')" true "nor out of the table"
        is "$(page '[...document.querySelectorAll("#parts tr:first-child td")].filter((cell) => cell.offsetWidth > 0).length >= 6')" true "and the table is readable"
        [[ -z ${SHOTS:-} ]] || {
            page 'document.getElementById("batches").scrollIntoView({block: "center"}), 1' >/dev/null
            screenshot "$SHOTS/batches-$shade-$width.png"
        }
    done
done
accessible "parts of a batch"
click stop
page 'document.getElementById("stopping-what").textContent' >"$dir/told"
has "$dir/told" "What is with the batch API, 300 rows, goes on there, and is billed. --resume collects it." "the stop button tells what becomes of them"
click stopping-not
simapi_advances 90000
wait_for 30 eval '[[ $(page "document.getElementById(\"parts-over\").textContent") == "over: 5 expired" ]]'
ok $? "what is over is counted"
kill -INT "$ration_pid"
ration_wait
browser_end
ok $? "the browser is gone"
simapi_stop
finish
