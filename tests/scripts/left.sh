#!/usr/bin/env bash
# Nothing that tests/run starts outlives it, however it ends: a small suite whose test leaves processes everywhere, and never ends by itself.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
top=$PWD
dir=$(mktemp -d)
mkdir "$dir/build" "$dir/tmp"
cp "${BRKVIEW_BUILD:-build}/keep" "$dir/build/keep"
cp "$(command -v sleep)" "$dir/linger"
# In a session of its own, deaf to what can be ignored, without a parent, in the test itself.
cat >"$dir/endless" <<END
#!/bin/bash
echo scratch >"\$(mktemp)"
setsid "$dir/linger" 1000 &
(trap '' TERM HUP INT QUIT; exec "$dir/linger" 1000) &
("$dir/linger" 1000 &)
"$dir/linger" 1000
END
cat >"$dir/careless" <<END
#!/bin/bash
setsid "$dir/linger" 1000 >/dev/null 2>&1 &
echo "ok 1 - done"
echo 1..1
END
printf '#!/bin/bash\necho "ok 1 - done"\necho 1..1\n' >"$dir/tidy"
chmod +x "$dir/endless" "$dir/careless" "$dir/tidy"
printf 'check:\n\t@"%s/tests/run" "%s/build" "%s/$(TEST)"; true\n' "$top" "$dir" "$dir" >"$dir/makefile"
unset BRKVIEW_KEPT MAKEFLAGS MFLAGS MAKELEVEL
export TMPDIR=$dir/tmp TEST_GRACE_MS=300

lingering() { readlink /proc/[0-9]*/exe 2>/dev/null | grep -c "^$dir/linger"; }
until_lingering() { # until_lingering N: wait for it; what there is after a minute
    for _ in {1..1200}; do
        [ "$(lingering)" = "$1" ] && break
        sleep 0.05
    done
    lingering
}
# find_process GLOB: the process of this small suite whose words match, the eldest.
find_process() {
    local p words
    for p in $(printf '%s\n' /proc/[0-9]* | sort -V); do
        words=$(cat "$p/cmdline" 2>/dev/null | tr "\0" " ") || continue
        # shellcheck disable=SC2053
        [[ $words == *$dir/* && $words == $1 ]] && echo "${p#/proc/}" && return
    done
}
trap 'for p in /proc/[0-9]*; do [ "$(readlink "$p/exe")" = "$dir/linger" ] && kill -KILL "${p#/proc/}"; done 2>/dev/null; rm -rf "$dir"' EXIT

# ends NAME SIGNAL GLOB: the suite runs; the one process gets the signal ("-" before it: its group); nothing is left.
ends() {
    env --default-signal=INT,QUIT,HUP setsid make -s -f "$dir/makefile" TEST=endless >"$dir/out" 2>&1 </dev/null &
    local make=$! victim
    check "$1: the test has left its processes" 4 "$(until_lingering 4)"
    victim=$make
    [ -n "$3" ] && victim=$(find_process "$3")
    [ "$3" = group ] && victim=-$make
    kill "-$2" -- "$victim"
    check "$1: none is left" 0 "$(until_lingering 0)"
    wait $make
}
ends "the suite is killed" KILL '*bash */tests/run --kept *'
ends "its keeper is killed" KILL '*/keep -d *'
ends "the jobs' keeper is killed" KILL '*/keep xargs *'
ends "the test's keeper is killed" KILL '*/keep -g *'
ends "the test's clock is killed" KILL 'timeout *'
ends "the test is killed" KILL '/bin/bash */endless '
ends "make is killed" KILL ''
ends "make is told to end" TERM ''
ends "the suite's keeper is told to end" TERM '*/keep -d *'
ends "Ctrl-C" INT group
ends "the terminal hangs up" HUP group
rm -rf "$TMPDIR"/tmp.* # of the keeper that was killed

setsid make -s -f "$dir/makefile" TEST=careless >"$dir/out" 2>&1 </dev/null
check "a test that leaves a process fails, and it is named" "1 passed, 1 failed/left behind: process (linger)" \
    "$(tail -n 1 "$dir/out")/$(sed -n 's/^ *\(left behind: process\) [0-9]*/\1/p' "$dir/out")"
check "it is ended" 0 "$(lingering)"
setsid make -s -f "$dir/makefile" TEST=tidy >"$dir/out" 2>&1 </dev/null
check "a test that leaves nothing passes" "1 passed, 0 failed" "$(tail -n 1 "$dir/out")"
check "the temporary folder is as it was" "" "$(ls "$TMPDIR")"
tap_end
