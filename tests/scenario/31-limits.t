#!/usr/bin/env bash
# A limit of 60,000 requests a minute on both sides: kept to the last request, and used.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/measured.sh"
need_big
artists=20000
begin limited --requests-per-minute 60000 --burst 1000 -- --prompt-id pmpt_test --input "$big" --limit $artists --requests-per-minute 60000
end limited
is "$status,$(lines "$output")" "0,$artists" "all $artists artists are done"
is "$(audited '$status == 429')" 0 "not one 429"
# As long as that many take at a thousand a second.
uses limited 97 103 0 98% requests 60000
finish
