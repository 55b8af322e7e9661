using System.Globalization;
using AutoScaling.Simulation;

namespace AutoScaling.Tool.Loads;

/// <summary>Tells how far the query of a load is, if it has several parts, and what the server warns of, once.</summary>
internal sealed class QueryView(TextWriter output) : IProgress<LoadProgress>
{
    private string? _warning;

    public void Report(LoadProgress value)
    {
        if (value.All > 1) output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{value.Done} of {value.All} parts of the load are there."));
        if (value.Warning is null || string.Equals(value.Warning, _warning, StringComparison.Ordinal)) return;
        _warning = value.Warning;
        output.WriteLine($"The server warns: {value.Warning}.");
    }
}
