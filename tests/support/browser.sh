# For scenario tests that look at a page in headless Chromium: chromedriver's WebDriver protocol, spoken with curl. Sourced after
# scenario.sh.
# shellcheck shell=bash

# browser_is_there: both programs are; on Debian: packages chromium and chromium-driver
browser_is_there() { command -v chromium >/dev/null && command -v chromedriver >/dev/null && browser_starts; }
# browser_starts: a session can be had; in a bare root, say, it cannot
browser_starts() {
    browser_begin
    local status=$?
    browser_end
    rm -rf "$dir/browser"
    return $status
}

# browser_or_skip: where there is none the test ends here, as skipped
browser_or_skip() {
    if ! browser_is_there; then
        echo "1..0 # SKIP chromium and chromedriver are not there, or do not start (scripts/setup browser)"
        rm -rf "$dir"
        trap - EXIT
        exit 0
    fi
}

browser=
# browser_begin: starts one; `browser_end` ends it
browser_begin() {
    mkdir -p "$dir/browser"
    local try
    for try in 1 2 3 4; do # it looks for a port that is free by IPv6 alone, and ends where somebody has it by IPv4
        HOME=$dir/browser TMPDIR=$dir/browser chromedriver --port=0 >"$dir/browser/log" 2>&1 &
        browser_pid=$!
        wait_for 20 grep -qE 'started successfully on port|Exiting' "$dir/browser/log" || return 1
        ! grep -q 'Exiting' "$dir/browser/log" || [[ $try == 4 ]] || continue
        break
    done
    grep -q 'started successfully on port' "$dir/browser/log" || return 1
    browser=http://127.0.0.1:$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$dir/browser/log")/session
    local answer
    answer=$(curl -s -m 60 "$browser" -d '{"capabilities":{"alwaysMatch":{"goog:loggingPrefs":{"browser":"ALL"},
        "goog:chromeOptions":{"args":["--headless=new","--no-sandbox","--disable-gpu","--disable-dev-shm-usage",
        "--disable-breakpad","--disable-crash-reporter","--no-first-run","--user-data-dir='"$dir"'/browser/profile"]}}}}')
    browser=$browser/$(perl -MJSON::PP -0777 -ne 'print eval { decode_json($_)->{value}{sessionId} } // ""' <<<"$answer")
    [[ $browser != */ ]]
}
browser_end() {
    [[ -z $browser ]] || curl -s -m 20 -X DELETE "$browser" >"$dir/browser/answer"
    kill "$browser_pid" 2>/dev/null
    wait "$browser_pid" 2>/dev/null
    wait_for 10 eval '! pgrep -f "user-data-dir=$dir/browser/profile" >"$dir/browser/left"'
}

# page_at URL: opens it
page_at() { curl -s -m 30 "$browser/url" -d "{\"url\":\"$1\"}" >"$dir/browser/answer"; }
# page SCRIPT: runs `return SCRIPT` in the page and prints what comes of it
page() {
    perl -MJSON::PP -e 'print encode_json({script => "return $ARGV[0]", args => []})' "$1" |
        curl -s -m 30 "$browser/execute/sync" -d @- |
        perl -MJSON::PP -0777 -ne '$v = decode_json($_)->{value}; binmode STDOUT, ":utf8"; print ref $v ? encode_json($v) : $v // ""'
}
# text ID: the text of an element
text() { page "document.getElementById('$1').textContent"; }
# shows ID TEXT: the element's text has it
shows() { [[ $(text "$1") == *"$2"* ]]; }
click() { page "void document.getElementById('$1').click()"; }
# console: what the page and the browser complained of since the last call
console() {
    curl -s -m 20 "$browser/se/log" -d '{"type":"browser"}' |
        perl -MJSON::PP -0777 -ne 'print map { "$_->{message}\n" } @{decode_json($_)->{value}}'
}
# chrome COMMAND PARAMETERS: of the DevTools protocol
chrome() { curl -s -m 20 "$browser/goog/cdp/execute" -d "{\"cmd\":\"$1\",\"params\":$2}" >"$dir/browser/answer"; }
# screen WIDTH HEIGHT PHONE: of that size
screen() { chrome Emulation.setDeviceMetricsOverride "{\"width\":$1,\"height\":$2,\"deviceScaleFactor\":1,\"mobile\":$3}"; }
# scheme light|dark
scheme() { chrome Emulation.setEmulatedMedia "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"$1\"}]}"; }
# screenshot FILE: all of the page
screenshot() {
    curl -s -m 30 "$browser/goog/cdp/execute" -d '{"cmd":"Page.captureScreenshot","params":{"captureBeyondViewport":true}}' |
        perl -MJSON::PP -MMIME::Base64 -0777 -ne 'print decode_base64(decode_json($_)->{value}{data})' >"$1"
}
# shot FILE: what is in sight
shot() {
    curl -s -m 30 "$browser/screenshot" | perl -MJSON::PP -MMIME::Base64 -0777 -ne 'print decode_base64(decode_json($_)->{value})' >"$1"
}

# ---- whether people with a screen reader or weak eyes can use a page ----
# axe_file: axe-core's, of the npm package of that name (scripts/setup browser installs it where npm is); fails where there is none
axe_file() {
    local file
    for file in "${AXE:-}" {"$build","$root/build"}/axe/node_modules/axe-core/axe.min.js /usr/share/javascript/axe-core/axe.min.js; do
        [[ -s $file ]] && echo "$file" && return 0
    done
    return 1
}
# violations: what axe-core finds wrong with the page as it is, one a line; it must have looked at something
violations() {
    perl -MJSON::PP -0777 -e '
        my $axe = do { open my $file, "<:raw", $ARGV[0] or die; <$file> };
        utf8::decode($axe);
        print encode_json({args => [], script => $axe . q{;
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ["violations"]}).then((found) => done(found.passes.length < 10 ? ["it looked at next to nothing"]
                : found.violations.flatMap((wrong) => wrong.nodes.map((node) => wrong.id + ": " + node.target.join(" ") + ": " + (node.any[0] || node.all[0] || node.none[0]).message))), (error) => done([String(error)]));}})' "$(axe_file)" |
        curl -s -m 60 "$browser/execute/async" -H 'Content-Type: application/json' -d @- |
        perl -MJSON::PP -0777 -e '$_ = <STDIN> // ""; my $v = eval { decode_json($_)->{value} }; binmode STDOUT, ":utf8";
            print ref $v eq "ARRAY" ? map { "$_\n" } @$v : "axe-core did not answer: $_\n"'
}
# accessible NAME [WIDTH…]: at these, else at three widths, in light and dark, axe-core finds nothing, and nothing sticks out
accessible() {
    local shade width wrong='' wide='' widths=("${@:2}")
    [[ ${#widths[@]} -gt 0 ]] || widths=(1280 768 390)
    if ! axe_file >"$dir/browser/axe"; then
        ok 0 "$1 # SKIP axe-core is not there (scripts/setup browser)"
        return
    fi
    for shade in light dark; do
        scheme "$shade"
        for width in "${widths[@]}"; do
            screen "$width" 900 "$([[ $width -lt 500 ]] && echo true || echo false)"
            wrong+=$(violations | sed "s/^/$shade, $width: /")
            [[ $(page "document.documentElement.scrollWidth <= $width") == true ]] || wide+=" $shade,$width"
        done
    done
    scheme light
    screen 1280 900 false
    is "$wrong" "" "$1: axe-core finds nothing wrong, ${widths[*]} wide, in light and dark"
    is "$wide" "" "and nothing sticks out"
}
# press KEY…: on the keyboard, as the browser names keys: Tab, Enter, Escape; Shift+Tab
press() {
    local key code modifiers text
    for key; do
        modifiers=0
        text=
        [[ $key != Shift+* ]] || modifiers=8
        key=${key#Shift+}
        case $key in
        Tab) code=9 ;;
        Enter) code=13 text=',"text":"\r"' ;;
        Escape) code=27 ;;
        esac
        chrome Input.dispatchKeyEvent "{\"type\":\"keyDown\",\"key\":\"$key\",\"code\":\"$key\",\"windowsVirtualKeyCode\":$code,\"modifiers\":$modifiers$text}"
        chrome Input.dispatchKeyEvent "{\"type\":\"keyUp\",\"key\":\"$key\",\"code\":\"$key\",\"windowsVirtualKeyCode\":$code,\"modifiers\":$modifiers}"
    done
}
# zone NAME: the browser's time zone
zone() { chrome Emulation.setTimezoneOverride "{\"timezoneId\":\"$1\"}"; }
