# Completion of brkview's options for bash.
_brkview() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    [ "$word" = = ] && word=
    [ "$previous" = = ] && previous=${COMP_WORDS[COMP_CWORD - 2]}
    if [ "${COMP_WORDS[1]}" = quiz ] && [ "$COMP_CWORD" -gt 1 ] && [ "$previous" != --policy ]; then
        case " ${COMP_WORDS[*]:2} " in
        *' --ostep '*) mapfile -t COMPREPLY < <(compgen -W '-s -S -b -H -a -p -l -C -n -r -P -A -c -h --ask' -- "$word") ;;
        *) mapfile -t COMPREPLY < <(compgen -W '-n -s --n= --seed= --policy= --json --ostep --help' -- "$word") ;;
        esac
        case ${COMPREPLY[*]} in *=) compopt -o nospace ;; esac
        return
    fi
    if [ "${COMP_WORDS[1]}" = lesson ] && [ "$COMP_CWORD" -gt 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "--check --plain --help $(brkview lesson </dev/null 2>/dev/null | sed -n 's/^ *[0-9][0-9]*  \([a-z0-9_-]*\) .*/\1/p')" -- "$word"; compgen -f -- "$word")
        compopt -o filenames
        return
    fi
    case $previous in
    --policy) mapfile -t COMPREPLY < <(compgen -W 'bump header first-fit next-fit best-fit worst-fit' -- "$word") ;;
    --theme) mapfile -t COMPREPLY < <(compgen -W 'dark light mono' -- "$word") ;;
    --set) mapfile -t COMPREPLY < <(compgen -S = -W 'split coalesce trim order growth lock canary poison quarantine theme mouse addresses projector' -- "$word") ;;
    -e | --execute | --limit | --timeout) ;;
    *)
        case $word in
        -*) mapfile -t COMPREPLY < <(compgen -W '-e --execute= --json --plain --screen-reader --policy= --set= --limit= --aslr --theme= --ascii --stop-on-error --timeout= --help --version' -- "$word") ;;
        *)
            mapfile -t COMPREPLY < <(compgen -f -- "$word"; [ "$COMP_CWORD" = 1 ] && compgen -W 'lesson quiz' -- "$word")
            compopt -o filenames
            ;;
        esac
        ;;
    esac
    case ${COMPREPLY[*]} in *=) compopt -o nospace ;; esac
}
complete -F _brkview brkview
