#!/usr/bin/env bash
# Standard streams that are closed, full, unreadable or left by their reader: a line or silence, a status, and never a hang.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
both() { # both COMMAND...: its two streams and its status
    timeout 200 "$@" 2>&1
    echo "status $?"
}
run() { "$brkview" "$@"; }

check "nothing to read from" "brkview: standard input: Bad file descriptor; expected a script
status 1" "$(both bash -c "\"\$0\" --plain <&-" "$brkview")"
check "nothing to write to" "brkview: can't write to standard output: Bad file descriptor
status 1" "$(timeout 200 bash -c "\"\$0\" -e 'alloc 64; alloc 32' >&-" "$brkview" 2>&1; echo "status $?")"
check "nowhere to complain" "status 1" "$(timeout 200 bash -c "\"\$0\" -e 'free 1' 2>&- >\"\$1\"" "$brkview" "$dir/out"; echo "status $?")"
check "no stream at all" "status 1" "$(timeout 200 bash -c "\"\$0\" -e 'alloc 64' <&- >&- 2>&-" "$brkview"; echo "status $?")"
check "and the wire is none of them" 2 "$(timeout 200 bash -c "\"\$0\" --json -e 'alloc 64; alloc 32' <&- 2>&-" "$brkview" | grep -c '"ok":true')"
check "a full disk" "brkview: can't write to standard output: No space left on device
status 1" "$(both bash -c "\"\$0\" -e 'alloc 64; alloc 32' >/dev/full" "$brkview")"
check "input that can't be read" "brkview: standard input: Is a directory; expected a script
status 1" "$(both bash -c "\"\$0\" --plain </" "$brkview")"
check "a reader that leaves" "heap> alloc 1" "$(yes 'alloc 1' | timeout 200 "$brkview" 2>/dev/null | head -n 1)"
full() { # full ARGUMENT...: what it says when standard output is full
    "$brkview" "$@" </dev/null 2>&1 >/dev/full
    echo "status $?"
}
for args in --help --version lesson 'lesson header' 'lesson --help' 'lesson --check cli/teach/lessons/4-header.lesson' quiz 'quiz --json' 'quiz --help'; do
    # shellcheck disable=SC2086
    check "nowhere to write: $args" "brkview: can't write to standard output: No space left on device
status 1" "$(full $args)"
done
tap_end
