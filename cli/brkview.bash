# Completion of brkview's options for bash.
_brkview() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    [ "$word" = = ] && word=
    [ "$previous" = = ] && previous=${COMP_WORDS[COMP_CWORD - 2]}
    case $previous in
    --policy) mapfile -t COMPREPLY < <(compgen -W 'bump header first-fit next-fit best-fit worst-fit' -- "$word") ;;
    --theme) mapfile -t COMPREPLY < <(compgen -W 'dark light mono' -- "$word") ;;
    --set) mapfile -t COMPREPLY < <(compgen -S = -W 'split coalesce trim order growth lock canary poison quarantine theme mouse addresses projector' -- "$word") ;;
    -e | --execute | --limit | --timeout) ;;
    *)
        case $word in
        -*) mapfile -t COMPREPLY < <(compgen -W '-e --execute= --json --plain --screen-reader --policy= --set= --limit= --aslr --theme= --ascii --stop-on-error --timeout= --help --version' -- "$word") ;;
        *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        esac
        ;;
    esac
    case ${COMPREPLY[*]} in *=) compopt -o nospace ;; esac
}
complete -o filenames -F _brkview brkview
