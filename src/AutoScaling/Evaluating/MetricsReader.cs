using System.Collections.Immutable;
using AutoScaling.Policies;

namespace AutoScaling.Evaluating;

/// <summary>Asks the metric sources that a policy names, side by side.</summary>
/// <param name="sources">The source that is registered under a name; no name is the default one.</param>
/// <param name="ports">Calls them.</param>
internal sealed class MetricsReader(Func<string?, IMetricsProvider?> sources, PortCaller ports)
{
    private const string Nothing = "the source returned nothing";

    /// <summary>Reads what a policy's rules read; what cannot be read is a reading that says why.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="calls">The target's calls.</param>
    /// <param name="deadline">Until when is waited.</param>
    /// <param name="withShadows">Whether the same sources are asked for what the policy's shadows read as well.</param>
    /// <param name="stopping">Cancelled when the evaluation is to end without a result.</param>
    public ValueTask<ServiceMetrics> ReadAsync(
        ScalingPolicy policy, TargetCalls calls, Deadline deadline, bool withShadows, CancellationToken stopping) => policy.Sources switch
        {
            [] => new(ServiceMetrics.Empty),
            [var only] => ReadSourceAsync(policy.Target, only.Source, Asked(only, withShadows), calls, deadline, stopping),
            var several => ReadSourcesAsync(policy.Target, several, withShadows, calls, deadline, stopping),
        };

    /// <summary>Asks one source for metrics that are read beside an evaluation.</summary>
    /// <returns>The readings, and why the source could not be asked if it could not.</returns>
    public async Task<(ServiceMetrics Readings, FailedSource? Failed)> ReadBesideAsync(
        ScalingTarget target, SourceMetrics asked, TargetCalls calls, Deadline deadline)
    {
        FailedSource failed;
        try
        {
            var read = await AskAsync(new(target, asked.Metrics), asked.Source, calls, deadline).ConfigureAwait(false);
            if (read is not null) return (read, null);
            failed = new(asked.Source, Nothing, null);
        }
        catch (Exception e)
        {
            failed = new(asked.Source, deadline.Reason(e), e);
        }

        return (Failed(asked.Source, asked.Metrics, failed.Reason), failed);
    }

    /// <summary>Asks one source for metrics of a target.</summary>
    /// <exception cref="Exception">Whatever it threw; or it is not there, or still works on an earlier call.</exception>
    private async ValueTask<ServiceMetrics?> AskAsync(MetricsRequest request, string? source, TargetCalls calls, Deadline deadline)
    {
        var port = source ?? "";
        if (calls.IsBusy(source)) throw new ScalingException(ScalingErrorKind.MetricsUnavailable, calls.BusyReason(port));
        var provider = sources(source) ?? throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "it is not registered");
        try
        {
            var metrics = await ports.CallAsync(
                deadline, calls, port, (provider, request), static (asked, stop) => asked.provider.GetMetricsAsync(asked.request, stop))
                .ConfigureAwait(false);
            return source is null || metrics is null ? metrics : Named(metrics, source);
        }
        catch (AbandonedCallException e)
        {
            calls.AbandonSource(source, e.Call);
            throw;
        }
    }

    private static ServiceMetrics Named(ServiceMetrics metrics, string source) => new([.. metrics.Select(m => m.From(source))]);

    private async ValueTask<ServiceMetrics> ReadSourcesAsync(
        ScalingTarget target,
        ImmutableArray<SourceMetrics> all,
        bool withShadows,
        TargetCalls calls,
        Deadline deadline,
        CancellationToken stopping)
    {
        var reads = new Task<ServiceMetrics>[all.Length];
        for (var i = 0; i < reads.Length; i++)
            reads[i] = ReadSourceAsync(target, all[i].Source, Asked(all[i], withShadows), calls, deadline, stopping).AsTask();
        return new([.. (await Task.WhenAll(reads).ConfigureAwait(false)).SelectMany(r => r)]);
    }

    private async ValueTask<ServiceMetrics> ReadSourceAsync(
        ScalingTarget target,
        string? source,
        ImmutableArray<MetricRef> metrics,
        TargetCalls calls,
        Deadline deadline,
        CancellationToken stopping)
    {
        var reason = Nothing;
        Exception? thrown = null;
        try
        {
            if (await AskAsync(new(target, metrics), source, calls, deadline).ConfigureAwait(false) is { } readings) return readings;
        }
        catch (Exception e) when (e is not OvertakenException && !stopping.IsCancellationRequested)
        {
            // A source that fails is a reading that failed: the other sources may still ask for more, and nobody for fewer.
            (reason, thrown) = (deadline.Reason(e), e);
        }

        calls.FailSource(new(source, reason, thrown));
        return Failed(source, metrics, reason);
    }

    private static ImmutableArray<MetricRef> Asked(SourceMetrics source, bool withShadows) => withShadows ? source.Asked : source.Metrics;

    private static ServiceMetrics Failed(string? source, ImmutableArray<MetricRef> metrics, string reason) =>
        new([.. metrics.Select(m => MetricReading.Failed(m, reason).From(source))]);
}
