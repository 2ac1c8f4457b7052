#!/usr/bin/env bash
# A target that is missing, or that is not what it should be: one line says so, and brkview neither hangs nor crashes.
# The false targets are shell scripts that speak the wire (allocator/format/wire.h) badly.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"
cp "$(realpath "$brkview")" "$dir/bin/brkview"
target=$dir/bin/brkview-target

# expect NAME STATUS PATTERN: run `alloc 64` against the target; exactly one line of complaint, which matches.
expect() {
    local complaint status
    complaint=$(timeout 200 "$dir/bin/brkview" ${TIMEOUT:+--timeout="$TIMEOUT"} -e 'alloc 64' 2>&1 >"$dir/out" </dev/null)
    status=$?
    n=$((n + 1))
    if [ "$status" = "$2" ] && [[ $complaint == brkview:*$3* ]] && [ "$(printf '%s\n' "$complaint" | wc -l)" = 1 ]; then
        echo "ok $n - $1"
    else
        bad=1
        echo "not ok $n - $1"
        echo "# status $status: $complaint"
    fi
}

# script TEXT: the target is a bash script.
script() {
    printf '#!/bin/bash\n%s\n' "$1" >"$target"
    chmod +x "$target"
}

zeros='\x00\x00\x00\x00'
magic='brkvwire'
version=$(sed -n 's/^#define WIRE_VERSION \([0-9]*\).*/\1/p' allocator/format/wire.h)
# hello: this version, not randomised, root 0, the heap at 0x411000, the rest zero.
hello="$magic"'\x0'"$version"'\x00\x00\x00'"$zeros$zeros$zeros"'\x00\x10\x41\x00'"$zeros$zeros$zeros$zeros$zeros$zeros$zeros"'\x00\x10\x00\x00'"$zeros$zeros$zeros"
take='dd bs=8192 count=1 <&3 >/dev/null 2>&1'
# answer SEQ STATUS N_STEPS RESULT, bytes in hex: brk stays at 0x411000.
answer='answer() { printf "\\x$1\\0\\0\\0\\x$2\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\x$3\\0\\0\\0\\0\\0\\0\\0\\x$4\\0\\0\\0\\0\\0\\0\\0\\x00\\x10\\x41\\0\\0\\0\\0\\0" >&3; }'
# Greet, and obey (with STATUS) what brings the heap up: requests before the first alloc (op 3); SEQ is the last one's number.
bring_up() { printf '%s' "$answer; printf '$hello' >&3; while :; do set -- \$(dd bs=8192 count=1 <&3 2>/dev/null | od -An -tu4 -N8); [ \$# = 2 ] || exit; seq=\$(printf %02x \"\$2\"); [ \"\$1\" = 3 ] && break; answer \"\$seq\" $1 00 00; done;"; }

mkdir "$dir/path"
printf '#!/bin/sh\ntouch "%s/used"\n' "$dir" >"$dir/path/brkview-target"
chmod +x "$dir/path/brkview-target"
PATH=$dir/path:$PATH expect "it is missing" 1 'brkview-target is missing; expected it beside brkview or in '
n=$((n + 1))
if [ -e "$dir/used" ]; then bad=1; echo "not ok $n - it was looked for in PATH"; else echo "ok $n - it is not looked for in PATH"; fi
printf '\x7fELF nonsense' >"$target"
chmod +x "$target"
expect "it is no program" 1 "can't run brkview-target: "
script 'exit 3'
expect "it ends without a word" 1 'did not say hello: it was ended by its own exit, with status 3; expected it to'
script 'kill -ABRT $$'
expect "it dies without a word" 1 'did not say hello: it was killed by signal 6 (SIGABRT); expected it to'
script 'exec 3>&-; exec sleep 20'
expect "it closes the wire without a word" 1 'did not say hello: it was ended, for it closed the wire; expected it to'
script 'exec sleep 60'
TIMEOUT=1 expect "it says nothing" 1 'did not say hello in [1-9]*.* s; expected it to'
script 'kill -STOP $$'
TIMEOUT=4.5 expect "it is stopped before it says anything" 1 's (it is stopped by a signal); expected it to'
script "printf '$hello' >&3; kill -STOP \$\$"
TIMEOUT=5 expect "it says hello and stops" 1 'the fresh target did not answer (it is stopped by a signal)'
script "printf '$hello' >&3; exec sleep 60"
TIMEOUT=5 expect "it says hello and no more" 1 'the fresh target did not answer (it hangs)'
script "printf 'good morning to you' >&3; $take"
expect "it speaks another language" 1 'speaks another language; expected the one that was built with this brkview'
script "printf 'brk' >&3; $take"
expect "it says too little" 1 'speaks another language'
script "printf '$magic\x63\x00\x00\x00$zeros' >&3; $take"
expect "it speaks another version" 1 'speaks version 99 of the wire; expected version '"$version"': install both from one build'
script "printf '$hello' >&3; exit 3"
expect "it ends after its hello" 1 'the fresh target did not answer (ended by its own exit, with status 3)'
script "printf '$hello' >&3; $take; kill -SEGV \$\$"
expect "it dies after its hello" 1 'the fresh target did not answer (killed by signal 11 (SIGSEGV))'
script "printf '$hello' >&3; $take; printf 'nonsense' >&3; $take"
expect "it answers with nonsense" 1 "did not answer (ended, for it broke the wire (an answer that can't be true))"
script "$(bring_up 09)"
n=$((n + 1))
timeout 60 "$target" 3</dev/null >/dev/null 2>&1
if [ $? != 124 ]; then echo "ok $n - it ends where its input ends"; else bad=1; echo "not ok $n - it ends where its input ends"; fi
expect "it refuses the setup" 1 'the fresh target refused its setup: '
script "$(bring_up 00) answer 77 00 00 00; $take"
expect "it answers another question" 1 "the target was ended, for it broke the wire"
script "$(bring_up 00) answer \$seq 00 05 00; $take"
expect "it promises steps that do not come" 1 "an answer that can't be true"
script "$(bring_up 00) answer \$seq 00 00 10; $take"
expect "it gives an address outside its heap" 1 "the target answered with 0x10, which can't be in its heap; \`reset\` makes a fresh one"
script "$(bring_up 00) exec 3>&-; exec sleep 20"
expect "it closes the wire" 1 "the target was ended, for it closed the wire while it did this"
# Even one that is deaf to its wire, and has no end, ends with its viewer.
mkfifo "$dir/busy"
script "$(bring_up 00) echo \$\$ >'$dir/busy'; while :; do :; done"
"$dir/bin/brkview" --timeout 60 -e 'alloc 64' </dev/null >/dev/null 2>&1 &
viewer=$!
read -r pid <"$dir/busy"
kill -KILL $viewer
wait $viewer 2>/dev/null
until_so [ ! -e "/proc/$pid" ]
n=$((n + 1))
if [ ! -e "/proc/$pid" ]; then echo "ok $n - it ends with its viewer"; else bad=1; kill -KILL "$pid"; echo "not ok $n - it ends with its viewer"; fi
rm "$target"
mkdir -p "$dir/libexec/brkview"
cp "$(dirname "$(realpath "$brkview")")/brkview-target" "$dir/libexec/brkview/"
expected=$("$brkview" -e 'alloc 64')
n=$((n + 1))
if [ "$("$dir/bin/brkview" -e 'alloc 64')" = "$expected" ]; then echo "ok $n - it is found where it is installed"; else bad=1; echo "not ok $n - it is found where it is installed"; fi
tap_end
