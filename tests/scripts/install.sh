#!/usr/bin/env bash
# `make install` and `make uninstall` where paths hold blanks and quotes: what is installed works there, and nothing of anybody else's is touched.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
top=$PWD
# A copy of the build: another PREFIX builds anew what knows it, and the build that is under test stays as it is.
cp -a "${BRKVIEW_BUILD:-build}" "$dir/copy"
rm -f "$dir/copy/cli/source/beside.o" "$dir/copy/cli/teach/lesson_shelf.o"
make_here() { make -s -C "$top" BUILD="$dir/copy" "$@" >"$dir/out" 2>&1 </dev/null || sed 's/^/# /' "$dir/out"; }
files() { (cd "$1" && find . -type f | LC_ALL=C sort); }
installed='./bin/brkview
./libexec/brkview/brkview-target
./libexec/brkview/brkview-class
./libexec/brkview/brkview-own
./libexec/brkview/brkview-target-own
./include/brkview.h
./share/bash-completion/completions/brkview
./share/zsh/site-functions/_brkview
./share/fish/vendor_completions.d/brkview.fish'
[ ! -f "${BRKVIEW_BUILD:-build}/brkview-own32" ] || installed+=$'\n'./libexec/brkview/brkview-own32
for lesson in cli/teach/lessons/*.lesson cli/teach/lessons/mm-*.[ch] class.c; do installed+=$'\n'./share/brkview/lessons/${lesson##*/}; done
for source in cli/teach/lessons/mm-*.c; do library=${source##*/} installed+=$'\n'./libexec/brkview/${library%.c}.so; done
installed=$(printf '%s\n' "$installed" ./share/man/man1/brkview.1 | LC_ALL=C sort)

for name in 'my prefix' "it's \"mine\""; do
    prefix=$dir/$name
    mkdir -p "$prefix/share/brkview/lessons" "$prefix/libexec"
    # What stands where the words of an unquoted path would lead, and beside our own files.
    for file in "$dir/${name%% *}" "$dir/copy/${name##* }" "$prefix/share/brkview/lessons/own.lesson" "$prefix/libexec/brkview-target"; do echo mine >"$file"; done
    before=$(files "$dir" | grep -v '^./copy/\|^./out$')
    make_here PREFIX="$prefix" install
    check "$name: installed" "$installed" "$(files "$prefix" | grep -v 'own.lesson\|^./libexec/brkview-target$')"
    check "$name: what is installed runs, and finds its target there" '#1 = 0x411020, 64 bytes' "$("$prefix/bin/brkview" -e 'alloc 64' </dev/null 2>&1 | grep '^#1')"
    check "$name: and its lessons" 12 "$("$prefix/bin/brkview" lesson </dev/null | grep -c '^ *[0-9]')"
    check "$name: and the allocators of one" "policy own (mm-bump.c)" "$("$prefix/bin/brkview" -e 'lesson malloc; screen' </dev/null 2>&1 | grep -o 'policy own (mm-bump.c)' | head -n 1)"
    mv "$prefix/libexec/brkview" "$prefix/libexec/away"
    check "$name: the place is said where the target is missing" "brkview: brkview-target is missing; expected it beside brkview or in $prefix/libexec/brkview" \
        "$("$prefix/bin/brkview" -e 'alloc 64' </dev/null 2>&1)"
    check "$name: so is what --m32 needs" "brkview: score: --m32 needs brkview-own32, which is made with brkview where \`cc -m32\` links (on Debian: gcc-multilib); there is none. Code that keeps addresses in 4 bytes runs without, for the heap lies below 4 GiB, but pointers have 8" \
        "$("$prefix/bin/brkview" score --m32 tests/mm/bump.c small.rep </dev/null 2>&1)"
    mv "$prefix/libexec/away" "$prefix/libexec/brkview"
    make_here PREFIX="$prefix" uninstall
    check "$name: uninstalled, and everything else is there" "$before" "$(files "$dir" | grep -v '^./copy/\|^./out$')"
    make_here PREFIX="$prefix" uninstall
    check "$name: once more harms nobody" "$before" "$(files "$dir" | grep -v '^./copy/\|^./out$')"
    rm -rf "$prefix" "$dir/${name%% *}"
done

make_here PREFIX=/usr DESTDIR="$dir/my stage" install
check "DESTDIR holds what PREFIX names" "${installed/site-functions/vendor-completions}" "$(files "$dir/my stage/usr")"
make_here PREFIX=/usr DESTDIR="$dir/my stage" uninstall
check "and is emptied" "" "$(files "$dir/my stage")"
check "BUILD with a blank is refused in words" 'BUILD is "my build"; expected one folder'"'"'s name without blanks' "$(make -s BUILD='my build' help 2>&1 | grep -o 'BUILD is.*blanks')"
tap_end
