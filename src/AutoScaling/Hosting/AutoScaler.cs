using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace AutoScaling.Hosting;

/// <summary>What the host and the loop do to the targets.</summary>
internal sealed class AutoScaler(
    TargetRegistry targets,
    TargetStatuses statuses,
    Schedule schedule,
    TargetRunner runner,
    Dispatcher dispatcher,
    WakeUp wake,
    Viewers viewers)
    : IAutoScaler
{
    public AutoScalerStatus GetStatus() => statuses.All();

    public TargetStatus GetStatus(ScalingTarget target) => statuses.Of(targets.Find(target));

    public bool TryGetStatus(ScalingTarget target, [NotNullWhen(true)] out TargetStatus? status)
    {
        status = targets.TryFind(target) is { } found ? statuses.Of(found) : null;
        return status is not null;
    }

    public ImmutableArray<ScalingRecord> GetRecent(ScalingTarget target) => targets.Find(target).Recent();

    public IAsyncEnumerable<ScalingRecord> WatchAsync(ScalingTarget? target = null, CancellationToken cancellationToken = default)
    {
        targets.Start();
        return viewers.WatchAsync(target is null ? null : targets.Find(target), cancellationToken);
    }

    public void Enable(string targets)
    {
        foreach (var target in FindAll(targets))
        {
            runner.Switch(target, enabled: true);
            schedule.SetAtLatest(target, schedule.Now);
        }

        wake.Wake();
    }

    public void Disable(string targets)
    {
        foreach (var target in FindAll(targets)) runner.Switch(target, enabled: false);
    }

    public void SetPolicy(ScalingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        targets.Start();
        targets.Set(policy);
        wake.Wake();
    }

    public void RemovePolicy(ScalingTarget target) => targets.Remove(target);

    public void SetShadow(string name, ScalingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        targets.SetShadow(new() { Name = name, Policy = policy });
    }

    public void RemoveShadow(ScalingTarget target, string name) => targets.RemoveShadow(target, name);

    public async Task<ScaleOutcome> ScaleAsync(
        ScalingTarget target,
        int replicas,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default)
    {
        var record = await runner.ScaleAsync(targets.Find(target), new(replicas, reason, by), cancellationToken).ConfigureAwait(false);
        var error = record.Outcome.Kind == ScaleOutcomeKind.Rejected
            ? $"'{target}' was not scaled to {replicas}: {record.Outcome.Reason}."
            : record.Error;
        return error is null ? record.Outcome : throw new ScalingException(ScalingErrorKind.ScalingFailed, error);
    }

    public Task PauseAsync(
        ScalingTarget target,
        ScalingOverrideKind kind = ScalingOverrideKind.Pause,
        DateTimeOffset? until = null,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default) =>
        OverrideAsync(target, "paused", (_, now) => ScalingOverride.Pause(now, kind, until, reason, by), cancellationToken);

    public Task HoldAsync(
        ScalingTarget target,
        int replicas,
        DateTimeOffset? until = null,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default) =>
        OverrideAsync(
            target,
            "held",
            (managed, now) =>
            {
                var policy = managed.Policy;
                if (policy.OverrideAt(now) is { } word) throw SaidByPolicy(policy, word, "held");
                if (!managed.Enabled) throw ScalingException.Invalid($"'{target}' cannot be held while it is disabled. Enable it first.");
                return ScalingOverride.Hold(policy.Range.Check(replicas, target), now, until, reason, by);
            },
            cancellationToken);

    public Task ResumeAsync(ScalingTarget target, CancellationToken cancellationToken = default) =>
        OverrideAsync(
            target,
            "resumed",
            (managed, now) => managed.Policy.OverrideAt(now) is { } word ? throw SaidByPolicy(managed.Policy, word, "resumed") : null,
            cancellationToken);

    public async Task<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken = default)
    {
        var metrics = await runner.ReadAsync(targets.Find(target), cancellationToken).ConfigureAwait(false);
        return metrics.Any(m => m.Status == MetricStatus.Available)
            ? metrics
            : throw new ScalingException(ScalingErrorKind.MetricsUnavailable, $"No metric of '{target}' can be read: {metrics}.");
    }

    public Task<ScalingRecord> EvaluateAsync(ScalingTarget target, CancellationToken cancellationToken = default) =>
        runner.EvaluateAsync(targets.Find(target), cancellationToken);

    public async Task<int> TickAsync(CancellationToken cancellationToken = default)
    {
        targets.Start();
        await targets.ReloadAsync(cancellationToken).ConfigureAwait(false);
        return runner.Terms.Leads ? await dispatcher.RunDueAsync(cancellationToken).ConfigureAwait(false) : 0;
    }

    private async Task OverrideAsync(
        ScalingTarget target, string what, Func<ManagedTarget, DateTimeOffset, ScalingOverride?> say, CancellationToken cancellationToken)
    {
        var managed = targets.Find(target);
        await runner.OverrideAsync(managed, what, now => say(managed, now), cancellationToken).ConfigureAwait(false);
        if (!managed.Enabled) return;
        schedule.SetAtLatest(managed, schedule.Now);
        wake.Wake();
    }

    private static ScalingException SaidByPolicy(ScalingPolicy policy, ScalingOverride word, string what) => ScalingException.Invalid(
        policy.Paused
            ? $"'{policy.Target}' cannot be {what} while its policy pauses it. Paused must be false there first."
            : $"'{policy.Target}' cannot be {what} while its policy says otherwise. {word}. Take that back there first.");

    private List<ManagedTarget> FindAll(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var all = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return all.Length == 0
            ? throw ScalingException.Invalid($"Targets must name at least 1 service, but is '{names}'.")
            : [.. all.Select(name => targets.Find(name))];
    }
}
