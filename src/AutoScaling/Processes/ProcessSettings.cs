using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Processes;

/// <summary>The settings of processes in the configuration, by target.</summary>
internal static class ProcessSettings
{
    // The most that a double holds exactly.
    private static readonly Bounds<double> Bytes = new(1, 1L << 53);

    private static readonly Bounds<TimeSpan> Wait = Bounds.WithinADay;

    private static readonly SettingsTable<Waits> Backoff = SettingsTable.Of("a restart backoff", Waits.Of(RestartBackoff.Default))
        .Duration("min", "The first wait.", w => w.Min, (w, v) => w with { Min = Wait.Check(v, nameof(w.Min)) }, Wait)
        .Duration("max", "The longest wait.", w => w.Max, (w, v) => w with { Max = Wait.Check(v, nameof(w.Max)) }, Wait)
        .Check(w => w.Max < w.Min ? $"Max must be at least Min ({Phrase.Exact(w.Min)}), but is {Phrase.Exact(w.Max)}." : null);

    private static readonly ProcessSpec Seed = new() { Target = "target", FileName = "program" };

    private static readonly SettingsTable<ProcessSpec> Spec = SettingsTable.Of("processes", Seed)
        .Text("fileName", "The program.", s => s.FileName, (s, v) => s with { FileName = v }, required: true)
        .Add(new TextsSetting<ProcessSpec>("arguments", "Its arguments.", s => s.Arguments, (s, v) => s with { Arguments = v }))
        .Text(
            "workingDirectory", "The directory in which it runs.",
            s => s.WorkingDirectory, (s, v) => s with { WorkingDirectory = v }, none: s => s with { WorkingDirectory = null })
        .Add(new TextMapSetting<ProcessSpec>(
            "environment", "Environment variables.", s => s.Environment, (s, v) => s with { Environment = v }))
        .Duration("grace", "How long it may take to end.", s => s.Grace, (s, v) => s with { Grace = v }, Bounds.UpToADay)
        .Duration(
            "startupTime", "How long it counts as starting.", s => s.StartupTime, (s, v) => s with { StartupTime = v }, Bounds.UpToADay)
        .Block(
            "restartBackoff", "How long one that ended by itself waits.",
            s => Waits.Of(s.RestartBackoff), (s, v) => s with { RestartBackoff = v.Make() ?? s.RestartBackoff }, Backoff)
        .WholeNumber(
            "initialReplicas", "How many there are before the first scaling.",
            s => s.InitialReplicas, (s, v) => s with { InitialReplicas = v }, Bounds.Count)
        .Choice("output", "What becomes of its output.", s => s.Output, (s, v) => s with { Output = v })
        .Number(
            "cpuRequest", "The cores that are 100 percent of cpu.",
            s => s.CpuRequest, (s, v) => s with { CpuRequest = v }, Bounds.Positive)
        .Number(
            "memoryRequest", "The bytes that are 100 percent of memory.",
            s => s.MemoryRequest,
            (s, v) => s with { MemoryRequest = (long)Bytes.Check(v, nameof(s.MemoryRequest)) },
            Bytes,
            none: s => s with { MemoryRequest = null });

    /// <summary>One setting, <c>processes</c>: the specs by target.</summary>
    public static SettingsTable<ImmutableArray<ProcessSpec>> Table { get; } = SettingsTable.Of(Key, ImmutableArray<ProcessSpec>.Empty)
        .Add(new MapSetting<ImmutableArray<ProcessSpec>, ProcessSpec>(
            Key, "How the replicas of targets are run as processes.", specs => specs, (_, specs) => specs, Spec)
        {
            Named = name => Seed with { Target = name },
            NameOf = spec => spec.Target.Name,
        });

    public const string Key = "processes";

    private readonly record struct Waits(TimeSpan Min, TimeSpan Max)
    {
        public static Waits Of(RestartBackoff backoff) => new(backoff.Min, backoff.Max);

        /// <summary>The backoff; <see langword="null"/> if its waits contradict each other, which the table tells.</summary>
        public RestartBackoff? Make() => Max >= Min ? new(Min, Max) : null;
    }
}
