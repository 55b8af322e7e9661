_autoscaling() {
    local -a found
    found=("${(@f)$(autoscaling "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
    compadd -- ${found:#} || _files
}
compdef _autoscaling autoscaling
