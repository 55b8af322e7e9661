using System.Collections.Immutable;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Loads;

/// <summary>The loads that a user names: files, or folders with CSV files.</summary>
internal static class LoadFiles
{
    /// <summary>Reads the loads; all that is wrong is told at once.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="service">Whose records of a decision log are meant; <see langword="null"/> if it has one service only.</param>
    /// <param name="metric">Which metric of a decision log is the load; <see langword="null"/> for the request rate.</param>
    /// <param name="options">How the others are read.</param>
    /// <exception cref="CommandException">Something cannot be read.</exception>
    public static ImmutableArray<LoadTrace> Read(IEnumerable<string> paths, string? service, string? metric, LoadOptions options)
    {
        List<string> errors = [];
        var target = service is null ? null : new ScalingTarget(service);
        var reference = metric is null ? null : MetricRef.Parse(metric);
        List<(string Path, LoadTrace Trace)> read = [];
        foreach (var path in paths.SelectMany(Files).Distinct(StringComparer.Ordinal))
        {
            try
            {
                read.Add((path, LoadTrace.Read(path, target, reference, options)));
            }
            catch (ScalingException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        if (errors.Count > 0) throw new CommandException(errors);

        // Files of one name in several folders go by their paths.
        var names = read.CountBy(r => r.Trace.Name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return [.. read.Select(r => names[r.Trace.Name] == 1 ? r.Trace : Called(r.Path, r.Trace))];
    }

    private static LoadTrace Called(string name, LoadTrace trace) => new(name, trace.Points, trace.IsDated ? trace.Start : null);

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path)) return [path];
        string[] files = [.. Directory.EnumerateFiles(path, "*.csv").Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new CommandException($"Load folder '{path}' holds no file that ends in .csv.");
    }
}
