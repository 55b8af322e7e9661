using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Backtests;

/// <summary>What a backtest assumes of the service.</summary>
internal static class ModelOptions
{
    private const string Many = "a whole number of at least 1";

    private static readonly (string Name, ModelSignal Signal)[] Signals =
    [
        ("utilization", ModelSignal.Utilization),
        ("arrivals", ModelSignal.ArrivalRate),
        ("queue", ModelSignal.Queue),
        ("concurrency", ModelSignal.Concurrency),
    ];

    private static readonly Option<double?> Capacity = OptionValues.Number(
        "--capacity", "NUMBER", "What a replica serves in full use, in the unit of the load [default: a 24th of the load's 99th "
            + "percentile, or what suits the policies' ranges]", "a number more than 0", v => v > 0);

    private static readonly Option<double?> Objective = OptionValues.Number(
        "--objective", "SHARE", "The utilization up to which a replica meets its objective [default: 0.8]",
            "a number more than 0 and at most 1", v => v is > 0 and <= 1);

    private static readonly Option<StartDelay?> Start = new("--start-delay")
    {
        Description = "How long a replica takes until it serves, or a median and a 95th percentile by chance: 60s..180s [default: 60s]",
        HelpName = "TIME",
        CustomParser = StartDelayOf,
    };

    private static readonly Option<TimeSpan?> WarmUp = OptionValues.Time("--warm-up", "0s",
        "How long a ready replica takes to its full capacity, from half of it [default: 0s]");
    private static readonly Option<TimeSpan?> Timeout = OptionValues.Time("--timeout", "0s",
        "How long a request waits before it is dropped [default: 30s]");
    private static readonly Option<TimeSpan?> Drain = OptionValues.Time("--drain", "0s",
        "How long a removed replica finishes what it began, and costs [default: 0s]");
    private static readonly Option<TimeSpan?> Scrape = OptionValues.Time("--scrape", "1s",
        "The time between two samples of the metrics [default: 15s]");
    private static readonly Option<TimeSpan?> Window = OptionValues.Time("--window", "1s",
        "The time that a metric is an average over [default: 15s]");
    private static readonly Option<TimeSpan?> Lag = OptionValues.Time("--lag", "0s",
        "The time from a sample until it can be read [default: 0s]");
    private static readonly Option<TimeSpan?> InitialDelay = OptionValues.Time("--initial-delay", "0s",
        "How long a ready replica has no samples [default: 0s]");

    private static readonly Option<int?> Concurrency = new("--concurrency")
    {
        Description = "How many requests a replica serves at the same time [default: 1]",
        HelpName = "NUMBER",
        CustomParser = r => OptionValues.Parsed(r, Many, Count),
    };

    private static readonly Option<TimeSpan?> LatencyObjective = OptionValues.Time("--latency-objective", "1ms",
        "The response time that requests should not exceed [default: 5 service times]");

    private static readonly Option<string[]> Metrics = new("--metric")
    {
        Description = $"What a metric of a policy shows in the model: {Names(", ")}, or a constant such as memory=40 "
            + "[default: cpu, request_rate, queue and concurrency are known; memory is 0]",
        HelpName = "NAME=SIGNAL|NUMBER",
        AllowMultipleArgumentsPerToken = true,
    };

    // No memory of the model follows the load. Policies that look at it beside their CPU are tried all the same.
    private static readonly ImmutableSortedDictionary<string, ModelMetric> Assumed =
        ImmutableSortedDictionary.Create<string, ModelMetric>(StringComparer.Ordinal).Add("memory", ModelMetric.Constant(0));

    public static IReadOnlyList<Option> All { get; } =
        [Capacity, Objective, Start, WarmUp, Timeout, Drain, Scrape, Window, Lag, InitialDelay, Concurrency, LatencyObjective, Metrics];

    /// <summary>The model for each load.</summary>
    public static Func<LoadTrace, ServiceModel> Read(ParseResult parsed, IEnumerable<Candidate> candidates)
    {
        var start = new ServiceModel { CapacityPerReplica = 1 };
        var pipeline = start.Pipeline;
        var model = start with
        {
            ObjectiveUtilization = parsed.GetValue(Objective) ?? start.ObjectiveUtilization,
            StartDelay = parsed.GetValue(Start) ?? start.StartDelay,
            WarmUp = parsed.GetValue(WarmUp) ?? start.WarmUp,
            Timeout = parsed.GetValue(Timeout) ?? start.Timeout,
            Drain = parsed.GetValue(Drain) ?? start.Drain,
            ConcurrencyPerReplica = parsed.GetValue(Concurrency) ?? start.ConcurrencyPerReplica,
            LatencyObjective = parsed.GetValue(LatencyObjective),
            Pipeline = new()
            {
                ScrapePeriod = parsed.GetValue(Scrape) ?? pipeline.ScrapePeriod,
                Window = parsed.GetValue(Window) ?? pipeline.Window,
                PublicationLag = parsed.GetValue(Lag) ?? pipeline.PublicationLag,
                InitialDelay = parsed.GetValue(InitialDelay) ?? pipeline.InitialDelay,
            },
            Metrics = Given(parsed, ServiceModel.DefaultMetrics.SetItems(Assumed)),
        };
        var capacity = parsed.GetValue(Capacity);
        ImmutableArray<ReplicaRange> ranges = [.. candidates.Select(c => c.Policy?.Range).OfType<ReplicaRange>()];
        return trace => model with { CapacityPerReplica = capacity ?? ServiceModel.For(trace, ranges).CapacityPerReplica };
    }

    /// <summary>What is assumed of metrics that policies read and nobody has given, a sentence each.</summary>
    public static IEnumerable<string> Notes(ParseResult parsed, IEnumerable<Candidate> candidates)
    {
        var given = Given(parsed, ImmutableSortedDictionary.Create<string, ModelMetric>(StringComparer.Ordinal));
        return
            from name in candidates.SelectMany(MetricsOf).Select(m => m.Name).Distinct(StringComparer.Ordinal)
            where Assumed.ContainsKey(name) && !given.ContainsKey(name)
            select $"The model does not know '{name}': it is {Assumed[name]} at all times, so that no rule asks for more because of it. "
                + $"Say what it shows with --metric {name}=NUMBER.";
    }

    /// <summary>Finds what policies read and the model does not know, before anything runs.</summary>
    /// <exception cref="CommandException">There is something.</exception>
    public static void Check(ServiceModel model, IEnumerable<Candidate> candidates)
    {
        var errors =
            from candidate in candidates
            from metric in MetricsOf(candidate)
            where !model.Metrics.ContainsKey(metric.Name)
            select $"Policy '{candidate.Name}' reads the metric '{metric}', which the model does not know: say what it shows with "
                + $"--metric {metric.Name}={Names("|")}, or give it a constant value.";
        if (errors.ToList() is { Count: > 0 } all) throw new CommandException(all);
    }

    private static IEnumerable<MetricRef> MetricsOf(Candidate candidate) =>
        (candidate.Policy?.Rules ?? []).SelectMany(r => r.Metrics).Distinct();

    /// <summary>Metrics that a user gives, beside or instead of others.</summary>
    private static ImmutableSortedDictionary<string, ModelMetric> Given(
        ParseResult parsed, ImmutableSortedDictionary<string, ModelMetric> metrics)
    {
        foreach (var text in parsed.GetValue(Metrics) ?? [])
        {
            var parts = text.Split('=');
            if (parts is not [{ Length: > 0 } name, var shows] || MetricOf(shows) is not { } metric)
                throw new CommandException($"--metric must be NAME={Names(", NAME=")} or NAME=NUMBER, but is '{text}'.");
            metrics = metrics.SetItem(MetricRef.Parse(name).Name, metric);
        }

        return metrics;
    }

    private static ModelMetric? MetricOf(string text)
    {
        var known = Array.Find(Signals, s => s.Name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (known.Name is not null) return ModelMetric.Of(known.Signal);
        return OptionValues.Number(text) is { } constant ? ModelMetric.Constant(constant) : null;
    }

    private static string Names(string separator) => string.Join(separator, Signals.Select(s => s.Name));

    private static int? Count(string text) =>
        OptionValues.Number(text) is >= 1 and <= int.MaxValue and var value && value == Math.Truncate(value) ? (int)value : null;

    private static StartDelay? StartDelayOf(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        TimeSpan?[] times = [.. text.Split("..").Select(t => OptionValues.Time(t, "0s"))];
        switch (times)
        {
            case [{ } same]: return StartDelay.Constant(same);
            case [{ Ticks: > 0 } median, { } p95] when p95 >= median: return StartDelay.LogNormal(median, p95);
            default:
                var rule = $"{OptionValues.TimeRule("0s")}, or a median and a 95th percentile that is no less, such as 60s..180s";
                result.AddError($"--start-delay must be {rule}, but is '{text}'.");
                return null;
        }
    }
}
