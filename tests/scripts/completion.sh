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

# Of watching a program.
for sub in attach run; do
    check "every option of $sub --help" "$(brkview $sub --help | sed -n '/^Usage/,/^$/!s/^ \+\(-e, \)\?\(--[a-z-]*=\?\).*/\2/p' | sort)" "$(next $sub -- | sort)"
    while read -r option; do
        brkview $sub "${option%%=*}" >/dev/null 2>"$dir/err" </dev/null
        check "$sub knows $option" "" "$(grep -o 'is not an option here' "$dir/err")"
    done < <(next $sub --)
    for option in $({ brkview --help; brkview attach --help; brkview run --help; } | grep -oE '^ +(-., )?--[a-z-]+' | grep -o -e '--.*' | sort -u); do
        brkview $sub "$option" x y z w >/dev/null 2>"$dir/err" </dev/null
        grep -q 'is not an option here' "$dir/err" || check "$sub --help has $option, which is taken" 1 "$(brkview $sub --help | grep -cE "^ +(-., )?$option[= ]")"
    done
done
check "every option of score --help" "$(brkview score --help | grep -oE '^ +(-., )?--[a-z0-9]+=?' | grep -o -e '--.*' | sort)" "$(next score -- | sort)"
check "every shape of a trace" "powers queue realloc stack uniform" "$(next score --generate=  | sed 's/.*=//' | paste -sd ' ')"
check "every option of compare --help" "$(brkview compare --help | grep -oE '^ +(-., )?--[a-z]+=?' | grep -o -e '--.*' | sort)" "$(next compare -- | sort)"
check "compare has policies, and traces" "best-fit :files" "$(next compare header best | paste -sd ' ')"
check "sources and traces are files" ":files" "$(next score mm.c '')"
check "places of a trace" "bad peak" "$(next replay --at=  | sed "s/.*=//" | cut -f 1 | paste -sd " ")"
check "shrink has its own options and those of score that say how to run" "--align --cc --cflags --heap --help --json --m32 --output --timeout --trace --waste --within" "$(next shrink -- | sed "s/=.*//" | sort | paste -sd " ")"
sleep 1000 &
pid=$!
until read -r name 2>/dev/null <"/proc/$pid/comm" && [ "$name" = sleep ]; do :; done
check "a process by its number, with its name" "$pid	sleep" "$(brkview --complete attach --rate 5 "${pid%?}" | grep "^$pid	")"
check "a process by its name, with its number" "sleep	process $pid" "$(brkview --complete attach sle | grep "process $pid$")"
check "nobody who can't be watched" "" "$(next attach '' | while read -r one; do [ "$(tr -d '\0' 2>/dev/null <"/proc/$one/cmdline" | head -c 1)" ] || [ ! -d "/proc/$one" ] || echo "$one"; done)"
check "a script behind the process" ":files" "$(next attach "$pid" '')"
kill "$pid"
check "a program, or its path" ":commands :files" "$(next run --rate 5 '' | xargs)"
check "behind the program nothing is ours" ":files" "$(next run ls --rec)"
check "nor behind --" ":commands :files" "$(next run -- --rec | xargs)"
check "a file of an option" ":files :files" "$({ next run --record= && next run --record ''; } | xargs)"
check "a number that nobody can list" "" "$(next run --rate '')"

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
check "bash: a file of an option" "x.brk" "$(bash_offers brkview run --record = x)"
check "bash: a file with a colon, which bash parts" "b" "$(touch a:b && bash_offers brkview a : '' && rm a:b)"
check "bash: a program" "1" "$(bash_offers brkview run bas | grep -cw bash)"
check "bash: a process" "$$" "$(bash_offers brkview attach $$)"
check "bash: a lesson" "fits fragmentation free" "$(bash_offers brkview lesson f)"

if command -v zsh >/dev/null; then
    zsh_offers() { # what _describe and _files are asked for
        zsh -f -c 'compdef() { :; }; _describe() { local -a all=("${(@P)4}"); print -rl -- "${all[@]%%:*}"; }
            _files() { print -rl -- *.brk; }; _command_names() { print commands; }; compset() { :; }; source "$1"; words=("${@:2}"); CURRENT=$#words; _brkview' _ "$cli/brkview.zsh" "$@" | grep . | sort | paste -sd ' '
    }
    check "zsh: options" "--ascii --aslr" "$(zsh_offers brkview --as)"
    check "zsh: values" "--policy=best-fit --policy=bump" "$(zsh_offers brkview --policy=b)"
    check "zsh: files" "x.brk" "$(zsh_offers brkview x)"
    check "zsh: a program" "commands x.brk" "$(zsh_offers brkview run '')"
else
    skip "zsh" "zsh is not here"
fi
if command -v fish >/dev/null; then
    fish_offers() { HOME=$dir cli=$cli fish --no-config -c "source \$cli/brkview.fish; complete -C'$1'" 2>&1 | cut -f 1 | sort | paste -sd ' '; }
    check "fish: options" "--ascii --aslr" "$(fish_offers 'brkview --as')"
    check "fish: values" "--policy=best-fit --policy=bump" "$(fish_offers 'brkview --policy=b')"
    check "fish: files" "x.brk" "$(fish_offers 'brkview x')"
    check "fish: a file of an option" "--record=x.brk" "$(fish_offers 'brkview run --record=x')"
    check "fish: a program" "1" "$(fish_offers 'brkview run bas' | grep -cw bash)"
    check "fish: a lesson" "mutex" "$(fish_offers 'brkview lesson mu')"
else
    skip "fish" "fish is not here"
fi
tap_end
