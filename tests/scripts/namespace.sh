#!/usr/bin/env bash
# A /proc that belongs to another pid namespace, or that is not there: said in words, no stranger's segments, and all else as ever.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# inside WHAT COMMAND...: in namespaces of its own, as root or as who may be root there; 99 if nobody may.
inside() {
    local what=$1
    shift
    for map in '' r; do
        unshare "-$map$what" true 2>/dev/null || continue
        timeout 60 unshare "-$map$what" "$@" </dev/null
        return
    done
    return 99
}
own() { awk '$2 ~ /^0x4[01]/ {print $1, $2, $3}'; } # the program's rows and the heap's
rows() { awk '$2 ~ /^0x/ {print $1}' | sort | uniq -c | sort -k2; }

expected=$("$brkview" -e 'alloc 64; segments')
names="pid namespaces can't be made here"
if inside fp true; then
    out=$(inside fp "$brkview" -e 'alloc 64; segments')
    check "the /proc of another pid namespace: said" 1 "$(grep -c "^stack and libraries can't be told: /proc belongs to another pid namespace: it knows this brkview as process [0-9]*, not [0-9]*$" <<<"$out")"
    check "its own parts and heap are there" "$(own <<<"$expected")" "$(own <<<"$out")"
    check "no stranger's are" "" "$(awk '$2 ~ /^0x/' <<<"$out" | awk '$2 !~ /^0x4[01]/')"
    check "JSON says it, too" 1 "$(inside fp "$brkview" --json -e segments | grep -c '"ok":true.*"unseen":"stack and libraries can')"
    check "the heap is read as ever" "$("$brkview" -e 'alloc 64; alloc 32; free 1; blocks; check')" "$(inside fp "$brkview" -e 'alloc 64; alloc 32; free 1; blocks; check')"
    check "a /proc of its own: nothing is missing" "$(rows <<<"$expected")" "$(inside fp --mount-proc "$brkview" -e 'alloc 64; segments' | rows)"
else
    for name in said parts stranger JSON heap own; do skip "another pid namespace: $name" "$names"; done
fi

none='mount -t tmpfs none /proc && exec "$@"'
if inside m sh -c "$none" sh true 2>/dev/null; then
    out=$(inside m sh -c "$none" sh "$brkview" -e 'alloc 64; segments' 2>&1)
    check "no /proc: its target is found all the same" "$(own <<<"$expected")" "$(own <<<"$out")"
    check "no /proc: what is missing is said" 1 "$(grep -c "can't be told: /proc/self can't be read: No such file or directory" <<<"$out")"
    check "no /proc: the lessons are found" 12 "$(inside m sh -c "$none" sh "$brkview" lesson | grep -c '^ *[0-9]')"
else
    for name in target said lessons; do skip "no /proc: $name" "mount namespaces can't be made here"; done
fi
tap_end
