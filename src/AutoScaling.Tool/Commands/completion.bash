_autoscaling() {
    local IFS=$'\n' found
    found=$(autoscaling "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
    COMPREPLY=($(compgen -W "$found" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _autoscaling autoscaling
