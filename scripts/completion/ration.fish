# Completion of ration(1) for fish. Installed as share/fish/vendor_completions.d/ration.fish; or: put it into ~/.config/fish/completions.
# What can be completed is taken from the --help of the ration that is called, so that it always fits.

function __ration
    set -l words (commandline -opc)
    command $words[1] $argv 2>/dev/null
end

# The commands, each with what it does.
function __ration_commands
    __ration --help | sed -n 's/^.*  *ration \([a-z-]*\)[^ ]*\( N\| N|all\)\{0,1\}  *\(.*\)$/\1\t\3/p;/^$/q'
end

# The options of a command, each with what it does.
function __ration_options
    __ration $argv --help | awk '/^  --/ { name = $1; next } name != "" { sub(/^ +/, ""); print name "\t" $0; name = "" }'
end

# What may follow the option of that command that stands before the cursor: its words, or nothing.
function __ration_values
    set -l words (commandline -opc)
    set -l value (__ration $argv --help | sed -n "s/^  $words[-1] //p")
    switch "$words[-1]"
        case --provider
            __ration run --help | sed -n 's/^          \([a-z.-]*\)  *POST .*/\1/p'
        case --tier
            command $words[1] plan --input x --prompt-id x --tier '?' 2>&1 | sed -n 's/;.*//;s/.* is not one of //p' | string split ', '
        case '*'
            switch "$value"
                case FILE
                    __fish_complete_path (commandline -ct)
                case '*|*'
                    string split '|' -- $value | string match -v SECONDS
            end
    end
end

function __ration_takes_value
    set -l words (commandline -opc)
    string match -q -- '--*' $words[-1]; or return 1
    __ration $argv --help | grep -q -- "^  $words[-1] "
end

# The outputs of the runs that are known.
function __ration_runs
    __ration status --list | cut -f 3
end

complete -c ration -f
complete -c ration -n __fish_use_subcommand -a '(__ration_commands)'
complete -c ration -n '__fish_seen_subcommand_from run plan doctor; and not __ration_takes_value run' -a '(__ration_options run)'
complete -c ration -n '__fish_seen_subcommand_from run plan doctor; and __ration_takes_value run' -a '(__ration_values run)'
complete -c ration -n '__fish_seen_subcommand_from plan' -a '--json --compare'
complete -c ration -n '__fish_seen_subcommand_from export; and not __ration_takes_value export' -a '(__ration_options export)'
complete -c ration -n '__fish_seen_subcommand_from export; and not __ration_takes_value export' -a '(__ration_runs)' -F
complete -c ration -n '__fish_seen_subcommand_from export; and __ration_takes_value export' -a '(__ration_values export)'
complete -c ration -n '__fish_seen_subcommand_from show; and not __ration_takes_value show' -a '(__ration_options show)'
complete -c ration -n '__fish_seen_subcommand_from show; and not __ration_takes_value show' -a '(__ration_runs)' -F
complete -c ration -n '__fish_seen_subcommand_from show; and __ration_takes_value show' -a '(__ration_values show)'
complete -c ration -n '__fish_seen_subcommand_from status top ps cancel' -a '(__ration_runs)'
complete -c ration -n '__fish_seen_subcommand_from status' -a '--json --metrics --list'
complete -c ration -n '__fish_seen_subcommand_from fleet' -a 'init status workers pause resume stop export lost drop --fleet-name --json --yes --force --table --from --help'
complete -c ration -n '__fish_seen_subcommand_from restart-worker' -a all
complete -c ration -n '__fish_seen_subcommand_from init' -F -a '(__ration run --help | sed -n "s/^          \([a-z.-]*\)  *POST .*/\1/p") --input --config --prompt-file --help'
complete -c ration -n '__fish_seen_subcommand_from explain' -a '(__ration explain --help | sed -n "s/^  //p" | string split " ")'
complete -c ration -n '__fish_seen_subcommand_from help' -a '(__ration_commands)'
complete -c ration -n '__fish_seen_subcommand_from status top ps workers restart-worker kill-worker pause resume cancel stop' -a '--run --help'
complete -c ration -n '__fish_seen_subcommand_from status top ps workers restart-worker kill-worker pause resume cancel stop; and string match -q -- --run (commandline -opc)[-1]' -a '(__ration_runs)'
