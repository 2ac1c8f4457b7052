#!/usr/bin/env bash
# The target is not glibc's alone: built with musl, it does what it does here, at other addresses.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
if ! command -v musl-gcc >/dev/null; then
    skip "a target of musl" "musl-gcc is missing: make deps brings it"
    tap_end
fi
brkview=${BRKVIEW:-./brkview}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
make -s BUILD="$dir" CC=musl-gcc WERROR= SANITIZE= "$dir/brkview-target" >"$dir/out" 2>&1 </dev/null || sed 's/^/# /' "$dir/out"
cp "$brkview" "$dir/brkview"
# in_offsets VIEWER: blocks, steps and a race, wherever the heap lies; what the kernel alone decides is left out.
in_offsets() {
    "$1" --set addresses=offset -e 'alloc 64; alloc 32 as b; alloc 100; free 2; alloc 8; realloc 3 300; aligned 64 10; blocks; race; set lock off; race; undo; check;
        policy best-fit replay; blocks; limit 4K; alloc 8K; sbrk +100; free all; blocks; break oom; stats' </dev/null 2>&1 |
        sed -E "s/0x$("$1" --json -e stats </dev/null | sed 's/.*"start":"0x\([0-9a-f]*\)000",.*/\1/')([0-9a-f]{3})/+0x\1/g"
}
check "it moves brk, and races, as one of glibc does" "$(in_offsets "$brkview")" "$(in_offsets "$dir/brkview")"
tap_end
