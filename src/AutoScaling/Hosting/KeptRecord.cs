using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AutoScaling.Deciding;

namespace AutoScaling.Hosting;

/// <summary>
/// The record of an evaluation as a host keeps it: of nearly all its figures, from which it is made again when somebody asks for it. The
/// next one is written over it in place, so that evaluations leave nothing behind that has to be collected among all that is old.
/// </summary>
internal struct KeptRecord
{
    // What has more than figures is kept as it is, but for what is remembered.
    private ScalingRecord? _whole;
    private ScalingPolicy? _policy;
    private KeptState _before;
    private ReplicaStatus? _replicas;
    private KeptReadings _readings;
    private DecisionNumbers _decision;
    private DecisionAside? _aside;
    private Recommendation[]? _said;
    private GuardStep[]? _steps;
    private int _stepped;
    private ScaleOutcome? _outcome;
    private TimeSpan _duration;
    private TimeSpan _lateness;

    public readonly bool IsEmpty => _whole is null && _policy is null;

    public readonly bool IsDecided => _policy is not null || _whole is { Decision: not null };

    /// <summary>What was decided; look at it only if something was.</summary>
    public readonly DecisionNumbers Decision => _whole is { Decision: { } decision } ? decision.Numbers : _decision;

    /// <summary>The policy that held.</summary>
    public readonly ScalingPolicy Policy => _whole?.Policy ?? _policy!;

    /// <summary>What the rules said; nothing if nothing was decided.</summary>
    public readonly ImmutableArray<Recommendation> Recommendations => _whole is { } whole
        ? whole.Decision?.Recommendations ?? []
        : ImmutableArray.Create(_said);

    /// <summary>What was remembered afterwards: it follows from what was before, from the decision, and from what became of it.</summary>
    public readonly ScalingState Next => _whole is null ? After(_before.State, ToDecision(), _outcome!)
        : After(_before.State, _whole.Decision, _whole.Outcome);

    /// <summary>Keeps a record in place of the one that was kept.</summary>
    public void Set(ScalingRecord record)
    {
        _before.Set(record.State);
        if (!record.IsPlain || record is not { Observation: { Headroom: null } seen, Decision: { } decision })
        {
            var whole = record.Decision is null
                ? record with { State = ScalingState.New }
                : record with { State = ScalingState.New, Next = ScalingState.New };
            this = new() { _before = _before, _whole = whole };
            return;
        }

        (_whole, _policy) = (null, record.Policy);
        _replicas = seen.Replicas;
        _readings.Set(seen.Metrics);
        (_decision, _aside, _outcome) = (decision.Numbers, decision.Aside, record.Outcome);
        (_duration, _lateness) = (record.Duration, record.Lateness);
        var said = decision.Recommendations.AsSpan();
        if (_said?.Length != said.Length) _said = new Recommendation[said.Length];
        said.CopyTo(_said);
        _stepped = decision.Steps.Length;
        if (_stepped > (_steps?.Length ?? 0)) _steps = new GuardStep[_stepped];
        decision.Steps.AsSpan().CopyTo(_steps);
    }

    /// <summary>The record.</summary>
    public readonly ScalingRecord ToRecord()
    {
        var state = _before.State;
        if (_whole is { Decision: null }) return _whole with { State = state };
        if (_whole is not null) return _whole with { State = state, Next = After(state, _whole.Decision, _whole.Outcome) };
        var decision = ToDecision();
        return new()
        {
            Target = _policy!.Target,
            At = _decision.At,
            Policy = _policy,
            State = state,
            Observation = new() { Replicas = _replicas!, Metrics = _readings.ToMetrics() },
            Decision = decision,
            Outcome = _outcome!,
            Duration = _duration,
            Lateness = _lateness,
            Next = After(state, decision, _outcome!),
        };
    }

    private static ScalingState After(ScalingState before, ScalingDecision? decision, ScaleOutcome outcome) =>
        decision is null ? before : before.After(decision, outcome);

    private readonly ScalingDecision ToDecision() => new(_policy!.Target, _decision)
    {
        Recommendations = ImmutableArray.Create(_said),
        Steps = ImmutableArray.Create(_steps.AsSpan(0, _stepped)),
        Behavior = _policy.Behavior,
        Aside = _aside,
    };
}

/// <summary>The readings of one evaluation, as far as they have nothing but values in place.</summary>
internal struct KeptReadings
{
    private ServiceMetrics? _whole;
    private Reading[]? _values;

    public void Set(ServiceMetrics readings)
    {
        _whole = null;
        if (_values?.Length != readings.Count) _values = new Reading[readings.Count];
        for (var i = 0; i < _values.Length; i++)
        {
            var reading = readings[i];
            if (reading is not { IsPlain: true, At.Offset.Ticks: 0 })
            {
                (_whole, _values) = (readings, null);
                return;
            }

            _values[i] = new(reading.Metric, reading.Value, reading.At.UtcTicks);
        }
    }

    public readonly ServiceMetrics ToMetrics()
    {
        if (_whole is not null) return _whole;
        var readings = new MetricReading[_values!.Length];
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var kept = ref _values[i];
            readings[i] = MetricReading.Available(kept.Metric, kept.Value, new(kept.At, TimeSpan.Zero));
        }

        return new(ImmutableCollectionsMarshal.AsImmutableArray(readings));
    }

    private readonly record struct Reading(MetricRef Metric, double Value, long At);
}
