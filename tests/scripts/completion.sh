#!/usr/bin/env bash
# Completion of the command line: what brkview says may stand next is all that --help lists, and the three shells offer it.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cli=$PWD/cli
mkdir "$dir/bin"
ln -s "$brkview" "$dir/bin/brkview"
export PATH=$dir/bin:$PATH
next() { brkview --complete "$@" | cut -f 1; }

# Of brkview itself: nothing but what it takes, and all of it.
check "every option of --help" "$(brkview --help | sed -n '/^Usage/,/^$/!s/^ \+\(-e, \)\?\(--[a-z-]*=\?\).*/\2/p' | sort)" "$(next -- | sort)"
check "what has one letter" "-e	run COMMANDS (separated by ';') and leave" "$(brkview --complete - | grep '^-[a-z]	')"
check "those of the homework" "$(brkview quiz --ostep -h | grep -oE '^ +-[a-zA-Z]' | tr -d ' ' | sort)" "$(next quiz --ostep - | grep -x -e '-.' | sort)"
check "every option of quiz --help" "$(brkview quiz --help | grep -oE '^ +(-., )?--[a-z]+=?' | grep -o -e '--.*' | sort)" "$(next quiz -- | sort)"
check "every option of the homework" "$(brkview quiz --ostep -h | grep -oE '(^ +|, )--[a-zA-Z]+=?' | grep -o -e '--.*' | sort)" "$(next quiz --ostep -- | grep -vx -e --ostep | sort)"
check "an option is told with what it does" "--aslr	let the kernel choose addresses at random" "$(brkview --complete --asl)"
check "every policy" "bump header first-fit next-fit best-fit worst-fit" "$(next --policy '' | paste -sd ' ')"
for option in $(next --set=); do
    for value in $(next "$option"); do
        "$brkview" --policy first-fit "$value" -e '' </dev/null >/dev/null 2>"$dir/err" || check "$value is taken" "" "$(cat "$dir/err")"
    done
    check "$option has values" 1 "$([ -n "$(next "$option")" ] || [[ $option == *quarantine= ]] && echo 1)"
done
check "a value by itself" "order=size-up order=size-down" "$(next --set order=si | paste -sd ' ')"
check "the homework's policies are its own" "" "$(next quiz --ostep --policy=)"
check "every lesson" "$(brkview lesson | sed -n 's/^ *[0-9]*  \([a-z]*\) .*/\1/p')" "$(next lesson '' | grep -v :files)"
check "files" ":files" "$(next x)"

# The words that a shell offers for a line, sorted; files are those of an empty folder with x.brk in it.
touch "$dir/x.brk"
cd "$dir" || exit 1
bash_offers() {
    bash --norc -c 'source "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); compopt() { :; }; _brkview; printf "%s\n" "${COMPREPLY[@]}"' _ \
        "$cli/brkview.bash" "$@" | sort | paste -sd ' '
}
check "bash: options" "--ascii --aslr" "$(bash_offers brkview --as)"
check "bash: a value behind =, which bash parts" "best-fit bump" "$(bash_offers brkview --policy = b)"
check "bash: a value of a value" "size-down size-up" "$(bash_offers brkview --set = order = si)"
check "bash: a file" "x.brk" "$(bash_offers brkview x)"
check "bash: a lesson" "fits fragmentation free" "$(bash_offers brkview lesson f)"

if command -v zsh >/dev/null; then
    zsh_offers() { # what _describe and _files are asked for
        zsh -f -c 'compdef() { :; }; _describe() { local -a all=("${(@P)4}"); print -rl -- "${all[@]%%:*}"; }
            _files() { print -rl -- *.brk; }; source "$1"; words=("${@:2}"); CURRENT=$#words; _brkview' _ "$cli/brkview.zsh" "$@" | grep . | sort | paste -sd ' '
    }
    check "zsh: options" "--ascii --aslr" "$(zsh_offers brkview --as)"
    check "zsh: values" "--policy=best-fit --policy=bump" "$(zsh_offers brkview --policy=b)"
    check "zsh: files" "x.brk" "$(zsh_offers brkview x)"
else
    skip "zsh" "zsh is not here"
fi
if command -v fish >/dev/null; then
    fish_offers() { HOME=$dir cli=$cli fish --no-config -c "source \$cli/brkview.fish; complete -C'$1'" 2>&1 | cut -f 1 | sort | paste -sd ' '; }
    check "fish: options" "--ascii --aslr" "$(fish_offers 'brkview --as')"
    check "fish: values" "--policy=best-fit --policy=bump" "$(fish_offers 'brkview --policy=b')"
    check "fish: files" "x.brk" "$(fish_offers 'brkview x')"
    check "fish: a lesson" "mutex" "$(fish_offers 'brkview lesson m')"
else
    skip "fish" "fish is not here"
fi
tap_end
