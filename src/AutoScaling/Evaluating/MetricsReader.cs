namespace AutoScaling.Evaluating;

/// <summary>Asks the metric sources that a policy names, side by side.</summary>
/// <param name="sources">The source that is registered under a name; no name is the default one.</param>
internal sealed class MetricsReader(Func<string?, IMetricsProvider?> sources)
{
    private const string Nothing = "the source returned nothing";

    /// <summary>Reads all metrics of a policy; what cannot be read is a reading that says why.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="calls">The target's calls.</param>
    /// <param name="deadline">Until when is waited.</param>
    /// <param name="stopping">Cancelled when the evaluation is to end without a result.</param>
    public ValueTask<ServiceMetrics> ReadAsync(ScalingPolicy policy, TargetCalls calls, Deadline deadline, CancellationToken stopping) => policy.Sources.Length switch
    {
        0 => new(ServiceMetrics.Empty),
        1 => ReadSourceAsync(policy, policy.Sources[0], calls, deadline, stopping),
        _ => ReadSourcesAsync(policy, calls, deadline, stopping),
    };

    /// <summary>Asks one source for metrics that are read beside an evaluation, on the pool: one that blocks its thread holds up nothing else.</summary>
    /// <returns>The readings, or why there are none.</returns>
    public async Task<(ServiceMetrics? Readings, FailedSource? Failed)> ReadBesideAsync(ScalingTarget target, string? source, TargetCalls calls, Deadline deadline)
    {
        try
        {
            var read = await AskAsync(target, source, calls, deadline, onPool: true).ConfigureAwait(false);
            return read is null ? (null, new(source, Nothing, null)) : (read, null);
        }
        catch (Exception e)
        {
            return (null, new(source, deadline.Reason(e), e));
        }
    }

    /// <summary>Asks one source for metrics of a target.</summary>
    /// <exception cref="Exception">Whatever it threw; or it is not there, or still works on an earlier call.</exception>
    private async ValueTask<ServiceMetrics?> AskAsync(ScalingTarget target, string? source, TargetCalls calls, Deadline deadline, bool onPool = false)
    {
        if (calls.IsBusy(source)) throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "an earlier call has not come back yet");
        var provider = sources(source) ?? throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "it is not registered");
        try
        {
            var token = deadline.Token;
            var call = onPool
                ? new(Task.Run(() => provider.GetMetricsAsync(target, token).AsTask(), CancellationToken.None))
                : provider.GetMetricsAsync(target, token);
            var metrics = await deadline.RunAsync(call).ConfigureAwait(false);
            return source is null || metrics is null ? metrics : new([.. metrics.Select(m => m.From(source))]);
        }
        catch (AbandonedCallException e)
        {
            calls.AbandonSource(source, e.Call);
            throw;
        }
    }

    private async ValueTask<ServiceMetrics> ReadSourcesAsync(ScalingPolicy policy, TargetCalls calls, Deadline deadline, CancellationToken stopping)
    {
        var reads = new Task<ServiceMetrics>[policy.Sources.Length];
        for (var i = 0; i < reads.Length; i++) reads[i] = ReadSourceAsync(policy, policy.Sources[i], calls, deadline, stopping).AsTask();
        return new([.. (await Task.WhenAll(reads).ConfigureAwait(false)).SelectMany(r => r)]);
    }

    private async ValueTask<ServiceMetrics> ReadSourceAsync(ScalingPolicy policy, string? source, TargetCalls calls, Deadline deadline, CancellationToken stopping)
    {
        var reason = Nothing;
        Exception? thrown = null;
        try
        {
            if (await AskAsync(policy.Target, source, calls, deadline).ConfigureAwait(false) is { } metrics) return metrics;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // A source that fails is a reading that failed: the other sources may still ask for more, and nobody for fewer.
            (reason, thrown) = (deadline.Reason(e), e);
        }

        calls.FailSource(new(source, reason, thrown));
        return Failed(policy, source, reason);
    }

    private static ServiceMetrics Failed(ScalingPolicy policy, string? source, string reason) =>
        new([.. policy.Rules.SelectMany(r => r.Metrics)
            .Where(m => string.Equals(m.Source, source, StringComparison.Ordinal))
            .Select(m => MetricReading.Failed(m, reason))]);
}
