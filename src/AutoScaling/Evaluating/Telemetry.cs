using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AutoScaling.Primitives;

namespace AutoScaling.Evaluating;

/// <summary>The library's own meter and activity source.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _outcomes;
    private readonly Counter<long> _holds;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _shadows;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _lateness;

    public Telemetry(IMeterFactory? meters)
    {
        _meter = meters?.Create(AutoScalingTelemetry.MeterName) ?? new(AutoScalingTelemetry.MeterName);
        _decisions = _meter.CreateCounter<long>("autoscaling.decisions", "{decision}", "Decisions by target and direction.");
        _outcomes = _meter.CreateCounter<long>("autoscaling.outcomes", "{outcome}", "What scalers did, by target and kind of outcome.");
        _holds = _meter.CreateCounter<long>("autoscaling.holds", "{decision}", "Decisions that a guard changed, by target and guard.");
        _errors = _meter.CreateCounter<long>("autoscaling.errors", "{error}", "Evaluations that failed, by target and kind of error.");
        _shadows = _meter.CreateCounter<long>(
            "autoscaling.shadow.decisions",
            "{decision}",
            "What shadows decided, by target, shadow and result: the same as the policy, different, or an error.");
        _duration = _meter.CreateHistogram<double>(
            "autoscaling.evaluation.duration", "s", "How long an evaluation takes, reading and scaling included.");
        _lateness = _meter.CreateHistogram<double>("autoscaling.tick.lateness", "s", "How long after its due time an evaluation begins.");
    }

    private ActivitySource Activities { get; } = new(AutoScalingTelemetry.ActivitySourceName);

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
    public static void End(Activity activity, ScalingRecord? record)
    {
        try
        {
            if (record is not null) Describe(activity, record);
            activity.Dispose();
        }
        catch (Exception)
        {
            // A listener's own trouble.
        }
    }

    /// <summary>Shows a number of replicas of every target each time the meter is read.</summary>
    /// <param name="name">The instrument's name.</param>
    /// <param name="description">What it shows.</param>
    /// <param name="measure">The number of each target, and of each shadow if that is what is shown.</param>
    public void ObserveReplicas(
        string name, string description, Func<IEnumerable<(ScalingTarget Target, string? Shadow, int Replicas)>> measure) =>
        _meter.CreateObservableGauge(name, () => measure().Select(m => Measurement(m.Target, m.Shadow, m.Replicas)), "{replica}", description);

    /// <summary>Shows whether this copy leads each time the meter is read.</summary>
    public void ObserveLeader(Func<bool> leads) =>
        _meter.CreateObservableGauge(
            "autoscaling.leader", () => leads() ? 1 : 0, "{leader}", "1 while this copy leads and scales the targets, otherwise 0.");

    public void Record(ScalingRecord record)
    {
        // Nobody may listen, and this is done for every evaluation: tags are made for those who do.
        if (_duration.Enabled) Record(_duration, record.Duration);
        if (_lateness.Enabled && !record.IsManual) Record(_lateness, record.Lateness);
        var target = new KeyValuePair<string, object?>("target", record.Target.Name);
        if (record.ErrorKind is { } kind) Count(_errors, target, new("kind", Name(kind)));
        if (record.Decision is not { } decision) return;
        if (_decisions.Enabled) Count(_decisions, target, new("direction", Name(decision.Direction)));
        if (decision.From != decision.To) Count(_outcomes, target, new("outcome", Name(record.Outcome.Kind)));
        foreach (var shadow in record.Shadows)
        {
            var result = shadow.Differs ? "different" : shadow.Error is null ? "same" : "error";
            Count(_shadows, target, new("shadow", shadow.Name), new("result", result));
        }

        if (!_holds.Enabled) return;
        foreach (var step in decision.Steps) Count(_holds, target, new("guard", Name(step.Guard)));
    }

    public void Dispose()
    {
        Activities.Dispose();
        _meter.Dispose();
    }

    // A listener that throws costs the evaluation nothing, nor what is measured next.
    private static void Count(Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception)
        {
            // Its own trouble.
        }
    }

    private static void Record(Histogram<double> histogram, TimeSpan duration)
    {
        try
        {
            histogram.Record(duration.TotalSeconds);
        }
        catch (Exception)
        {
            // A listener's own trouble.
        }
    }

    private static void Describe(Activity activity, ScalingRecord record)
    {
        activity.SetTag("autoscaling.target", record.Target.Name);
        activity.SetTag("autoscaling.from", record.Decision?.From);
        activity.SetTag("autoscaling.to", record.Decision?.To);
        activity.SetTag("autoscaling.outcome", record.Outcome.Kind.ToString());
        activity.SetTag("autoscaling.explanation", record.Explain());
        if (record.Error is not null) activity.SetStatus(ActivityStatusCode.Error, record.Error);
    }

    private static Measurement<int> Measurement(ScalingTarget target, string? shadow, int replicas) => shadow is null
        ? new(replicas, new KeyValuePair<string, object?>("target", target.Name))
        : new(replicas, new KeyValuePair<string, object?>("target", target.Name), new KeyValuePair<string, object?>("shadow", shadow));

    // Boxed names, made once: tags are objects.
    private static string Name<T>(T value)
        where T : struct, Enum => EnumNames<T>.Of(value);

    private static class EnumNames<T>
        where T : struct, Enum
    {
        private static readonly FrozenDictionary<T, string> Names =
            Enum.GetValues<T>().ToFrozenDictionary(v => v, v => Phrase.Words(v.ToString(), '_'));

        public static string Of(T value) => Names[value];
    }
}
