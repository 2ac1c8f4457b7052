#!/usr/bin/env bash
# `quiz --ostep` gives malloc.py's answers, and leaves in words. The answers are a file of command lines behind `$ malloc.py`, each with
# what it printed below it: $BRKVIEW_OSTEP_ANSWERS, or shared/ostep/answers.txt beside the checkout.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
answers=${BRKVIEW_OSTEP_ANSWERS:-../shared/ostep/answers.txt}
both() { # both COMMAND...: its two streams and its status
    "$@" 2>&1
    echo "status $?"
}

check "a bad value is one line" "brkview: quiz --ostep: -n can't be 'many'; expected a whole number, such as 7 or 0x1f
status 2" "$(both "$brkview" quiz --ostep -n many)"
check "an empty value too" "brkview: quiz --ostep: -s can't be ''; expected a whole number, such as 7 or 0x1f
status 2" "$(both "$brkview" quiz --ostep -s '')"
check "escape sequences are not passed on to the terminal" "brkview: quiz --ostep: -p can't be '\x1b[31mBEST'; expected BEST, WORST or FIRST
status 2" "$(both "$brkview" quiz --ostep -p $'\e[31mBEST')"
# Answered: one right in each way it may be written, one wrong, one told, and an odd one is asked again.
asked() { printf '%s\n' "$@" | "$brkview" quiz --ostep --ask -n 3 -s 0 | sed '1,/^compute/d' | grep -v '^$'; }
check "--ask asks, judges and counts" 'ptr[0] = Alloc(3) returned ?
right: 1000 (searched 1 elements)
List? 
right: [ addr:1003 sz:97 ]
Free(ptr[0])
returned ?
wrong: 0
List? 
expected addresses and sizes, empty, or ? to be told
right: [ addr:1000 sz:3 ] [ addr:1003 sz:97 ]
ptr[1] = Alloc(5) returned ?
it is 1003 (searched 2 elements)
List? 
wrong: [ addr:1000 sz:3 ] [ addr:1008 sz:92 ]
3 of 6 answered right, 1 told' "$(asked 1000 'Free List [ Size 1 ]: [ addr:1003 sz:97 ]' -1 what '1000 3, 1003 97' '?' '1000 3')"
check "an empty list has words, and no list is not part of another" 'right: 1000 (searched 1 elements)
right: empty
2 of 2 answered right' "$(printf '%s\n' 1000 empty | "$brkview" quiz --ostep --ask -S 8 -A +8 | grep right)"
check "the end of the input ends it with the score" "1 of 1 answered right
status 0" "$(printf '1000\n' | both "$brkview" quiz --ostep --ask | tail -n 2)"
check "what follows quit is no answer" "0 of 0 answered right" "$(printf 'quit\n1000\n1000 3\n' | "$brkview" quiz --ostep --ask -n 100 | tail -n 1)"
check "quit, too" "0 of 0 answered right" "$(echo quit | "$brkview" quiz --ostep --ask -n 100 | tail -n 1)"
check "the answers can't be given and asked" "brkview: quiz --ostep: --ask and -c can't both be; expected one of them
status 2" "$(both "$brkview" quiz --ostep --ask -c </dev/null)"
full() { "$brkview" quiz --ostep -c >/dev/full; }
check "a full disk is told" "brkview: quiz --ostep: the answers can't be written: No space left on device
status 1" "$(both full)"
check "a reader that leaves ends it" "seed 0" "$(timeout 200 "$brkview" quiz --ostep -n 1000000000000 2>/dev/null | head -n 1)"
check "a script of that name is run as ./quiz" "brkview: ./quiz: No such file or directory; expected a script" "$("$brkview" ./quiz 2>&1)"
check "--help lists it" "1" "$("$brkview" --help | grep -c '^  quiz ')"

if [ ! -r "$answers" ]; then
    n=$((n + 1))
    echo "ok $n # SKIP THE ANSWERS OF malloc.py WERE NOT COMPARED: there is no $answers; BRKVIEW_OSTEP_ANSWERS can name it"
else
    entries=0
    compare() {
        [ -n "$command" ] || return
        entries=$((entries + 1))
        read -ra options <<<"${command#malloc.py}"
        # The newlines at the end count: a mark keeps them.
        check "$command" "$expected." "$("$brkview" quiz --ostep "${options[@]}" 2>&1 && echo .)"
    }
    command='' expected=''
    while IFS= read -r line; do
        case $line in
        '$ malloc.py'*)
            expected=${expected%$'\n'} # an empty line parts the entries
            compare
            command=${line#\$ } expected=''
            ;;
        *) expected+=$line$'\n' ;;
        esac
    done <"$answers"
    compare
    check "there are answers" "more than 9" "$([ $entries -gt 9 ] && echo more than 9)"
fi
tap_end
