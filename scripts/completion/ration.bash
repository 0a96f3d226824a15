# Completion of ration(1) for bash. Installed as share/bash-completion/completions/ration; or: source this file.
# What can be completed is taken from the --help of the ration that is called, so that it always fits.

# _ration_help COMMAND…: the help of a command
_ration_help() { "${COMP_WORDS[0]}" "$@" --help 2>/dev/null; }

# COMMAND --NAME: prints what may follow it, as --help calls it: FILE, N, auto|csv|jsonl, …; fails for a flag.
_ration_value_of() {
    _ration_help "$1" | sed -n "s/^  $2 //p" | grep .
}

_ration_options() { _ration_help "$1" | sed -n 's/^  \(--[a-z-]*\).*/\1/p'; }

_ration_commands() { "${COMP_WORDS[0]}" --help 2>/dev/null | sed -n 's/^.*  *ration \([a-z-]*\) .*/\1/p;/^$/q'; }

# _ration_fill WORDS: completes the current word from the words
_ration_fill() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }

_ration_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

# The outputs of the runs that are known, and files.
_ration_runs() {
    _ration_files
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" status --list 2>/dev/null | cut -f 3)" -- "$current")
}

_ration_value() {
    local name=$1 value=$2
    case $name:$value in
    --provider:*) _ration_fill "$(_ration_help run | sed -n 's/^          \([a-z.-]*\)  *POST .*/\1/p')" ;;
    --tier:*) _ration_fill "$("${COMP_WORDS[0]}" plan --input x --prompt-id x --tier '?' 2>&1 | sed -n 's/;.*//;s/.* is not one of //;s/,//gp')" ;;
    *:FILE) _ration_files ;;
    *'|'*) _ration_fill "$(sed 's/|/ /g; s/[A-Z]*,…//g; s/ SECONDS//' <<<"$value")" ;;
    *) COMPREPLY=() ;;
    esac
}

# _ration_words COMMAND MORE: its options and their values
_ration_words() {
    local value
    if [[ $current != -* && $before == --* ]]; then
        if value=$(_ration_value_of "$1" "$before"); then
            _ration_value "$before" "$value"
            return
        fi
    fi
    _ration_fill "$(_ration_options "$1") --help$2"
}

_ration() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # --name=value comes as three words
    if [[ $current == '=' ]]; then
        current=''
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if [[ $COMP_CWORD -eq 1 ]]; then
        _ration_fill "$(_ration_commands) --help --version"
        return
    fi
    case ${COMP_WORDS[1]} in
    run | doctor) _ration_words run '' ;;
    init)
        if [[ $before == --* ]]; then
            _ration_files
        else
            _ration_fill "$(_ration_help run | sed -n 's/^          \([a-z.-]*\)  *POST .*/\1/p') --input --config --prompt-file --help"
        fi
        ;;
    plan) _ration_words run ' --json --compare' ;;
    export | show)
        if [[ $current == -* || $before == --* ]]; then _ration_words "${COMP_WORDS[1]}" ''; else _ration_runs; fi
        ;;
    fleet)
        if [[ $COMP_CWORD -eq 2 ]]; then
            _ration_fill 'init status workers pause resume stop export lost drop --help'
        elif [[ ${COMP_WORDS[2]} == export && ($before == --input || $before == --from) ]]; then
            _ration_files
        elif [[ ${COMP_WORDS[2]} == export ]]; then
            _ration_fill "--table --from --fleet-name $(_ration_options export)"
        else
            _ration_fill '--fleet-name --json --yes --force --help'
        fi
        ;;
    *)
        case $before in
        --run) _ration_runs ;;
        restart-worker) _ration_fill 'all --run --help' ;;
        workers) _ration_fill '1 2 4 8 16 --run --help' ;;
        help) _ration_fill "$(_ration_commands)" ;;
        explain) _ration_fill "$(_ration_help explain | sed -n 's/^  //p') --help" ;;
        *)
            case ${COMP_WORDS[1]} in
            status)
                [[ $current == -* ]] || _ration_runs
                [[ ${#COMPREPLY[@]} -gt 0 ]] || _ration_fill '--json --metrics --list --run --help'
                ;;
            help | explain) ;;
            top | ps | pause | resume | cancel | stop)
                [[ $current == -* ]] || _ration_runs
                [[ ${#COMPREPLY[@]} -gt 0 ]] || _ration_fill '--run --help'
                ;;
            *) _ration_fill '--run --help' ;;
            esac
            ;;
        esac
        ;;
    esac
}
complete -F _ration ration
