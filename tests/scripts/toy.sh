#!/usr/bin/env bash
# A format and a policy more (tests/toy), added in tables alone: they are walked, drawn, checked and explained, and every command knows them.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW_BUILD:-build}/toy/brkview
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run() { timeout 200 "$brkview" --policy buddy "$@" </dev/null 2>&1; }
made='alloc 16; alloc 40; alloc 8; free 2'

check "it is walked" '      #1  0x411000          128     16      112        16      96  used
    (#2)  0x411080          128     16      112         -       -  free
      #3  0x411100          128     16      112         8     104  used
       -  0x411180          128     16      112         -       -  free
in brackets: free now, and whose it was last
free list, in search order: (#2) at 0x411080 -> 0x411180' "$(run -e "$made; blocks" | sed -n '/^ *#1  /,$p')"
check "it is explained" 'buddy looked at #1 (in use), #2 (holds 112: fits): #2 is taken whole, 88 bytes more than it needs, for buddy never splits; brk stays at 0x411200' "$(run -e "$made; alloc 24" | grep '^buddy looked' | tail -n 1)"
check "its words have their names" 2 "$(run -e "$made; show 1" | grep -cE '^  \+(0 +size +112 payload|8 +is_free +0)$')"
check "the checker finds nothing" 1 "$(run -e "$made; check" | grep -c '^sound')"
check "a false word is named, and it alone is damaged" 'I2: block 0x411100 (#3): size is 1684234849, expected 112
1 damaged 2 used 1 free' "$(run -e "$made; alloc 1; write 4 112 \"abcd\" force; check; blocks" | awk '/^I2/ {print} / (used|free|damaged)$/ && /0x/ {n[$NF]++} END {print n["damaged"] " damaged " n["used"] " used " n["free"] " free"}')"
run -e "$made; export $dir/frame.txt 80x24" >"$dir/said"
check "it is drawn" 1 "$(grep -c 'policy buddy' "$dir/frame.txt")"
check "every block of it" 4 "$(grep -cE '0x411[01][08]0 +128 +112 .* (used|free) ' "$dir/frame.txt")"
check "its steps turn the picture before into the one after" '"write-header","block":"0x411080","field":"is_free","offset":8,"old":"0x0","new":"0x1"' "$(run --json -e "$made" | tail -n 1 | grep -o '"write-header","block":"0x411080".*"new":"0x1"')"
check "undo and replay know it" 1 "$(run -e "$made; undo; free 1; undo 2; check; blocks" | grep -c '#2  0x411080 .* used')"
race() { run -e "alloc 1; set lock $1; race 1 1 1 2 2 2" | grep '^with'; }
check "the lock that it takes itself keeps two threads apart" 'with the lock the second thread waited for the first, and the heap is sound' "$(race on)"
check "without it both take one slot" 'without the lock the two threads broke the heap: one block, two owners' "$(race off)"
check "the lists have it" 'bump, header, first-fit, next-fit, best-fit, worst-fit or buddy' "$(run -e 'policy none' | grep -o 'bump, header.*')"
check "so has the usage" 1 "$("$brkview" --help | grep -c 'best-fit, worst-fit or buddy')"
check "so has help" 1 "$(run -e 'help policy' | grep -c 'NAME is .* or buddy')"
check "no other policy has changed" 1 "$(timeout 200 "$brkview" --policy first-fit -e "$made; check" 2>&1 </dev/null | grep -c '^sound')"
tap_end
