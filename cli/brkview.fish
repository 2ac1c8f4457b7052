# Completion of brkview's command line for fish: brkview itself knows what may stand there.
function __brkview_words
    set -l words (commandline -opc) (commandline -ct)
    for line in (eval (string escape -- $words[1]) --complete (string escape -- $words[2..-1]) 2>/dev/null)
        if test "$line" = :files
            set -l option (string replace -r '^(--[a-z-]+=)?.*' '$1' -- (commandline -ct))
            for path in (__fish_complete_path (string replace -r '^--[a-z-]+=' '' -- (commandline -ct)))
                echo $option$path
            end
        else if test "$line" = :commands
            complete -C (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c brkview -f -a '(__brkview_words)'
