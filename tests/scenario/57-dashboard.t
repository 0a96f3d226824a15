#!/usr/bin/env bash
# The dashboard in headless Chromium: the true figures of real runs, all three states of the rate limit, pausing and stopping, hostile
# names, the end of the coordinator; the viewer's clock, links to parts of the page, a proxy; what axe-core finds. SHOTS=FOLDER keeps
# pictures.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/browser.sh"
browser_or_skip
export RATION_RUNTIME_DIR=$dir/run
listening() { web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$err" 2>/dev/null); [[ -n $web ]]; }
lines_from() { [[ $(lines "$1") -ge $2 ]]; }
paused() { [[ $("$build/ration" ps 2>/dev/null) == *paused* ]]; }
number() { text "$1" | tr -d ,; }
# picture NAME: in light and dark, on a desk and on a phone
picture() {
    [[ -n ${SHOTS:-} ]] || return 0
    local s
    for s in light dark; do
        scheme "$s"
        screen 1280 900 false
        screenshot "$SHOTS/$1-$s-desktop.png"
        screen 390 844 true
        screenshot "$SHOTS/$1-$s-phone.png"
    done
    scheme light
    screen 1280 900 false
}

# Names that would do harm if they were taken for anything but text.
hostile='<img src=x onerror=document.body.remove()>'
{
    echo artist_id,name,data
    for i in $(seq 1 16000); do echo "\"$hostile$i\",\"<script>alert($i)</script>\",\"</script> '\"\" & $i\""; done
} >"$dir/hostile.csv"

browser_begin
ok $? "Chromium starts"
screen 1280 900 false

# ---- a run without trouble: figures, pause, resume, restarts, end ----
# It outlasts what is done to it, on any machine: it ends when it is told to hurry.
simapi --latency-ms 200 --requests-per-minute 600000 --burst 10000 --fault-500 0.03 --fault-attempts 9
ration_start --input "$dir/hostile.csv" --output "$dir/out.jsonl" --in-flight 2 --attempts 1 --listen 127.0.0.1:0 --http-host ration.localhost
wait_for 10 listening
token=$(cat "$RATION_RUNTIME_DIR"/*/http-token)
zone America/St_Johns
page_at "$web/#token=$token"
wait_for 10 shows live live
ok $? "is live"
is "$(page location.hash)" "" "the token is not left in the address"

# ---- times by the viewer's clock, and in UTC where one points at them; links to parts ----
started=$("$build/ration" status --json | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{run}{started}')
is "$(page 'document.querySelector("#sub time").title')" "${started:0:10} ${started:11:5} UTC" "the moment of the start, in UTC"
is "$(text sub | sed 's/.*since //')" "$(TZ=America/St_Johns date -d "$started" +%H:%M)" "and by the viewer's clock"
click zone
is "$(text sub | sed 's/.*since //')" "${started:11:5}Z" "a button shows all in UTC"
click zone
has <(text zone-words) "America/St_Johns (UTC−" "whose clock it is stands below: $(text zone-words)"
page 'void (location.hash = "#workers")'
wait_for 5 eval '[[ $(page "document.activeElement.dataset.link") == workers ]]'
ok $? "#workers leads there, with the keyboard"
page 'void location.reload()'
wait_for 10 shows live live
wait_for 5 eval '[[ $(page "document.activeElement.dataset.link") == workers ]]'
ok $? "also where the page is opened so"
is "$(page '[...document.querySelectorAll("nav a")].map((link) => link.hash).join(" ")')" \
    "#limit #figures #plot-rate #sessions #workers #requests #alerts #errors" "each part that is there has its link"
page 'void history.replaceState(null, "", location.pathname)'

# ---- by the keyboard alone ----
page_at "$web/"
wait_for 10 shows live live
for i in {1..30}; do
    press Tab
    page '(document.activeElement.id || document.activeElement.hash || document.activeElement.textContent || document.activeElement.tagName) + " " + (getComputedStyle(document.activeElement).outlineStyle !== "none") + "\n"'
done >"$dir/reached"
for what in Answers pause stop key '#limit' '#errors' zone; do
    has "$dir/reached" "$what true" "Tab reaches $what, and shows where it is"
done
page 'void document.getElementById("stop").focus()'
press Enter
wait_for 5 eval '[[ $(page "document.getElementById(\"stopping\").open") == true ]]'
press Tab Tab Tab
is "$(page 'document.getElementById("stopping").contains(document.activeElement) || document.activeElement === document.body')" true "the dialog keeps the keyboard"
press Escape
is "$(page 'document.getElementById("stopping").open + " " + document.activeElement.id')" "false stop" "Escape leaves it, and goes back to its button"
chrome Emulation.setEmulatedMedia '{"features":[{"name":"prefers-reduced-motion","value":"reduce"}]}'
is "$(page '[...document.querySelectorAll("*")].filter((node) => getComputedStyle(node).transitionDuration !== "0s" || getComputedStyle(node).animationName !== "none").length')" 0 \
    "nothing moves where the system asks for that"
scheme light

# ---- behind a reverse proxy, under a path; then one that knows who calls ----
"$root/tests/support/front" "$dir/front" "${web##*:}" /batch/ 2>"$dir/front.err" &
fronts=$!
"$root/tests/support/front" "$dir/known" "${web##*:}" /known/ "Authorization: Bearer $token" 2>"$dir/known.err" &
fronts+=" $!"
wait_for 10 test -s "$dir/front" -a -s "$dir/known"
page_at "http://ration.localhost:$(cat "$dir/front")/batch/"
wait_for 10 shows dialog-why "reading it needs its token"
ok $? "by the name of a proxy reading needs the token"
page "void (document.getElementById('token').value = '$token')"
page "void document.getElementById('form').requestSubmit()"
wait_for 10 shows live live
ok $? "with it the page is live"
page_at "http://ration.localhost:$(cat "$dir/known")/known/"
wait_for 10 shows live live
ok $? "where the proxy adds the token nobody is asked for it"
click pause
wait_for 10 shows verdict Paused
click pause
wait_for 10 shows pause Pause
ok $? "nor to pause and resume"
page_at "http://ration.localhost:$(cat "$dir/known")/known/answers"
wait_for 10 eval '[[ $(page "document.querySelectorAll(\"#list li\").length") -gt 0 ]]'
ok $? "nor for the answers"
page_at "$web/"
wait_for 10 shows live live
# shellcheck disable=SC2086  # two of them
kill $fronts
nothing "$(console | grep -v ' 401 ')" "no complaints in the console"
wait_for 10 lines_from "$dir/out.jsonl" 30
click pause
wait_for 10 shows verdict Paused
ok $? "the button pauses"
paused
ok $? "the run says so, too"
wait_for 5 eval '[[ $(number n-flying) == 0 ]]'
ok $? "nothing is in flight then"
wait_for 5 eval '[[ $(number n-done) == $(lines "$dir/out.jsonl") ]]'
ok $? "done: $(lines "$dir/out.jsonl"), as the output has lines"
is "$(number n-failed)" "$(lines "$dir/out.errors.jsonl")" "failed, as the errors file has lines"
is "$(number n-total)" 16000 "of so many"
is "$(page 'document.querySelectorAll("#workers tr").length')" 4 "four workers"
is "$(page 'document.querySelectorAll(".lamp.on").length + document.querySelector(".lamp.on").textContent')" "1●healthy" "one lamp is lit: healthy"
wait_for 10 eval '[[ $(page "document.querySelectorAll(\".plot .curve\").length") -ge 2 ]]'
ok $? "the plots have curves"
[[ $(lines "$dir/out.errors.jsonl") -eq 0 ]] || shows errors "$hostile"
ok $? "a hostile name is shown as it is"
is "$(page 'document.querySelectorAll("main img, main script").length')" 0 "and is nothing but text"
wait_for 10 shows classes "server fault"
ok $? "failures by class: $(text classes)"
is "$(page 'document.querySelector("#classes .said").textContent')" "status 500, The server had an error while processing your request. Sorry about that!" "with the last words of each, as they were said"
is "$(page 'document.querySelector("#errors a").getAttribute("href")')" "answers#file=errors&id=$(page 'encodeURIComponent(document.querySelector("#errors a").textContent)')" "what failed for good has a link to its line"
picture paused
accessible "paused, with errors"
is "$(page 'document.documentElement.scrollWidth <= 1280')" true "fits a desk"
screen 390 844 true
is "$(page 'document.documentElement.scrollWidth')" 390 "and a phone"
screen 1280 900 false
click pause
wait_for 10 shows pause Pause
ok $? "the button resumes"
victim=$(workers_of "$ration_pid" | head -n 1)
kill -9 "$victim"
wait_for 10 shows workers-head "1 restart"
ok $? "a worker that died is told as a restart"
picture healthy
simapi_hurries
ration_wait
wait_for 10 shows live ended
ok $? "the end of the run is told"
shows verdict Finished
ok $? "as what it is: $(text verdict)"
is "$(number n-done) $(number n-failed)" "$(lines "$dir/out.jsonl") $(lines "$dir/out.errors.jsonl")" "with the last figures"
has <(text flow) "0executing" "in all its parts"
is "$(page 'document.getElementById("pause").disabled')" true "there is nothing to pause any more"
picture ended
complaints=$(console)
is "$complaints" "" "no complaints in the console"
simapi_stop

# ---- close to the limit, then beyond it ----
# 200 of 285 requests a day are in flight, and stay so until it is told to hurry; then the account has nothing left for the last ten.
printf '{"sessions":[{"name":"only","key_env":"OPENAI_API_KEY","requests_per_day":285,"requests_per_minute":60000}]}' >"$dir/sessions.json"
simapi --latency-ms 200 --insufficient-quota-after 200
simapi_holds
ration_start --input "$sample" --limit 210 --output "$dir/two.jsonl" --max-workers 4 --in-flight 50 --sessions "$dir/sessions.json" --quota-threshold 1 --listen 127.0.0.1:0
wait_for 10 listening
port=${web##*:}
page_at "$web/"
wait_for 15 eval '[[ $(page "document.querySelector(\".lamp.on\")?.textContent") == *approaching ]]'
ok $? "approaching"
wait_for 10 shows verdict "All is well, close to the limit"
ok $? "which is well: $(text verdict)"
is "$(page 'document.querySelector("#limit").className + " " + document.querySelector(".lamp.on").className')" "w4 good lamp good on" "and looks so"
is "$(page 'document.querySelector("#sessions .dim").parentNode.textContent.includes("of 285")')" true "the session's limit is there"
picture approaching
simapi_hurries
wait_for 20 eval '[[ $(page "document.querySelector(\".lamp.on\").textContent") == *throttled ]]'
ok $? "throttled"
wait_for 10 shows verdict "A spend limit is reached, or the credit is used up: tries again in "
ok $? "for its true reason: $(text verdict)"
has <(text why) "quota_exhausted: status 429" "in the API's words: $(text why)"
! shows n-end "ends at"
ok $? "and no end is told: $(text n-end)"
first=$(text limit-big)
wait_for 5 eval '[[ $(text limit-big) != "$first" ]]'
ok $? "with a countdown: $first, $(text limit-big)"
picture throttled
is "$(console)" "" "no complaints in the console"
click pause
wait_for 5 eval '[[ $(page "document.getElementById(\"dialog\").open") == true ]]'
ok $? "without the token it is asked for"
page "void (document.getElementById('token').value = '$(cat "$RATION_RUNTIME_DIR"/*/http-token)')"
page "void document.getElementById('form').requestSubmit()"
wait_for 5 paused
ok $? "and then used"
accessible "throttled, then paused"

# ---- the coordinator dies, and a new one comes ----
kill -9 "$ration_pid"
wait "$ration_pid" 2>/dev/null
wait_for 10 shows live "not connected"
ok $? "the death of the coordinator is told"
shows verdict "Not connected"
ok $? "and nothing else is claimed"
simapi_stop
simapi --overload-from 0
ration_start --input "$sample" --output "$dir/two.jsonl" --max-workers 2 --in-flight 2 --resume --listen "127.0.0.1:$port"
wait_for 30 shows live live
ok $? "it finds the next one by itself"

# ---- overloaded: no rate limit, no end; then the end: nothing counts down ----
wait_for 20 shows verdict "The API is overloaded"
ok $? "overloaded: $(text verdict)"
has <(text why) "Waits for the overloaded API, since " "and it says so: $(text why)"
! shows n-end "ends at"
ok $? "no end is told: $(text n-end)"
wait_for 10 shows classes "overloaded"
ok $? "failures by class: $(text classes)"
picture overloaded

# ---- the stop button: what comes of it is told first ----
click stop
wait_for 5 eval '[[ $(page "document.getElementById(\"stopping\").open") == true ]]'
has <(text stopping-what) " go on with them later by the same command and --resume." "before a stop its consequence is told: $(text stopping-what)"
is "$(page 'document.activeElement.id')" stopping-not "the keyboard is at the button that does nothing"
picture stop
accessible "the dialog of the stop button"
click stopping-not
is "$(page 'document.getElementById("stopping").open')" false "it can be left"
! grep -q 'POST /stop' "$err"
ok $? "and nothing has happened"
click stop
page 'void document.getElementById("stopping-form").requestSubmit()'
wait_for 5 eval '[[ $(page "document.getElementById(\"dialog\").open") == true ]]'
ok $? "the token of the run before is another one: it is asked for"
page "void (document.getElementById('token').value = '$(cat "$RATION_RUNTIME_DIR"/*/http-token)')"
page "void document.getElementById('form').requestSubmit()"
ration_wait
has "$err" "POST /stop: finishing what is in flight" "the button stops the run, gently"
wait_for 10 shows live ended
ok $? "a stop is told"
shows verdict "Ended before the end"
ok $? "as what it is"
is "$(page 'document.querySelectorAll(".lamp.on").length')" 0 "no lamp is lit"
is "$(page '/until the next|tries again|goes on in|throttled by/.test(document.querySelector("main").innerText)')" false "nothing counts down"
picture stopped
simapi_stop

# ---- where other machines may reach it, reading needs the token, and it says so ----
printf 'a-token-of-a-good-length\n' >"$dir/token"
chmod 600 "$dir/token"
page 'void sessionStorage.clear()'
simapi --latency-ms 200
simapi_holds
ration_start --input "$sample" --output "$dir/lan.jsonl" --in-flight 2 --listen 0.0.0.0:0 --http-token-file "$dir/token"
wait_for 10 listening
page_at "http://127.0.0.1:${web##*:}/"
wait_for 10 shows dialog-why "reading it needs its token"
ok $? "the dialog says why: $(text dialog-why)"
is "$(page 'getComputedStyle(document.getElementById("limit").parentNode).display')" none "and no empty cards stand behind it"
picture token
accessible "asked for the token" 390
page "void (document.getElementById('token').value = 'a-token-of-a-good-length')"
page "void document.getElementById('form').requestSubmit()"
wait_for 10 shows live live
ok $? "with it the page reads"

# ---- stopping twice: the second time is another thing, and says so ----
click stop
page 'void document.getElementById("stopping-form").requestSubmit()'
wait_for 10 shows stop "Stop at once"
ok $? "while it stops, the button would stop it at once"
click stop
has <(text stopping-what) "may be billed all the same" "which has another consequence: $(text stopping-what)"
click stopping-not
curl -s -X POST -H "Authorization: Bearer a-token-of-a-good-length" "http://127.0.0.1:${web##*:}/stop" >"$dir/again"
has "$dir/again" '"ok":true' "a second gentle stop is none at once"
! grep -q 'stopping at once' "$err"
ok $? "it is as gentle as the first"
simapi_hurries
ration_wait
is "$(lines "$dir/lan.jsonl")" "$(grep -c '"artist_id"' "$dir/lan.jsonl")" "what was in flight is recorded"
holds "something was" "$(lines "$dir/lan.jsonl") > 0"
browser_end
ok $? "the browser is gone"
simapi_stop
finish
