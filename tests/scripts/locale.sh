#!/usr/bin/env bash
# Data and syntax are the same under every locale: decimal commas (de_DE), an I whose small letter is no i (tr_TR), one byte a character (ISO-8859-9).
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export LOCPATH=$dir/locales
mkdir "$LOCPATH"
unset LANG LC_ALL LC_CTYPE LC_NUMERIC LC_MESSAGES
make_locale() { localedef -i "$1" -f "$2" "$LOCPATH/$1.$2" 2>/dev/null || [ -d "$LOCPATH/$1.$2" ]; }
has_comma() { [ "$(LC_ALL=$1 locale decimal_point 2>/dev/null)" = , ]; }
cat >"$dir/capitals.lesson" <<'END'
@title Capitals
@ask Does it?
@answer fails
@run free 9
@ask Which word?
@answer word initial
@run alloc 3
@end
END

# session LOCALE: everything that is said and written, in a folder of its own.
session() {
    mkdir -p "$dir/$1" && cd "$dir/$1" || exit 1
    export LC_ALL=$1
    "$brkview" --timeout=60.5 -e 'alloc 64; alloc 32; stats; random 20 seed 3; screen; export m.cast; export m.svg; export m.html; export m.txt; save log
        free 99; ALIGNED 16 16; export m.TIF' >plain 2>&1
    "$brkview" --json -e 'alloc 64; stats; blocks' >json 2>&1
    printf 'FAILS\n\nINITIAL\n' | "$brkview" lesson --plain "$dir/capitals.lesson" >answers 2>&1
    "$brkview" quiz --ostep -n 3 -s 1 -c >ostep 2>&1
    "$brkview" -e 'source none' >errors 2>&1
    unset LC_ALL
    sed -i 's/,"o".*//; s/"r":.*//' m.cast m.html # the process's number is in the rest
    sed -i -E 's/(pid|process) [0-9]+ */\1 N /g' plain m.*
    sed -i '/pid N/d' m.svg # its width is of the number, too
    cd "$OLDPWD" || exit 1
}

session C.UTF-8
check "answers in capitals are answers" 2 "$(grep -c '^Right: ' "$dir/C.UTF-8/answers")"
for locale in de_DE.UTF-8 tr_TR.UTF-8; do
    if make_locale "${locale%.*}" UTF-8 && has_comma $locale; then
        session $locale
        for file in plain json answers ostep errors log m.cast m.svg m.html m.txt; do
            check "$locale: the same $file" "$(md5sum <"$dir/C.UTF-8/$file")" "$(md5sum <"$dir/$locale/$file")"
        done
    else
        n=$((n + 1)) && echo "ok $n - $locale # skip localedef or its sources (package locales) are not here"
    fi
done
if make_locale tr_TR ISO-8859-9; then
    session tr_TR.ISO-8859-9
    for file in json answers ostep errors log; do
        check "one byte a character: the same $file" "$(md5sum <"$dir/C.UTF-8/$file")" "$(md5sum <"$dir/tr_TR.ISO-8859-9/$file")"
    done
    check "a name is ASCII there, too" 1 "$(LC_ALL=tr_TR.ISO-8859-9 "$brkview" -e $'alloc 8 as \xfd' 2>&1 >/dev/null | grep -c 'brkview: command 1')"
else
    n=$((n + 1)) && echo "ok $n - one byte a character # skip localedef or its sources (package locales) are not here"
fi
tap_end
