#!/usr/bin/env bash
# What is handed to others: the source archive, what a package holds and says, and that a run goes on with the programs that it
# began with when others are installed in their place. The package itself is built and lived with by `make deb-life`.
source "$(dirname "$0")/../support/scenario.sh"
cd "$root" || exit 1

# The archive: the same bytes again, also from an unpacked one, and all that building takes.
unset SOURCE_DATE_EPOCH
BUILD=$dir/one scripts/dist --worktree >"$dir/told" 2>&1
is $? 0 "a source archive is made"
archive=$(tail -n 1 "$dir/told")
BUILD=$dir/two scripts/dist --worktree >"$dir/told" 2>&1
cmp "$archive" "$(tail -n 1 "$dir/told")"
ok $? "the same bytes again"
mkdir "$dir/unpacked"
tar -C "$dir/unpacked" -xzf "$archive"
tree=$(echo "$dir"/unpacked/*)
(cd "$tree" && BUILD=$dir/three scripts/dist) >"$dir/told" 2>&1
cmp "$archive" "$(tail -n 1 "$dir/told")"
ok $? "and from the unpacked archive, where there is no git"
is "$(tar -tvzf "$archive" | awk '{print $2}' | sort -u)" 0/0 "owned by nobody in particular"
(cd "$tree" && make --dry-run programs CC=gcc) >"$dir/told" 2>&1
is $? 0 "make finds all its sources there"
(cd "$tree" && scripts/check-structure && scripts/check-rooms) >"$dir/told" 2>&1
is $? 0 "and each room has its files"

# The package says what the programs say, and installs what is there.
version=$(sed -n 's/^VERSION := //p' Makefile)
is "$(sed -n '1s/^ration (\(.*\)) .*/\1/p' debian/changelog)" "$version" "debian/changelog has the version of the Makefile"
"$build/ration" --version >"$dir/told"
has "$dir/told" "$version" "which the program has, too"
absent='' patterns=0
while read -r pattern _; do
    patterns=$((patterns + 1))
    compgen -G "$pattern" >/dev/null || absent+=" $pattern"
done < <(cat debian/ration.install debian/ration.examples debian/ration.docs)
is "$absent" "" "what the package takes from the sources is there"
holds "which is $patterns files and kinds of them" "$patterns > 5"
for script in postinst prerm postrm; do
    sh -n "debian/ration.$script"
    ok $? "$script is a script"
done
# Each option of the service's file, of compose.yaml, and of what Kubernetes and Slurm are given exists.
"$build/ration" run --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | LC_ALL=C sort >"$dir/known"
for file in debian/ration.env compose.yaml contrib/kubernetes/job.yml contrib/fleet/{kubernetes.yml,kubernetes-job.yml,slurm.sh,ration-fleet@.service}; do
    perl -ne 'print "--$1\n" while /\bRATION_(?!RUNTIME_DIR)([A-Z_]+)=/g; print "--$1\n" if /name: RATION_([A-Z_]+)/ || /^ *- --([a-z-]+)/;
        if (/\bration run (.*)/) { my $words = $1; print "--$1\n" while $words =~ /--([a-z-]+)/g }' "$file" | tr 'A-Z_' 'a-z-' |
        LC_ALL=C sort -u >"$dir/options"
    is "$(LC_ALL=C comm -23 "$dir/options" "$dir/known")" "" "$file has no option that ration does not know"
    is "$(grep -c '^--input$' "$dir/options")" 1 "and has some"
done
# A database that is away for hours, at whose end each start ends with 4, is no reason for whoever starts machines to give up.
is "$(grep -c '^StartLimitIntervalSec=0$' contrib/fleet/ration-fleet@.service)" 1 "systemd starts a machine of a fleet as often as it takes"
holds "a Job makes as many pods as it takes" "$(sed -n 's/^  backoffLimit: //p' contrib/fleet/kubernetes-job.yml) > 10000"
# slurm_ends STATUS: the task of an array whose ration ends so; prints what it asks of Slurm and its own status
mkdir -p "$dir/slurm"
printf '#!/bin/sh\necho "$*"\n' >"$dir/slurm/scontrol"
chmod +x "$dir/slurm/scontrol"
slurm_ends() {
    printf '#!/bin/sh\nexit %s\n' "$1" >"$dir/slurm/ration"
    chmod +x "$dir/slurm/ration"
    PATH=$dir/slurm:$PATH SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=2 bash contrib/fleet/slurm.sh
    echo $?
}
is "$(slurm_ends 4 | tr '\n' ' ')" "requeue 7_2 4 " "Slurm starts a machine again whose database was away"
is "$(slurm_ends 3)$(slurm_ends 2)$(slurm_ends 1)$(slurm_ends 0)" 3200 "and none that ended by itself"
# The image is built with what the package is built with, and what a developer installs.
sed -n '/^Build-Depends:/,/^Standards/p' debian/control | grep -v cmocka | grep -o '[a-z][a-z0-9-]*-dev' >"$dir/needed"
while read -r package; do
    grep -qw -- "$package" Dockerfile && grep -qw -- "$package" scripts/setup
    ok $? "$package is in the Dockerfile and in scripts/setup"
done <"$dir/needed"
holds "there are some" "$(lines "$dir/needed") > 3"
if command -v logrotate >/dev/null; then
    sed "s/su ration ration/su $(id -un) $(id -gn)/" debian/ration.logrotate >"$dir/logrotate"
    chmod 644 "$dir/logrotate"
    logrotate --debug --state "$dir/rotated" "$dir/logrotate" >"$dir/told" 2>&1
    is "$(grep -c '^error' "$dir/told")" 0 "logrotate reads the log's rule"
fi

# Another version is installed in the place of a run's programs: the workers that it starts from then on are still its own.
mkdir "$dir/bin"
cp "$build/ration" "$build/ration-worker" "$dir/bin/"
simapi --latency-ms 100
input_of 400
fresh
"$dir/bin/ration" run --base-url "$url" --prompt-id pmpt_test --input "$input" --output "$dir/o.jsonl" --in-flight 2 \
    --max-workers 2 --progress none >"$summary" 2>"$err" &
ration_pid=$!
wait_for 20 test -s "$dir/o.jsonl"
# dpkg writes a new file beside the old one, and renames it. This one would end at once.
printf '#!/bin/sh\necho another version >>%q\nexit 1\n' "$dir/other" >"$dir/bin/new"
chmod +x "$dir/bin/new"
mv "$dir/bin/new" "$dir/bin/ration-worker"
rm "$dir/bin/ration"
old=$(workers_of "$ration_pid" | tr '\n' ' ')
kill -KILL "${old%% *}"
own_again() {
    local pid
    for pid in $(workers_of "$ration_pid"); do
        [[ $(readlink "/proc/$pid/exe") == *"ration-worker (deleted)" && " $old " != *" $pid "* ]] && return 0
    done
    return 1
}
wait_for 20 own_again
ok $? "a worker that is replaced is of the version that the run began with"
simapi_hurries
ration_wait
is $status 0 "and the run goes on to its end"
test ! -e "$dir/other"
ok $? "the other version was not started"
tests/support/check-output "$input" "$dir/o.jsonl" >"$dir/checked" 2>&1
ok $? "each artist has one line"
has "$summary" " 1 restarted" "one worker was restarted"
finish
