# tap.bash: what the test scripts share; sourced. A script ends with tap_end.
# shellcheck shell=bash
n=0 bad=0

check() { # check NAME EXPECTED FOUND
    n=$((n + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $n - $1"
    else
        bad=1
        echo "not ok $n - $1"
        diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -20 | sed 's/^/# /'
    fi
}

skip() { # skip NAME WHY
    n=$((n + 1))
    echo "ok $n - $1 # skip $2"
}

# until_so CONDITION...: wait for it; false if it is not so after a minute, or WAIT_SECONDS.
until_so() {
    local last=$((SECONDS + ${WAIT_SECONDS:-60}))
    until "$@" 2>/dev/null; do
        [ "$SECONDS" -le "$last" ] || return 1
        sleep 0.02
    done
}
tells() { grep -qE -e "$1" "$2"; } # tells REGEX FILE: a whole line of it does

processes() { # processes REGEX: the numbers of those whose command line matches
    local p line
    for p in /proc/[0-9]*; do
        line=$(tr '\0' ' ' 2>/dev/null <"$p/cmdline") || continue
        [[ $line =~ $1 ]] && echo "${p#/proc/}"
    done
}

tap_end() {
    echo "1..$n"
    exit $bad
}
