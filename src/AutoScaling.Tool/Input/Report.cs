namespace AutoScaling.Tool.Input;

/// <summary>Turns what went wrong into sentences on the standard error, one a line, and into an exit code.</summary>
internal static class Report
{
    public const int Failed = 1;
    public const int Wrong = 2;

    /// <summary>Does something; whatever it throws is told, never as a stack trace.</summary>
    public static async Task<int> ErrorsAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e)
        {
            IReadOnlyList<string> errors = e switch
            {
                CommandException wrong => wrong.Errors,
                ScalingException wrong => wrong.Errors,
                _ => [$"It failed: {e.Message}"],
            };
            foreach (var error in errors) await Console.Error.WriteLineAsync(error);
            return e is CommandException or ScalingException { Kind: ScalingErrorKind.InvalidConfiguration } ? Wrong : Failed;
        }
    }
}
