using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using AutoScaling.Orleans.Grains;

namespace AutoScaling.Orleans.Reaching;

/// <summary>
/// The autoscaler of the whole cluster, from any silo and any client: each call goes to the silo that looks after the target.
/// </summary>
internal sealed class ClusterAutoScaler(Buckets buckets, ClusterStatus status, ClusterRecords records, LocalTick tick) : IAutoScaler
{
    public AutoScalerStatus GetStatus() => Answered(() => status.GetAsync(CancellationToken.None));

    public TargetStatus GetStatus(ScalingTarget target) => TryGetStatus(target, out var found) ? found : throw NotFound(target);

    public bool TryGetStatus(ScalingTarget target, [NotNullWhen(true)] out TargetStatus? status)
    {
        ArgumentNullException.ThrowIfNull(target);
        status = Answered(() => AskAsync<TargetStatus>(BucketCallKind.Status, target));
        return status is not null;
    }

    public ImmutableArray<ScalingRecord> GetRecent(ScalingTarget target)
    {
        _ = GetStatus(target);
        return [.. Answered(() => records.OfAsync(target, null, CancellationToken.None))];
    }

    public IAsyncEnumerable<ScalingRecord> WatchAsync(ScalingTarget? target = null, CancellationToken cancellationToken = default)
    {
        if (target is not null) _ = GetStatus(target);
        return records.WatchAsync(target, cancellationToken);
    }

    public void Enable(string targets) => Switch(targets, BucketCallKind.Enable);

    public void Disable(string targets) => Switch(targets, BucketCallKind.Disable);

    public void SetPolicy(ScalingPolicy policy) => throw FromSources("SetPolicy");

    public void RemovePolicy(ScalingTarget target) => throw FromSources("RemovePolicy");

    public void SetShadow(string name, ScalingPolicy policy) => throw FromSources("SetShadow");

    public void RemoveShadow(ScalingTarget target, string name) => throw FromSources("RemoveShadow");

    public async Task<ScaleOutcome> ScaleAsync(
        ScalingTarget target, int replicas, string? reason = null, string? by = null, CancellationToken cancellationToken = default)
    {
        var call = Call(BucketCallKind.Scale, target) with { Replicas = replicas, Reason = reason, By = by };
        return await buckets.AskAsync<ScaleOutcome>(call, cancellationToken).ConfigureAwait(false) ?? throw NotFound(target);
    }

    public Task PauseAsync(
        ScalingTarget target,
        ScalingOverrideKind kind = ScalingOverrideKind.Pause,
        DateTimeOffset? until = null,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default)
    {
        var call = Call(BucketCallKind.Pause, target) with { Override = (int)kind, Until = until, Reason = reason, By = by };
        return buckets.AskAsync<string>(call, cancellationToken);
    }

    public Task HoldAsync(
        ScalingTarget target,
        int replicas,
        DateTimeOffset? until = null,
        string? reason = null,
        string? by = null,
        CancellationToken cancellationToken = default)
    {
        var call = Call(BucketCallKind.Hold, target) with { Replicas = replicas, Until = until, Reason = reason, By = by };
        return buckets.AskAsync<string>(call, cancellationToken);
    }

    public Task ResumeAsync(ScalingTarget target, CancellationToken cancellationToken = default) =>
        buckets.AskAsync<string>(Call(BucketCallKind.Resume, target), cancellationToken);

    public async Task<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken = default) =>
        await buckets.AskAsync<ServiceMetrics>(Call(BucketCallKind.Metrics, target), cancellationToken).ConfigureAwait(false)
        ?? throw NotFound(target);

    public async Task<ScalingRecord> EvaluateAsync(ScalingTarget target, CancellationToken cancellationToken = default) =>
        await buckets.AskAsync<ScalingRecord>(Call(BucketCallKind.Evaluate, target), cancellationToken).ConfigureAwait(false)
        ?? throw NotFound(target);

    public Task<int> TickAsync(CancellationToken cancellationToken = default) => tick.TickAsync(cancellationToken);

    private static BucketCall Call(BucketCallKind kind, ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new() { Kind = kind, Target = target.Name };
    }

    private static ScalingException NotFound(ScalingTarget target) =>
        new(ScalingErrorKind.PolicyNotFound, $"There is no policy for '{target}'.");

    private static ScalingException FromSources(string what) => new(
        ScalingErrorKind.InvalidConfiguration,
        $"{what} must be done in the source of the policies, which every silo of the cluster reads; one silo alone cannot change them.");

    /// <summary>
    /// Waits for an answer of another silo, on the pool: these calls answer at once in a host that is alone, and so have no task.
    /// </summary>
    private static T Answered<T>(Func<Task<T>> call) => Task.Run(call).GetAwaiter().GetResult();

    private Task<T?> AskAsync<T>(BucketCallKind kind, ScalingTarget target) =>
        buckets.AskAsync<T>(Call(kind, target), CancellationToken.None);

    private void Switch(string targets, BucketCallKind kind)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var names = targets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        ScalingTarget[] all = [.. names.Select(name => new ScalingTarget(name))];
        if (all.Length == 0)
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"Targets must name at least 1 service, but is '{targets}'.");
        foreach (var target in all) _ = GetStatus(target);
        foreach (var target in all) Answered(() => AskAsync<string>(kind, target));
    }
}
