#!/usr/bin/env bash
# `export`: every kind, in every theme; what can't be written leaves a line, and everything as it was.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
ok() { # ok NAME CONDITION...
    n=$((n + 1))
    if "${@:2}"; then echo "ok $n - $1"; else bad=1 && echo "not ok $n - $1" && sed 's/^/# /' err; fi
}
run() { "$brkview" "$@" </dev/null >out 2>err; }
fails() { ! run "$@"; }
begins() { [ "$(head -c "$3" "$1" | od -An -tx1 | tr -d ' \n')" = "$2" ]; }
says() { [ "$(wc -l <err)" = 1 ] && grep -qF -e "$1" err; }
heap='alloc 64 as node; alloc 32; alloc 100; free 2; sbrk +48; alloc 24'

ok "every kind is written" run -e "$heap; export a.svg; export a.png; export a.pdf; export a.txt; export a.html; export a.cast; export a.json"
ok "svg is svg" grep -q '^<svg xmlns' a.svg
ok "png is png" begins a.png 89504e470d0a1a0a 8
ok "pdf is pdf" begins a.pdf 255044462d 5
ok "txt has 30 rows of at most 100 columns" [ "$(wc -l <a.txt) $(LC_ALL=C.UTF-8 grep -cE '^.{101,}' a.txt)" = "30 0" ]
ok "html is one page" grep -q '^<!DOCTYPE html>' a.html
ok "html names no place to load from" eval '! grep -oE "(src|href|url)[=(][^ >]*" a.html | grep -v "href=\"data:,\""'
ok "cast has its header" grep -q '^{"version":2,"width":100,"height":30,' a.cast
ok "cast shows the last sentence" grep -qF 'malloc(24);' a.cast
ok "json holds the commands that changed the heap" [ "$(grep -c '"seq":' a.json)" = 6 ]
ok "svg and txt hold the same sentence" eval 'grep -qF "p4 = malloc(24);" a.svg && grep -qF "p4 = malloc(24);" a.txt'
ok "nothing is left beside them" [ "$(ls a.* | wc -l)" = 7 ]

# The text of a page is that of the screen: the same words in the same rows, what is drawn left out.
words() { LC_ALL=C sed 's/[^ -~]\+/ /g; s/  */ /g; s/^ //; s/ $//; /^$/d'; }
for heap_shown in "$heap" "$heap; select 1" "set projector on; $heap" "policy first-fit; alloc 64; alloc 32; free 1; break use-after-free" 'lesson header'; do
    name="the page's text is the screen's: ${heap_shown:0:30}"
    if command -v pdftotext >/dev/null; then
        LC_ALL=C.UTF-8 run -e "$heap_shown; export t.pdf 120x40; export t.txt 120x40" # whatever the locale of the test is
        pdftotext -layout t.pdf t.pdf.txt
        check "$name" "$(words <t.txt)" "$(words <t.pdf.txt)"
    else
        n=$((n + 1)) && echo "ok $n - $name # skip pdftotext (package poppler-utils) is not here"
    fi
done
rm -f t.*
for kind in png pdf; do
    ok "a file that may not grow: $kind" eval "(ulimit -f 1; fails -e 'alloc 8; export grow.$kind 200x60')"
    ok "says so" says "grow.$kind can't be written: File too large; expected a writable place"
    ok "and is not there" [ ! -e grow.$kind ]
done

for theme in dark light mono; do
    run --theme $theme -e "$heap; export $theme.svg; export $theme.html"
    ok "the page begins in $theme" grep -q "data-theme=\"$theme\"" $theme.html
done
ok "dark has dark paper" grep -q '<rect x="0" y="0" width="[0-9]*" height="[0-9]*" fill="#101216"/>' dark.svg
ok "light has white paper and blue blocks" eval 'grep -q "fill=\"#ffffff\"/>" light.svg && grep -q "fill=\"#005fff\"" light.svg'
ok "mono has no colours" [ "$(grep -oE '#[0-9a-f]{6}' mono.svg | sort -u | tr '\n' ' ')" = "#000000 #ffffff " ]
ok "set theme is followed" eval "run -e '$heap; set theme light; export s.svg' && grep -q '#005fff' s.svg"
ok "a size is followed" eval "run -e '$heap; export b.txt 60x20; export b.svg 200x50' && [ \$(wc -l <b.txt) = 20 ] && grep -q 'width=\"1616\" height=\"816\"' b.svg"
ok "endings are known in capitals" run -e "$heap; export C.SVG"
ok "a picture does not depend on the locale" eval "LC_ALL=C run -e '$heap; export l.svg' && [ \$(grep -c '<path' l.svg) = \$(grep -c '<path' a.svg) ]"
ok "an empty heap has a picture, too" run -e 'export e.svg; export e.html; export e.cast; export e.json; export e.png'
ok "no command, no line of the log" [ "$(cat e.json)" = "[]" ]
ok "json tells" eval "run --json -e '$heap; export j.html' && tail -n 1 out | grep -q '\"result\":{\"file\":\"j.html\",\"kind\":\"html\",\"columns\":100,\"rows\":30,\"steps\":7}'"
ok "hostile names and texts" run -e 'alloc 200 as script; write script 0 "</script><script>alert(1)</script>"; write 1 0 "]]>&amp;\x00\x1b"; export h.svg; export h.html; export h.cast'
ok "hostile text opens no element" [ "$(grep -o '<script' h.html | wc -l) $(grep -c '<script' h.svg)" = "2 0" ]

ok "an unknown kind is refused" fails -e 'alloc 8; export x.gif'
ok "its line says which there are" says 'x.gif has no ending that says what to write; expected .svg, .png, .pdf, .txt, .html, .cast or .json'
ok "no ending is refused" fails -e 'export svg'
ok "a hidden name is no ending of another place" fails -e 'export a.svg/x'
check "no name lists the kinds" "7" "$("$brkview" -e export </dev/null | grep -c '^\.[a-z]* ')"
ok "too much is refused" fails -e 'export a.svg 100x30 x'
for size in 100 100x 100x30x 0x30 100x0 -100x30 49x14 501x30 99999999999999999999x30 axb ' '; do
    ok "the size '$size' is refused" fails -e "export z.svg \"$size\""
    ok "with one line" says 'expected'
done
ok "nothing was written for them" [ ! -e z.svg ]
ok "a directory that is not there" fails -e 'alloc 8; export none/a.svg'
ok "says so" says 'none/a.svg can'"'"'t be written: No such file or directory; expected a writable place'
mkdir d.svg
ok "a directory is no file" fails -e 'export d.svg'
ok "says so" says 'd.svg is not a regular file'
mkfifo f.svg
ok "nor is a pipe" fails -e 'export f.svg'
echo before >kept.svg
ok "a full disk" eval "(ulimit -f 4; trap '' XFSZ; fails -e 'alloc 8; export kept.svg 200x60')"
ok "leaves what was there" [ "$(cat kept.svg)" = before ]
ok "and nothing beside it" [ "$(ls kept* | wc -l)" = 1 ]
# Ended in the middle of it, by any signal: while a file here is open, a new one is being written.
mkdir ended
for signal in HUP INT QUIT TERM KILL; do
    (ulimit -c 0 && trap - INT QUIT && exec "$brkview" -e "$(for ((i = 1; i <= 1500; i++)); do echo "alloc $i"; done)
export ended/x.html" </dev/null >out 2>err) &
    pid=$!
    while kill -0 $pid 2>/dev/null && [ -z "$(find /proc/$pid/fd -lname "$dir/ended/*" 2>/dev/null)" ]; do :; done
    ok "it is being written" kill -$signal $pid
    wait $pid 2>/dev/null
    ok "SIG$signal leaves nothing" [ -z "$(ls -A ended)" ]
    rm -rf ended/*
done
echo old >protected.svg && chmod 444 protected.svg && ln -s protected.svg link.svg && ln -s nowhere.svg loose.svg
ok "a protected file is refused" fails -e 'alloc 8; export protected.svg'
ok "says so" says 'protected.svg is write-protected; expected a file that may be written, or another name'
ok "by a link, too" fails -e 'alloc 8; export link.svg'
chmod 600 protected.svg
ok "a link is followed" eval 'run -e "alloc 8; export link.svg" && [ -L link.svg ] && grep -q "<svg" protected.svg'
ok "the mode is kept" [ "$(stat -c %a protected.svg)" = 600 ]
ok "a link to nowhere is refused" fails -e 'export loose.svg'
ok "says so" says 'loose.svg is a link to a file that is not there'
ok "home is ~" eval "HOME=\$dir run -e 'alloc 8; export ~/at-home.svg' && grep -q '<svg' at-home.svg"
ok "the session goes on after a refusal" eval "! run --json -e 'alloc 8; export none/a.html; alloc 8' && tail -n 1 out | grep -q '\"id\":2'"
ok "help tells of it" eval "run -e 'help export' && grep -q 'WIDTHxHEIGHT' out"
tap_end
