using AutoScaling.Keda.Answering;
using AutoScaling.Keda.Contract;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Keda.Serving;

/// <summary>
/// What KEDA asks. The metric is the count itself, with a target of 1 for each replica: so the HorizontalPodAutoscaler that KEDA makes
/// wants exactly that count.
/// </summary>
internal sealed class ScalerService(IAutoScaler autoScaler, TimeProvider time, IHostApplicationLifetime lifetime)
    : ExternalScaler.ExternalScalerBase
{
    /// <summary>What the metric is called; KEDA puts a prefix of its own before it.</summary>
    public const string Metric = "replicas";

    private const string TargetKey = "target";

    // A sentence travels in a header.
    private const int LongestSentence = 1_000;

    /// <summary>How often a stream looks whether something has changed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public override Task<IsActiveResponse> IsActive(ScaledObjectRef request, ServerCallContext context) =>
        Task.FromResult(new IsActiveResponse { Result = Count(Find(request)) > 0 });

    public override Task<GetMetricSpecResponse> GetMetricSpec(ScaledObjectRef request, ServerCallContext context)
    {
        // Of a target that is blind, too: without it KEDA makes an HPA for the CPU, and keeps it.
        _ = Find(request);
        return Task.FromResult(new GetMetricSpecResponse
        {
            MetricSpecs = { new MetricSpec { MetricName = Metric, TargetSize = 1, TargetSizeFloat = 1 } },
        });
    }

    public override Task<GetMetricsResponse> GetMetrics(GetMetricsRequest request, ServerCallContext context)
    {
        if (!string.Equals(request.MetricName, Metric, StringComparison.Ordinal))
            throw Refusal(StatusCode.InvalidArgument, $"MetricName must be {Metric}, but is '{request.MetricName}'.");
        var count = Count(Find(request.ScaledObjectRef));
        return Task.FromResult(new GetMetricsResponse
        {
            MetricValues = { new MetricValue { MetricName = Metric, MetricValue_ = count, MetricValueFloat = count } },
        });
    }

    public override async Task StreamIsActive(
        ScaledObjectRef request, IServerStreamWriter<IsActiveResponse> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Period, time);
        bool? told = null;
        try
        {
            do
            {
                // While there is no count nothing is said, and what was said holds.
                if (!Recommended.TryGet(Find(request), time.GetUtcNow(), out var count, out _) || told == count > 0) continue;
                told = count > 0;
                await responseStream.WriteAsync(new IsActiveResponse { Result = told.Value }, stop.Token).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // KEDA hangs up, or the host stops.
        }
    }

    private int Count(TargetStatus status) => Recommended.TryGet(status, time.GetUtcNow(), out var count, out var because)
        ? count
        : throw Refusal(StatusCode.Unavailable, because);

    private TargetStatus Find(ScaledObjectRef? asked)
    {
        var name = "";
        if (asked is null || !asked.ScalerMetadata.TryGetValue(TargetKey, out name) || string.IsNullOrWhiteSpace(name))
            throw Refusal(StatusCode.InvalidArgument, $"The trigger's metadata must name a target, such as {TargetKey}: team-a/web.");
        if (!autoScaler.TryGetStatus(Parse(name), out var status))
            throw Refusal(StatusCode.NotFound, $"'{name}' has no policy.");
        if (status.Policy.Mode == ScalingMode.Recommend) return status;
        throw Refusal(
            StatusCode.FailedPrecondition,
            $"'{name}' is scaled by its policy, and KEDA would scale it, too: each would undo the other's work. "
            + "Mode must be recommend, but is scale.");
    }

    private static ScalingTarget Parse(string name)
    {
        try
        {
            return name;
        }
        catch (ScalingException e)
        {
            throw Refusal(StatusCode.InvalidArgument, e.Message);
        }
    }

    private static RpcException Refusal(StatusCode code, string sentence) =>
        new(new Status(code, sentence.Length <= LongestSentence ? sentence : sentence[..LongestSentence]));
}
