#!/usr/bin/env bash
# tests/layers finds what stands in the wrong room: each kind is planted in a copy, and found by name; the tree as it is has none.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
build=${BRKVIEW_BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
objects=$(realpath "$build")
mkdir "$dir/tree" "$dir/tree/build"
cp -r allocator viz cli "$dir/tree"
cp -rs "$objects"/{allocator,viz,cli,target,*.a,brkview,brkview-target} "$dir/tree/build"
layers=$PWD/tests/layers
cd "$dir/tree" || exit 1

refused() { BRKVIEW_BUILD=build bash "$layers" "$@" | sed -n 's/^not ok [0-9]* - //p'; }
before=$(refused)

# planted [includes]: the names of the checks that fail since.
planted() { comm -13 <(sort <<<"$before") <(refused "$@" | sort); }

# text FILE LINE NAME: the line in the file is found by the check whose name begins with NAME.
text() {
    cp "$1" "$dir/kept" 2>/dev/null || : >"$dir/kept"
    printf '%s\n' "$2" >>"$1"
    check "$2, in $1" "$3" "$(planted includes | cut -c "1-${#3}" | grep -xF -- "$3")"
    cp "$dir/kept" "$1"
}

# code FILE.o C NAME: the same for an object of that code.
code() {
    cp -P "build/$1" "$dir/kept.o" 2>/dev/null
    rm -f "build/$1"
    printf '%s\n' "$2" >"$dir/planted.c"
    ${CC:-cc} -c -o "build/$1" "$dir/planted.c"
    check "$2 as $1" "$3" "$(planted | cut -c "1-${#3}")"
    rm -f "build/$1"
    cp -P "$dir/kept.o" "build/$1" 2>/dev/null
    rm -f "$dir/kept.o"
}

text allocator/heap.c '#include "viz/canvas.h"' 'allocator includes nothing of viz or cli'
text viz/map.c '#include "cli/session/log.h"' 'viz includes nothing of allocator or cli'
text allocator/heap.c '#include <stdio.h>' 'allocator includes no stdio'
text allocator/format/walk.c '#include "allocator/heap.h"' 'allocator/format includes nothing of the rest'
text allocator/heap.c '#include "allocator/target/lab.h"' 'allocator includes nothing of allocator/target'
text cli/main.c '#include <ncurses.h>' 'curses is included in viz/face_curses.c alone'
text viz/map.c '#include <cairo.h>' 'cairo is included in viz/face_cairo.c alone'
text cli/prompt/keys.c '#include <readline/readline.h>' 'readline is included in cli/prompt/line.c alone'
text cli/session/log.c '#include "allocator/growth.h"' 'cli knows allocator/format of the allocator only'
text cli/main.c 'static void f(void) { fputs("x", stderr); }' 'what goes to stderr goes through report_complain'
text cli/verb/verb_heap.c 'static json_t *f(void) { return json_integer(1); }' 'integers of the JSON are made in'
text cli/session/log.c '#include "cli/tell/explain.h"' 'no folder of cli includes one above it'
text cli/command/parse.c '#include "cli/verb/fault.h"' 'no folder of cli includes one above it'
mkdir cli/unknown
text cli/unknown/room.c '#include "cli/text/text.h"' 'no folder of cli includes one above it'
rm -r cli/unknown
text cli/session/log.h '#include "cli/session/undo.h"' "no files include each other's headers in a circle"
text viz/snapshot.h '#include "viz/changes.h"' "no files include each other's headers in a circle"
code viz/planted.o 'void *sbrk(long); void *f(void) { return sbrk(0); }' 'sbrk is called in allocator/growth.c alone'
code cli/planted.o 'int isalpha(int); int f(void) { return isalpha(65); }' 'no letter is judged by the locale'
code cli/planted.o 'char *setlocale(int, const char *); char *f(void) { return setlocale(0, ""); }' 'the locale is set in cli/main.c alone'
code viz/planted.o 'void session_look(void); void f(void) { session_look(); }' 'viz links to nothing of allocator or cli'
code allocator/planted.o 'void canvas_clear(void); void f(void) { canvas_clear(); }' 'allocator links to nothing of viz or cli'
code allocator/format/planted.o 'void heap_init(void); void f(void) { heap_init(); }' 'allocator/format links to nothing of the rest'
tap_end
