#!/usr/bin/env bash
# A signal ends a script's run at once, whatever runs, and leaves no target behind.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
yes 'zoom all' | head -n 1500000 >"$dir/inner"
printf 'source %s\n' "$dir/inner" "$dir/inner" "$dir/inner" >"$dir/long"

gone() { ! readlink "/proc/$1/exe" >/dev/null; } # a zombie that nobody reaps is gone, too
child() {
    read -r target _ <"/proc/$1/task/$1/children" # without a newline at its end
    [ -n "$target" ]
}

# ends SIGNAL COMMANDS: brkview dies of it, and its target with it.
ends() {
    # a shell that starts it in the background has SIGINT ignored
    env --default-signal="$1" "$brkview" -e "$2" >/dev/null 2>&1 </dev/null &
    local pid=$! status target=
    until_so child "$pid"
    sleep 0.1
    kill -s "$1" "$pid"
    wait "$pid" 2>/dev/null
    status=$?
    until_so gone "$target"
    check "$1 ends $2" "$((128 + $(kill -l "$1"))) gone" "$status $(gone "$target" && echo gone)"
}

for signal in INT TERM HUP; do
    ends "$signal" "source $dir/long"
    ends "$signal" 'repeat 20000 alloc 16; repeat 1000000 blocks'
done
tap_end
