namespace AutoScaling.Tool.Input;

/// <summary>What was asked for cannot be; the user reads these sentences, one a line.</summary>
internal sealed class CommandException(params IReadOnlyList<string> errors) : Exception(string.Join(' ', errors))
{
    public IReadOnlyList<string> Errors => errors;
}
