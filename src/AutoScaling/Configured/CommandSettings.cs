using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Configured;

/// <summary>What the configuration says under <c>Commands</c>, by name: programs that scale, programs that tell metrics, or both.</summary>
internal sealed record CommandBlock
{
    public required string Name { get; init; }

    public ImmutableArray<string> Replicas { get; init; } = [];

    public ImmutableArray<string> Scale { get; init; } = [];

    public string? DesiredPointer { get; init; }

    public string? ReadyPointer { get; init; }

    public string? StartingPointer { get; init; }

    public int? RejectedExitCode { get; init; }

    public CommandOptions Run { get; init; } = CommandOptions.Usual;

    public ImmutableArray<CommandMetric> Metrics { get; init; } = [];

    /// <summary>Makes what policies name.</summary>
    /// <exception cref="ScalingException">A setting breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public (IScaler? Scaler, IMetricsProvider? Metrics) Make(TimeProvider time)
    {
        if (Scale.IsEmpty && Replicas.IsEmpty && Metrics.IsEmpty)
            throw ScalingException.Invalid("Scale and Replicas, or Metrics, must be set, but are not.");
        var scales = !Scale.IsEmpty || !Replicas.IsEmpty;
        var options = new CommandScalerOptions
        {
            Replicas = Replicas,
            Scale = Scale,
            DesiredPointer = DesiredPointer,
            ReadyPointer = ReadyPointer,
            StartingPointer = StartingPointer,
            RejectedExitCode = RejectedExitCode,
            Run = Run,
        };
        return (scales ? new CommandScaler(options, time) : null, Metrics.IsEmpty ? null : new CommandMetricsProvider(Metrics, time, Run));
    }
}

/// <summary>The settings of programs.</summary>
internal static class CommandSettings
{
    private static readonly SettingsTable<CommandOptions> Run = SettingsTable.Of("a command", CommandOptions.Usual)
        .Duration("timeout", "How long a program may run.", o => o.Timeout, (o, v) => o with { Timeout = v }, Bounds.WithinAnHour)
        .WholeNumber(
            "maxConcurrency", "How many programs run at once.",
            o => o.MaxConcurrency, (o, v) => o with { MaxConcurrency = v }, Bounds.AtLeastOne)
        .WholeNumber(
            "maxOutputBytes", "How many bytes of its output are read.", o => o.MaxOutputBytes, (o, v) => o with { MaxOutputBytes = v })
        .Text(
            "workingDirectory", "The directory in which it runs.",
            o => o.WorkingDirectory, (o, v) => o with { WorkingDirectory = v }, none: o => o with { WorkingDirectory = null })
        .Add(new TextMapSetting<CommandOptions>(
            "environment", "Environment variables.", o => o.Environment, (o, v) => o with { Environment = v }));

    private static readonly SettingsTable<CommandMetric> Metric =
        SettingsTable.Of("a metric of a command", new CommandMetric { Name = "metric", Command = [] })
        .Add(new TextsSetting<CommandMetric>("command", "The program and its arguments.", m => m.Command, (m, v) => m with { Command = v }))
        .Text(
            "valuePointer", "Where the value stands.",
            m => m.ValuePointer, (m, v) => m with { ValuePointer = v }, none: m => m with { ValuePointer = null })
        .Text(
            "timePointer", "Where its time stands.",
            m => m.TimePointer, (m, v) => m with { TimePointer = v }, none: m => m with { TimePointer = null })
        .Number("factor", "What the value is multiplied by.", m => m.Factor, (m, v) => m with { Factor = v })
        .Check(m => Made.WhyNot(() => m.Parse()));

    public static SettingsTable<CommandBlock> Table { get; } = SettingsTable.Of("a command", new CommandBlock { Name = "command" })
        .Add(new TextsSetting<CommandBlock>(
            "replicas", "The program that tells the count.", c => c.Replicas, (c, v) => c with { Replicas = v }))
        .Add(new TextsSetting<CommandBlock>("scale", "The program that changes the count.", c => c.Scale, (c, v) => c with { Scale = v }))
        .Text(
            "desiredPointer", "Where the wanted count stands.",
            c => c.DesiredPointer, (c, v) => c with { DesiredPointer = v }, none: c => c with { DesiredPointer = null })
        .Text(
            "readyPointer", "Where the count of ready ones stands.",
            c => c.ReadyPointer, (c, v) => c with { ReadyPointer = v }, none: c => c with { ReadyPointer = null })
        .Text(
            "startingPointer", "Where the count of starting ones stands.",
            c => c.StartingPointer, (c, v) => c with { StartingPointer = v }, none: c => c with { StartingPointer = null })
        .WholeNumber(
            "rejectedExitCode", "The exit code that says that another count was found.",
            c => c.RejectedExitCode, (c, v) => c with { RejectedExitCode = v }, none: c => c with { RejectedExitCode = null })
        .Part(c => c.Run, (c, v) => c with { Run = v }, Run)
        .Add(new MapSetting<CommandBlock, CommandMetric>(
            "metrics", "What programs tell, by metric.", c => c.Metrics, (c, v) => c with { Metrics = v }, Metric)
        {
            Named = name => Metric.Seed with { Name = name },
            NameOf = metric => metric.Name,
        })
        .Check(c => Made.WhyNot(() => Made.Dispose(c.Make(TimeProvider.System))));
}
