using AutoScaling.Sample.Load;
using AutoScaling.Sample.Run;
using Spectre.Console;

namespace AutoScaling.Sample.Output;

/// <summary>Shows a run while it goes on.</summary>
internal interface IView
{
    /// <summary>Shows something new for each element, until there are no more.</summary>
    Task ShowAsync(IAsyncEnumerable<TimeSpan> moments);
}

/// <summary>Chooses the view.</summary>
internal static class View
{
    /// <summary>The live table if someone looks on, plain lines for a file, a pipe or a simple terminal.</summary>
    public static IView ForThisTerminal(SampleOptions options, History history, IAutoScaler autoScaler, ILoad? load) =>
        AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true } && !Console.IsOutputRedirected
            ? new LiveTable(AnsiConsole.Console, options, history, autoScaler, load)
            : new PlainOutput(Console.Out, options, history, autoScaler, load);
}
