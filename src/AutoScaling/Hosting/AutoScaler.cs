using System.Collections.Immutable;
using AutoScaling.Evaluating;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>What the host and the loop do to the targets.</summary>
internal sealed class AutoScaler : IAutoScaler
{
    private readonly TargetRegistry _targets;
    private readonly Schedule _schedule;
    private readonly Evaluator _evaluator;
    private readonly LeaderGate _gate;
    private readonly TimeProvider _time;
    private readonly AutoScalingOptions _options;

    public AutoScaler(TargetRegistry targets, Schedule schedule, Evaluator evaluator, LeaderGate gate, Telemetry telemetry, TimeProvider time, IOptions<AutoScalingOptions> options)
    {
        _targets = targets;
        _schedule = schedule;
        _evaluator = evaluator;
        _gate = gate;
        _time = time;
        _options = options.Value;
        telemetry.ObserveReplicas(() => _targets.All);
        if (gate.IsElected) telemetry.ObserveLeader(() => gate.Term is not null);
    }

    /// <summary>Tells the loop that something may be due earlier than it thinks.</summary>
    public Action? Woken { get; set; }

    public AutoScalerStatus GetStatus()
    {
        _targets.Start();
        return new()
        {
            At = _time.GetUtcNow(),
            Targets = [.. _targets.All.Select(Status).OrderBy(t => t.Target.Name, StringComparer.Ordinal)],
            ReloadErrors = _targets.ReloadErrors,
            Leadership = _gate.Status,
        };
    }

    public TargetStatus GetStatus(ScalingTarget target) => Status(_targets.Find(target));

    public ImmutableArray<ScalingRecord> GetRecent(ScalingTarget target) => _targets.Find(target).Recent();

    public void Enable(string targets)
    {
        foreach (var target in FindAll(targets))
        {
            target.Enabled = true;
            _schedule.SetAtLatest(target, _schedule.Now);
        }

        Woken?.Invoke();
    }

    public void Disable(string targets)
    {
        foreach (var target in FindAll(targets)) target.Enabled = false;
    }

    public void SetPolicy(ScalingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _targets.Start();
        _targets.Set(policy);
        Woken?.Invoke();
    }

    public void RemovePolicy(ScalingTarget target) => _targets.Remove(target);

    public void SetShadow(string name, ScalingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _targets.SetShadow(new() { Name = name, Policy = policy });
    }

    public void RemoveShadow(ScalingTarget target, string name) => _targets.RemoveShadow(target, name);

    public async Task<ScaleOutcome> ScaleAsync(ScalingTarget target, int replicas, CancellationToken cancellationToken = default)
    {
        var record = await _evaluator.ScaleAsync(_targets.Find(target), replicas, cancellationToken).ConfigureAwait(false);
        if (record.Error is not null) throw new ScalingException(ScalingErrorKind.ScalingFailed, record.Error);
        return record.Outcome.Kind == ScaleOutcomeKind.Rejected
            ? throw new ScalingException(ScalingErrorKind.ScalingFailed, $"'{target}' was not scaled to {replicas}: {record.Outcome.Reason}.")
            : record.Outcome;
    }

    public async Task<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken = default)
    {
        var metrics = await _evaluator.ReadAsync(_targets.Find(target), cancellationToken).ConfigureAwait(false);
        return metrics.Any(m => m.Status == MetricStatus.Available)
            ? metrics
            : throw new ScalingException(ScalingErrorKind.MetricsUnavailable, $"No metric of '{target}' can be read: {metrics}.");
    }

    public Task<ScalingRecord> EvaluateAsync(ScalingTarget target, CancellationToken cancellationToken = default) =>
        _evaluator.EvaluateAsync(_targets.Find(target), null, cancellationToken).AsTask();

    public async Task<int> TickAsync(CancellationToken cancellationToken = default)
    {
        _targets.Start();
        _targets.Reload();
        if (_gate.Term is null) return 0;
        var now = _schedule.Now;
        var taken = new List<(ManagedTarget Target, long Due)>();
        while (_schedule.Take(now) is { } next) taken.Add(next);
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(taken, parallel, (next, stopping) => RunAsync(next.Target, next.Due, stopping)).ConfigureAwait(false);
        }
        finally
        {
            // A tick that was cut off leaves the targets that it did not come to as due as they were.
            foreach (var (target, due) in taken)
            {
                if (target.Due == 0 && target.Enabled) _schedule.SetAtLatest(target, due);
            }
        }

        return taken.Count;
    }

    /// <summary>Evaluates a target that was taken from the schedule, and makes it due again.</summary>
    public async ValueTask RunAsync(ManagedTarget target, long due, CancellationToken stopping)
    {
        try
        {
            await _evaluator.EvaluateAsync(target, TimeSpan.FromTicks(_schedule.Now - due), stopping).ConfigureAwait(false);
        }
        catch (ScalingException) when (_gate.Term is null)
        {
            // Another copy evaluates it.
        }
        finally
        {
            _schedule.AddNext(target, due);
        }
    }

    private TargetStatus Status(ManagedTarget target)
    {
        var now = _time.GetUtcNow();
        return target.Status(now, target.Due is var due and not 0 && _gate.Term is not null ? now + TimeSpan.FromTicks(due - _schedule.Now) : null);
    }

    private List<ManagedTarget> FindAll(string targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var names = targets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0
            ? throw ScalingException.Invalid($"Targets must name at least 1 service, but is '{targets}'.")
            : [.. names.Select(name => _targets.Find(name))];
    }
}
