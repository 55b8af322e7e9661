using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace AutoScaling.Evaluating;

/// <summary>The library's own meter and activity source.</summary>
internal sealed class Telemetry : IDisposable
{
    private const string Seconds = "s";

    private static readonly string Version = VersionOf(typeof(Telemetry).Assembly);

    // From sources that answer at once to calls that are given up; what OpenTelemetry takes otherwise is meant for milliseconds.
    private static readonly InstrumentAdvice<double> InSeconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15, 30, 60],
    };

    private readonly Meter _meter;
    private readonly ITargetShare? _share;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _outcomes;
    private readonly Counter<long> _holds;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _shadows;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _lateness;

    public Telemetry(IMeterFactory? meters, ITargetShare? share = null)
    {
        _share = share;
        var options = new MeterOptions(AutoScalingTelemetry.MeterName) { Version = Version };
        _meter = meters?.Create(options) ?? new(options);
        _decisions = _meter.CreateCounter<long>("autoscaling.decisions", "{decision}", "Decisions by target and direction.");
        _outcomes = _meter.CreateCounter<long>("autoscaling.outcomes", "{outcome}", "What scalers did, by target and kind of outcome.");
        _holds = _meter.CreateCounter<long>("autoscaling.holds", "{decision}", "Decisions that a guard changed, by target and guard.");
        _errors = _meter.CreateCounter<long>("autoscaling.errors", "{error}", "Evaluations that failed, by target and kind of error.");
        _shadows = _meter.CreateCounter<long>(
            "autoscaling.shadow.decisions",
            "{decision}",
            "What shadows decided, by target, shadow and result: the same as the policy, different, or an error.");
        _duration = _meter.CreateHistogram(
            "autoscaling.evaluation.duration", Seconds, "How long an evaluation takes, reading and scaling included.", advice: InSeconds);
        _lateness = _meter.CreateHistogram(
            "autoscaling.tick.lateness", Seconds, "How long after its due time an evaluation begins.", advice: InSeconds);
    }

    public ActivitySource Activities { get; } = new(AutoScalingTelemetry.ActivitySourceName, Version);

    /// <summary>Begins the activity of an evaluation, if anybody listens.</summary>
    public Activity? Begin()
    {
        try
        {
            return Activities.StartActivity("autoscaling.evaluate");
        }
        catch (Exception)
        {
            // A listener's own trouble.
            return null;
        }
    }

    /// <summary>Ends the activity of an evaluation.</summary>
    /// <param name="activity">The activity.</param>
    /// <param name="record">The evaluation; <see langword="null"/> if it came to no end.</param>
    public void End(Activity activity, ScalingRecord? record)
    {
        try
        {
            if (record is not null && activity.IsAllDataRequested) Describe(activity, record);
            activity.Dispose();
        }
        catch (Exception)
        {
            // A listener's own trouble.
        }
    }

    /// <summary>Shows counts each time the meter is read. They may be added up, so that is what the instrument says.</summary>
    public void ObserveCounts(string name, string unit, string description, Func<IEnumerable<Measurement<int>>> measure) =>
        _meter.CreateObservableUpDownCounter(name, measure, unit, description);

    /// <summary>Shows values of metrics each time the meter is read. Each has the unit of its metric, which is not known here.</summary>
    public void ObserveValues(string name, string description, Func<IEnumerable<Measurement<double>>> measure) =>
        _meter.CreateObservableGauge(name, measure, unit: null, description);

    /// <summary>Shows whether this copy leads each time the meter is read.</summary>
    public void ObserveLeader(Func<bool> leads) =>
        _meter.CreateObservableGauge(
            "autoscaling.leader", () => leads() ? 1 : 0, "{leader}", "1 while this copy leads and scales the targets, otherwise 0.");

    public void Record(ScalingRecord record)
    {
        // Nobody may listen, and this is done for every evaluation: tags are made for those who do.
        var failed = record.ErrorKind is { } kind ? TelemetryTags.Word(kind) : null;
        if (_duration.Enabled)
        {
            if (failed is null) Record(_duration, record.Duration);
            else Record(_duration, record.Duration, new KeyValuePair<string, object?>(TelemetryTags.ErrorType, failed));
        }

        if (_lateness.Enabled && !record.IsManual) Record(_lateness, record.Lateness);
        var target = record.Target;
        if (failed is not null) Count(_errors, target, TelemetryTags.Tag(TelemetryTags.ErrorType, failed));
        if (record.Decision is not { } decision) return;
        if (_decisions.Enabled)
            Count(_decisions, target, TelemetryTags.Tag(TelemetryTags.Direction, TelemetryTags.Word(decision.Direction)));
        if (decision.From != decision.To)
            Count(_outcomes, target, TelemetryTags.Tag(TelemetryTags.Outcome, TelemetryTags.Word(record.Outcome.Kind)));
        foreach (var shadow in record.Shadows)
        {
            var result = shadow.Differs ? "different" : shadow.Error is null ? "same" : "error";
            Count(_shadows, target, TelemetryTags.Tag(TelemetryTags.Shadow, shadow.Name), TelemetryTags.Tag(TelemetryTags.Result, result));
        }

        if (!_holds.Enabled) return;
        foreach (var step in decision.Steps) Count(_holds, target, TelemetryTags.Tag(TelemetryTags.Guard, TelemetryTags.Word(step.Guard)));
    }

    public void Dispose()
    {
        Activities.Dispose();
        _meter.Dispose();
    }

    /// <summary>The tags of a measurement of a target.</summary>
    public TagList TagsOf(ScalingTarget target, params ReadOnlySpan<KeyValuePair<string, object?>> more)
    {
        var tags = new TagList { TelemetryTags.Of(target) };
        foreach (var tag in more) tags.Add(tag);
        if (_share is null) return tags;
        foreach (var tag in _share.TagsOf(target)) tags.Add(tag);
        return tags;
    }

    // A listener that throws costs the evaluation nothing, nor what is measured next.
    private void Count(Counter<long> counter, ScalingTarget target, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!counter.Enabled) return;
        try
        {
            counter.Add(1, TagsOf(target, tags));
        }
        catch (Exception)
        {
            // Its own trouble.
        }
    }

    private static void Record(Histogram<double> histogram, TimeSpan duration, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            histogram.Record(duration.TotalSeconds, tags);
        }
        catch (Exception)
        {
            // A listener's own trouble.
        }
    }

    /// <summary>Says in an activity what became of the evaluation.</summary>
    private void Describe(Activity activity, ScalingRecord record)
    {
        foreach (var (name, value) in TagsOf(record.Target)) activity.SetTag(name, value);
        activity.SetTag(TelemetryTags.From, record.Decision?.From);
        activity.SetTag(TelemetryTags.To, record.Decision?.To);
        activity.SetTag(TelemetryTags.Outcome, TelemetryTags.Word(record.Outcome.Kind));
        activity.SetTag(TelemetryTags.Explanation, record.Explain());
        if (record.ErrorKind is { } kind) activity.SetTag(TelemetryTags.ErrorType, TelemetryTags.Word(kind));
        if (record.Error is not null) activity.SetStatus(ActivityStatusCode.Error, record.Error);
    }

    /// <summary>The version of a package, without the commit that it was made of.</summary>
    private static string VersionOf(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var commit = version.IndexOf('+', StringComparison.Ordinal);
        return commit < 0 ? version : version[..commit];
    }
}
