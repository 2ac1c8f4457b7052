#!/usr/bin/env bash
# The README's console examples give what it says they give. The names of commands and options that it lists are those that there are.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
ln -s "$(realpath "$brkview")" "$dir/brkview"
export PATH=$dir:$PATH

command='' expected='' inside=0
while IFS= read -r line; do
    case $line in
    '```console') inside=1 command='' expected='' ;;
    '```')
        [ $inside = 1 ] && check "$command" "${expected%$'\n'}" "$(bash -c "$command" </dev/null 2>&1)"
        inside=0
        ;;
    '$ '*) [ $inside = 1 ] && command=${line#\$ } ;;
    *) [ $inside = 1 ] && expected+=$line$'\n' ;;
    esac
done <README.md
[ $n -gt 3 ] || check "there are examples" "more than 3" "$n"

listed=$(sed -n '/^## Commands/,/^Options/p' README.md | grep '^| ' | grep -o '`[a-z]*`' | tr -d '`' | sort)
known=$(brkview --json -e help </dev/null | sed 's/.*"commands":\[\([^]]*\)\].*/\1/' | tr -d '"' | tr , '\n' | sort)
check "the README lists every command" "$known" "$listed"
for option in $({ brkview --help; brkview attach --help; brkview run --help; } | grep -oE '^ +(-e, )?--[a-z-]+' | grep -o -e '--[a-z-]*' | sort -u); do
    check "the README and the manual have $option" "2" \
        "$({ grep -q -e "$option" README.md || [ "$option" = --execute ]; } && sed 's/\\-/-/g' cli/brkview.1.in | grep -q -e "$option" && echo 2)"
done

cli/manual "$brkview" <cli/brkview.1.in >"$dir/brkview.1"
check "the manual has every command" "$(wc -w <<<"$known")" "$(sed -n '/^\.SH COMMANDS/,/^\.SH/p' "$dir/brkview.1" | grep -A 1 '^\.TP$' | grep -c '^\.B ')"
if command -v mandoc >/dev/null; then
    check "the manual page is well-formed" "" "$(mandoc -T lint -W warning "$dir/brkview.1")"
else
    skip "the manual page is well-formed" "mandoc is missing: make deps brings it"
fi
tap_end
