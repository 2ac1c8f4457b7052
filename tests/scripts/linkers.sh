#!/usr/bin/env bash
# The target lies at the same place whatever linked it, and `segments` tells what its file says, wherever it lies.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
build=${BRKVIEW_BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"
cp "$(realpath "$brkview")" "$dir/bin/brkview"
target=$dir/bin/brkview-target
objects="$build/target/allocator/target/lab.o $build/target/allocator/target/lab_play.o $build/target/allocator/target/lab_check.o $build/target/allocator/target/lab_copy.o $build/target/allocator/target/lab_main.o $build/target/parts.a"
flags='-no-pie -Wl,-z,noexecstack -Wl,-z,now'
pinned='-Wl,-T,allocator/target/target.ld'

# rows: name, start and end of the program's own parts and the heap, as brkview says.
rows() { timeout 60 "$dir/bin/brkview" -e 'alloc 64; segments' </dev/null | awk '$2 ~ /^0x/ && $3 ~ /^0x/ && length($2) < 9 {print $1, $2, $3}'; }

# section NAME: its start and end, as readelf says.
section() {
    LC_ALL=C readelf -SW "$target" | sed -n 's/^ *\[ *[0-9]*\] *//p' | while read -r name _ address _ size _; do
        [ "$name" = "$1" ] && printf '0x%x 0x%x\n' $((16#$address)) $((16#$address + 16#$size))
    done
}

# judge WHO: rows in order, one behind the other, and of the true sizes.
judge() {
    local found
    found=$(rows)
    check "$1: every part has its row, lowest address first" "$(sort -k2,2 <<<"$found")" "$found"
    check "$1: no row overlaps the next" "" "$(while read -r name start end; do [ $((start)) -lt $((last)) ] && echo "$name"; last=$end; done <<<"$found")"
    check "$1: data end where .data does" 1 "$(section .data | { read -r start end; awk -v e="$end" '$1 == "data" && $3 == e' <<<"$found" | grep -c .; })"
    check "$1: bss" "$(section .bss)" "$(awk '$1 == "bss" {print $2, $3}' <<<"$found")"
}
last=0

for linker in bfd gold lld; do
    for cc in gcc clang; do
        who="$cc and $linker"
        # shellcheck disable=SC2086
        if ! command -v $cc >/dev/null || ! $cc -fuse-ld=$linker -Wl,--version -o "$dir/none" </dev/null >/dev/null 2>&1; then
            skip "$who" "$cc -fuse-ld=$linker is not here"
            continue
        fi
        # shellcheck disable=SC2086
        check "$who: the target is linked, and its pins hold" "" "$($cc -fuse-ld=$linker $flags $pinned -o "$target" $objects 2>&1 && allocator/target/target-pins "$target" 2>&1)"
        check "$who: text, rodata, bss and heap are where the books have them" 'text 0x401000
rodata 0x40a000
bss 0x410000
heap 0x411000' "$(rows | awk '/^(text|rodata|bss|heap) / {print $1, $2}')"
        # gold makes no relro of what its script says: what the loader writes is data there.
        [ $linker = gold ] || check "$who: so are data" 0x40f000 "$(rows | awk '/^data / {print $2}')"
        judge "$who"
        rm -f "$target"
    done
done

# What a linker makes of it that knows no pins is told as it is, and would not have been built.
for linker in bfd lld; do
    if ! cc -fuse-ld=$linker -Wl,--version -o "$dir/none" </dev/null >/dev/null 2>&1; then
        skip "$linker without pins" "cc -fuse-ld=$linker is not here"
        continue
    fi
    # shellcheck disable=SC2086
    cc -fuse-ld=$linker $flags -o "$target" $objects
    judge "$linker without pins"
    check "$linker without pins: the build says so" 1 "$(allocator/target/target-pins "$target" 2>&1 | grep -c 'this linker does not follow allocator/target/target.ld')"
    check "$linker without pins: and fails" 1 "$(allocator/target/target-pins "$target" >/dev/null 2>&1; echo $?)"
    strip --strip-all "$target"
    judge "$linker without pins, stripped"
    rm -f "$target"
done
tap_end
