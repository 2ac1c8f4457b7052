#!/usr/bin/env bash
# The fault lab, the race and the guards from outside: what the plain tool prints, what JSON promises, and that nothing hangs.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run() { timeout 200 "$brkview" "$@" </dev/null 2>&1; }

faults='overflow underflow off-by-one double-free use-after-free wild-free header cycle leak oom'
for fault in $faults; do
    out=$(run --json --policy best-fit -e "alloc 64; blocks; break $fault; undo; blocks")
    check "break $fault: ok, with its words and what was found" 1 "$(sed -n 3p <<<"$out" | grep -c "\"ok\":true.*\"fault\":\"$fault\",\"found\":.*\"words\":\[.*\"sentence\":")"
    check "break $fault: undone" "$(sed -n 2p <<<"$out" | grep -o '"blocks":\[.*\],"free_list":.*')" "$(sed -n 5p <<<"$out" | grep -o '"blocks":\[.*\],"free_list":.*')"
done
check "a fault that kills the target is a result, and the session goes on" 'killed by signal 11 (SIGSEGV)
#1 = 0x411020, 16 bytes' "$(run -e 'break oom; undo; alloc 16' | grep -oE '^#1 = .*|killed by signal 11 .SIGSEGV.$' | sort -r | uniq)"
check "the last picture is the one just before the death" "4 blocks" "$(run -e 'alloc 64; break oom; blocks' | grep -cE '^ +#[1-4] .* used$') blocks"
check "under bump one line says why not" 1 "$(run --policy bump -e 'break overflow' | grep -c 'bump has no headers')"
check "help knows break and race" 2 "$(run -e 'help break; help race' | grep -cE '^(break|race) ')"

many=$(printf 'race; undo; %.0s' {1..50})
check "50 races with the lock off, 50 broken" 50 "$(run --json -e "set lock off; $many" | grep -c '"broken":true')"
check "50 races with the lock on, none broken, all have waited" 50 "$(run --json -e "$many" | grep -c '"broken":false,"lock":true,"waited":true')"
check "the same order gives the same bytes" 1 "$(for _ in 1 2 3; do run --policy next-fit -e 'set lock off; random 20 seed 3; race 1 1 2 1 2 2 1 2; dump 0x411000 800'; done | grep '^0x' | sort | uniq -c | awk '{print $1}' | sort -u | grep -c '^3$')"
check "the viewer ends while a thread is held" 0 "$(run -e 'alloc 16; race step 1 2; blocks; race step 2' >/dev/null; echo $?)"
check "so it does from a pipe" 0 "$(printf 'race step 1\nrace step 2\n' | timeout 200 "$brkview" --timeout 60 >/dev/null 2>&1; echo $?)"
check "a verb that would need the lock is refused in words" 1 "$(run -e 'race step 1; alloc 16' | grep -c 'a thread is held inside the allocator; expected .race step 1')"
check "what is held can be killed and undone" 1 "$(run -e 'alloc 64; race step 1 2; write 1 0 "x"; undo 3; alloc 8; check' | grep -c '^sound')"

run -e "set canary on; set poison on; set quarantine 3; alloc 64; alloc 32; break overflow; undo; free 1; race; save $dir/log; dump 0x411000 600" >"$dir/one"
run "$dir/log" >/dev/null
run -e "source $dir/log; dump 0x411000 600" >"$dir/two"
check "a saved log with guards and a race makes the same bytes" "$(grep '^0x' "$dir/one")" "$(grep '^0x' "$dir/two")"
check "guards from the command line" 3 "$(run --set canary=on --set poison=on --set quarantine=4 --policy worst-fit -e 'alloc 64; alloc 9; free 1; stats' | grep -cE '^(canaries|quarantine|poison): ')"
check "a canary can't be switched on over blocks" 1 "$(run -e 'alloc 8; set canary on' | grep -c 'the heap is not empty')"
check "a block in quarantine is shown as what it is" 1 "$(run --set quarantine=2 -e 'alloc 8; alloc 8; free 1; blocks' | grep -c ' quarantine$')"
for fault in overflow:header use-after-free:best-fit; do
    policy=${fault#*:}
    check "poison that is refused writes nothing ($policy)" 1 "$(run --policy "$policy" -e 'alloc 64; alloc 32; alloc 16; free 1; break '"${fault%:*}"'; dump 0x411000 400; set poison on; dump 0x411000 400' | awk '/^heap> dump/ {k++} /^0x/ {d[k] = d[k] $0} END {print (d[1] == d[2] && d[1] != "") + 0}')"
done
for policy in bump header best-fit; do
    check "after a death brk and the blocks are of one moment ($policy)" 2 "$(run --json --policy $policy -e 'alloc 64; break oom; stats' | tail -n 2 | sed -n 's/.*"start":"\(0x[0-9a-f]*\)","now":"\(0x[0-9a-f]*\)".*"stats":{[^}]*"heap_bytes":\([0-9]*\).*/\1 \2 \3/p' | while read -r start now bytes; do [ $((now - start)) = "$bytes" ] && echo same; done | grep -c same)"
done
check "a finding's numbers are never negative" '"expected":"0xfdfdfdfdfdfdfdfd","found":"0xaaaaaaaaaaaaaaaa"' "$(run --json -e 'set canary on; alloc 64; alloc 64; write 1 112 aaaaaaaaaaaaaaaa force; check' | grep -oE '"expected":[^,]*,"found":"0xaa[^,]*')"
check "a file's name that is no UTF-8" '"file":"'"$dir"'/\uFFFD.brk"' "$(run --json -e "alloc 8; save $dir/"$'\xff.brk' | grep -o '"file":[^,}]*')"
check "of the damaged blocks alone, the false word is told, too" "1 1" "$(run -e 'alloc 16; alloc 16; alloc 16; write 1 16 "abcdefgh" force; blocks damaged' | sed -n '/^heap> blocks/,$p' | awk '/0x.* damaged$/ {n++} /^damaged at / {d++} END {print n + 0, d + 0}')"
tap_end
