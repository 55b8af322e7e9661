using AutoScaling.Hosting;
using AutoScaling.Policies;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Evaluating;

/// <summary>Asks the metric sources that a policy names, side by side.</summary>
internal sealed class MetricsReader(RegisteredPorts ports, ILogger<IAutoScaler> logger)
{
    private const string Nothing = "the source returned nothing";

    /// <summary>Reads all metrics of a policy; what cannot be read is a reading that says why.</summary>
    /// <param name="managed">The target.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="call">The deadline.</param>
    /// <param name="answers">
    /// Is given what the sources answer, which are then also asked for what the policy's shadows read; <see langword="null"/> if nobody else
    /// wants it.
    /// </param>
    /// <param name="stopping">Cancelled when the host stops.</param>
    public async ValueTask<ServiceMetrics> ReadAsync(ManagedTarget managed, ScalingPolicy policy, PortCall call, SourceAnswers? answers, CancellationToken stopping)
    {
        var sources = policy.Sources;
        if (sources.Length == 0) return ServiceMetrics.Empty;
        if (sources.Length == 1) return await ReadSourceAsync(managed, sources[0], call, answers, stopping).ConfigureAwait(false);

        var reads = new Task<ServiceMetrics>[sources.Length];
        for (var i = 0; i < reads.Length; i++) reads[i] = ReadSourceAsync(managed, sources[i], call, answers, stopping).AsTask();
        return new([.. (await Task.WhenAll(reads).ConfigureAwait(false)).SelectMany(r => r)]);
    }

    /// <summary>Asks sources that only shadows ask, on the pool: one that blocks its thread holds up nothing else. Throws nothing.</summary>
    public Task ReadBesideAsync(
        ManagedTarget managed, ScalingPolicy policy, PortCall call, SourceAnswers answers, CancellationToken stopping) =>
        Task.WhenAll(policy.ShadowSources.Select(source => ReadBesideAsync(managed, source, call, answers, stopping)));

    /// <summary>The readings of a policy's metrics of a source that could not be asked.</summary>
    public static ServiceMetrics Failed(SourceMetrics source, string reason) =>
        new([.. source.Metrics.Select(m => MetricReading.Failed(source.Source is null ? m : new(m.Name, source.Source), reason))]);

    private async ValueTask<ServiceMetrics> ReadSourceAsync(
        ManagedTarget managed, SourceMetrics asked, PortCall call, SourceAnswers? answers, CancellationToken stopping)
    {
        var source = asked.Source;
        string reason;
        try
        {
            var request = new MetricsRequest(managed.Target, answers is null ? asked.Metrics : asked.Asked);
            var metrics = await call.RunAsync(Provider(managed, source).GetMetricsAsync(request, call.Token)).ConfigureAwait(false);
            if (metrics is not null)
            {
                var readings = Of(source, metrics);
                answers?.Add(source, readings);
                return readings;
            }

            reason = Nothing;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // A source that fails is a reading that failed: the other sources may still ask for more, and nobody for fewer.
            reason = Reason(managed, source, call, e);
            call.SourceFailure = e;
        }

        answers?.AddFailure(source, reason);
        return Failed(asked, reason);
    }

    private async Task ReadBesideAsync(
        ManagedTarget managed, SourceMetrics asked, PortCall call, SourceAnswers answers, CancellationToken stopping)
    {
        var source = asked.Source;
        try
        {
            var provider = Provider(managed, source);
            var request = new MetricsRequest(managed.Target, asked.Metrics);
            var deadline = call.Token;
            var read = Task.Run(() => provider.GetMetricsAsync(request, deadline).AsTask(), stopping);
            if (await call.RunAsync(new ValueTask<ServiceMetrics>(read)).ConfigureAwait(false) is { } metrics)
            {
                answers.Add(source, Of(source, metrics));
                EvaluationLog.ShadowsRead(logger, managed, source);
            }
            else
            {
                answers.AddFailure(source, Nothing);
                EvaluationLog.ShadowsNotRead(logger, managed, source, Nothing, null);
            }
        }
        catch (Exception e)
        {
            var reason = Reason(managed, source, call, e);
            answers.AddFailure(source, reason);
            if (!stopping.IsCancellationRequested) EvaluationLog.ShadowsNotRead(logger, managed, source, reason, e);
        }
    }

    private IMetricsProvider Provider(ManagedTarget managed, string? source)
    {
        var key = source ?? "";
        if (managed.LostSources.TryGetValue(key, out var lost))
        {
            if (!lost.IsCompleted) throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "an earlier call has not come back yet");
            managed.LostSources.TryRemove(key, out _);
        }

        return ports.Metrics(source) ?? throw new ScalingException(ScalingErrorKind.MetricsUnavailable, "it is not registered");
    }

    private static string Reason(ManagedTarget managed, string? source, PortCall call, Exception e)
    {
        if (e is AbandonedCallException abandoned) managed.LostSources[source ?? ""] = abandoned.Call;
        return call.Reason(e);
    }

    private static ServiceMetrics Of(string? source, ServiceMetrics metrics) => source is null ? metrics : new([.. metrics.Select(m => m.From(source))]);
}
