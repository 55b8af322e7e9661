using Microsoft.Extensions.Logging;

namespace AutoScaling;

/// <summary>Asks the metric sources that a policy names, side by side.</summary>
internal sealed class MetricsReader(Ports ports, ILogger<IAutoScaler> logger)
{
    /// <summary>Reads all metrics of a policy; what cannot be read is a reading that says why.</summary>
    public async ValueTask<ServiceMetrics> ReadAsync(ManagedTarget managed, ScalingPolicy policy, PortCall call, CancellationToken stopping)
    {
        var sources = policy.Sources;
        if (sources.Length == 0) return ServiceMetrics.Empty;
        if (sources.Length == 1) return await ReadSourceAsync(managed, policy, sources[0], call, stopping).ConfigureAwait(false);

        var reads = new Task<ServiceMetrics>[sources.Length];
        for (var i = 0; i < reads.Length; i++) reads[i] = ReadSourceAsync(managed, policy, sources[i], call, stopping).AsTask();
        return new([.. (await Task.WhenAll(reads).ConfigureAwait(false)).SelectMany(r => r)]);
    }

    private async ValueTask<ServiceMetrics> ReadSourceAsync(ManagedTarget managed, ScalingPolicy policy, string? source, PortCall call, CancellationToken stopping)
    {
        string reason;
        var key = source ?? "";
        try
        {
            if (managed.LostSources.TryGetValue(key, out var lost))
            {
                if (!lost.IsCompleted) throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "an earlier call has not come back yet");
                managed.LostSources.TryRemove(key, out _);
            }

            var provider = ports.Metrics(source) ?? throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "it is not registered");
            var metrics = await call.RunAsync(provider.GetMetricsAsync(policy.Target, call.Token)).ConfigureAwait(false);
            if (metrics is not null) return source is null ? metrics : new([.. metrics.Select(m => m.From(source))]);
            reason = "the source returned nothing";
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // A source that fails is a reading that failed: the other sources may still ask for more, and nobody for fewer.
            reason = call.Reason(e);
            if (e is AbandonedCallException abandoned) managed.LostSources[key] = abandoned.Call;
            var (level, trace) = managed.Trouble(e);
            Log.SourceFailed(logger, level, policy.Target, source ?? "the default source", reason, trace);
        }

        return new([.. policy.Rules.SelectMany(r => r.Metrics)
            .Where(m => string.Equals(m.Source, source, StringComparison.Ordinal))
            .Select(m => MetricReading.Failed(m, reason))]);
    }
}
