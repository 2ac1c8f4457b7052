# Completion of brkview's command line for bash: brkview itself knows what may stand there.
_brkview() {
    local -a words=()
    local i word line cut value found
    # What bash parts at = and : is one word here.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [ ${#words[@]} -gt 0 ] && { [[ $word == [=:]* ]] || [[ ${words[-1]} == -*= ]] || [[ ${words[-1]} == *: ]]; }; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    word=${words[-1]}
    cut=${word%"${word##*[=:]}"} # what bash takes as standing before the word
    COMPREPLY=()
    while IFS= read -r line; do
        if [ "$line" = :files ]; then
            compopt -o filenames
            # Of --record=x the path is x; what stands before it and bash has not parted goes back before each.
            [[ $word == --*=* ]] && value=${word#*=} || value=$word
            while IFS= read -r found; do
                found=${word%"$value"}$found
                COMPREPLY+=("${found#"$cut"}")
            done < <(compgen -f -- "$value")
        elif [ "$line" = :commands ]; then
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -- "$word")
        else
            line=${line%%$'\t'*}
            COMPREPLY+=("${line#"$cut"}")
        fi
    done < <("${COMP_WORDS[0]/#\~/$HOME}" --complete "${words[@]}" 2>/dev/null)
    case ${COMPREPLY[*]} in *=) compopt -o nospace ;; esac
}
complete -F _brkview brkview
