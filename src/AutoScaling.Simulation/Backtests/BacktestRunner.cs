using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AutoScaling.Primitives;
using AutoScaling.Simulation.Model;
using AutoScaling.Simulation.Scoring;

namespace AutoScaling.Simulation.Backtests;

/// <summary>Runs one candidate through one workload: the model's step, and between the steps the engine's.</summary>
internal sealed class BacktestRunner
{
    private readonly Workload _workload;
    private readonly Candidate _candidate;
    private readonly TimeSpan _interval;
    private readonly int? _constant;
    private readonly Fleet _fleet;
    private readonly Queueing _queue;
    private readonly ScoreKeeper _scores;
    private readonly Observer? _observer;
    private readonly int[] _ready;
    private readonly int[] _desired;
    private readonly float[] _utilization;
    private readonly float[] _backlog;
    private readonly ImmutableArray<ScalingDecision>.Builder _scalings = ImmutableArray.CreateBuilder<ScalingDecision>();
    private readonly ForecastWitness _forecasts;
    private ScalingState _state = ScalingState.New;
    private long _due;

    private BacktestRunner(Candidate candidate, Workload workload, BacktestOptions options)
    {
        _candidate = candidate;
        _workload = workload;
        var steps = workload.Load.Length;
        _ready = new int[steps];
        _desired = new int[steps];
        _utilization = new float[steps];
        _backlog = new float[steps];
        _queue = new(workload.Model);
        _scores = new(workload, candidate.Policy?.Range.Max);
        _interval = candidate.Policy?.Interval ?? options.Interval;
        _observer = candidate.Policy is { } policy ? new(workload, policy, _backlog) : null;
        _constant = candidate.Kind switch
        {
            CandidateKind.StaticMean => (int)Math.Ceiling(workload.Demand.Average()),
            CandidateKind.StaticPeak => workload.Demand.Max(),
            _ => null,
        };
        _forecasts = new(candidate.Policy);
        var replicas = candidate.Policy?.Range.Clamp(workload.Demand[0]) ?? Given(0);
        if (replicas > Fleet.Most) throw TooMany(replicas);
        _fleet = new(workload.Model, options.Seed, replicas);
    }

    public static BacktestRun Run(
        Candidate candidate, Workload workload, BacktestOptions options, CancellationToken cancellationToken) =>
        new BacktestRunner(candidate, workload, options).Run(cancellationToken);

    private BacktestRun Run(CancellationToken cancellationToken)
    {
        var seconds = _workload.Step.TotalSeconds;
        var timeout = (int)Math.Min(_ready.Length, Math.Ceiling(_workload.Model.Timeout / _workload.Step));
        var recent = 0.0;
        for (var i = 0; i < _ready.Length; i++)
        {
            if ((i & 0xFFFF) == 0) cancellationToken.ThrowIfCancellationRequested();
            var now = i * _workload.Step.Ticks;
            _fleet.Advance(now);
            if (_candidate.Policy is { } policy) Evaluate(policy, i, now);
            else if (Given(i) is var given && given != _fleet.Desired) Scale(given, now, _workload.Model.StartDelay.Median);

            var load = _workload.Load[i];
            recent += (load - (i >= timeout ? _workload.Load[i - timeout] : 0)) * seconds;
            var capacity = _fleet.Capacity(now);
            var happened = _queue.Serve(load, capacity, seconds, recent);
            _ready[i] = _fleet.Ready;
            _desired[i] = _fleet.Desired;
            _utilization[i] = (float)happened.Utilization;
            _backlog[i] = (float)happened.After;
            _observer?.Add(i, happened);
            if (i >= _workload.ScoredFrom) _scores.Add(i, happened, _fleet.Ready, _fleet.Existing, capacity);
        }

        return new()
        {
            Candidate = _candidate,
            Workload = _workload,
            Scores = _scores.Scores(_ready, _desired),
            Ready = ImmutableCollectionsMarshal.AsImmutableArray(_ready),
            Desired = ImmutableCollectionsMarshal.AsImmutableArray(_desired),
            Utilization = ImmutableCollectionsMarshal.AsImmutableArray(_utilization),
            Backlog = ImmutableCollectionsMarshal.AsImmutableArray(_backlog),
            Scalings = _scalings.ToImmutable(),
            Forecasts = _forecasts.Seen,
        };
    }

    private void Evaluate(ScalingPolicy policy, int step, long now)
    {
        if (now < _due) return;
        _due += ((now - _due) / _interval.Ticks * _interval.Ticks) + _interval.Ticks;
        var observation = new ScalingObservation
        {
            Replicas = _fleet.Status(_workload.Trace.Start),
            Metrics = _observer!.Read(step, _fleet),
        };
        var decision = Decide(policy, observation, _workload.Trace.Start.AddTicks(now));
        _forecasts.Look(step, _workload.Step, decision);
        if (decision.From == decision.To)
        {
            _state = _state.After(decision, ScaleOutcome.Unchanged);
            return;
        }

        Scale(decision.To, now);
        _scalings.Add(decision);
        _state = _state.After(decision, ScaleOutcome.Applied);
    }

    private ScalingDecision Decide(ScalingPolicy policy, ScalingObservation observation, DateTimeOffset at)
    {
        try
        {
            return ScalingDecisionEngine.Decide(policy, _state, observation, at);
        }
        catch (Exception e)
        {
            // A rule of the user's threw. The sentence says in which of the many backtests, and when.
            throw new ScalingException(
                ScalingErrorKind.InvalidConfiguration,
                $"'{_candidate.Name}' cannot decide on '{_workload.Trace.Name}' at {Phrase.Of(at)}: {Phrase.Of(e)}.",
                e);
        }
    }

    private void Scale(int replicas, long now, TimeSpan? delay = null)
    {
        if (replicas > Fleet.Most) throw TooMany(replicas);
        _fleet.Scale(replicas, now, delay);
    }

    private ScalingException TooMany(int replicas) => new([
        $"A backtest must get along with {Fleet.Most} replicas, but '{_candidate.Name}' wants {replicas} on '{_workload.Trace.Name}', "
        + $"where one serves {Phrase.Exact(_workload.Model.CapacityPerReplica)}: is CapacityPerReplica in the unit of the load?"]);

    /// <summary>What a baseline without a policy asks for in a step.</summary>
    private int Given(int step) => _constant ?? _workload.ClairvoyantDesired[step];
}
