#compdef brkview
# Completion of brkview's command line for zsh: brkview itself knows what may stand there.
_brkview() {
    local -a open closed
    local line word meaning files=1 commands=1
    for line in "${(@f)$(${~words[1]} --complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        word=${line%%$'\t'*} meaning=
        [[ $line == *$'\t'* ]] && meaning=:${line#*$'\t'}
        case $word in
            '') ;;
            :files) files=0 ;;
            :commands) commands=0 ;;
            *=) open+=("${word//:/\\:}$meaning") ;;
            *) closed+=("${word//:/\\:}$meaning") ;;
        esac
    done
    (( ${#open} )) && _describe -t options option open -S ''
    (( ${#closed} )) && _describe -t words word closed
    (( commands == 0 )) && _command_names -e
    (( files == 0 )) && [[ ${words[CURRENT]} == --*=* ]] && compset -P '*='
    (( files == 0 )) && _files
    (( ${#open} + ${#closed} ))
}
[[ $zsh_eval_context[-1] == loadautofunc ]] && _brkview "$@" || compdef _brkview brkview
