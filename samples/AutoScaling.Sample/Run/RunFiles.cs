using AutoScaling.Tool.Input;

namespace AutoScaling.Sample.Run;

/// <summary>What a run writes, in one folder.</summary>
internal sealed class RunFiles
{
    /// <summary>Makes the folder ready, and takes away what an earlier run left there.</summary>
    /// <exception cref="CommandException">The folder cannot be written to.</exception>
    public RunFiles(string folder)
    {
        Files.PrepareFolder(folder);
        (Plot, Decisions, Log) = (Path.Combine(folder, "plot.svg"), Path.Combine(folder, "decisions.jsonl"), Path.Combine(folder, "log.txt"));
        foreach (var file in new[] { Plot, Decisions, Log }) File.Delete(file);
    }

    public string Plot { get; }

    public string Decisions { get; }

    public string Log { get; }
}
