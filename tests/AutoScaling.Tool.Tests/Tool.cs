namespace AutoScaling.Tool.Tests;

/// <summary>The built tool, as a user runs it.</summary>
internal static class Tool
{
    /// <summary>Runs it to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) => RunIn(null, arguments);

    /// <summary>Runs it to its end in a folder.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunIn(string? folder, params string[] arguments)
    {
        using var tool = new Executable("AutoScaling.Tool", folder, arguments);
        return await tool.End();
    }

    /// <summary>Runs it; it must tell what is wrong, a sentence a line, and do nothing.</summary>
    public static async Task AssertWrong(string[] arguments, params string[] sentences)
    {
        var (exitCode, output, errors) = await Run(arguments);
        Assert.Equal(sentences, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (exitCode, output));
    }
}
