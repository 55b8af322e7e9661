Register-ArgumentCompleter -Native -CommandName autoscaling -ScriptBlock {
    param($word, $line, $position)
    autoscaling "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
