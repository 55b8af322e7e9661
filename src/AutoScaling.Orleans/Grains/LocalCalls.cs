using System.Collections.Immutable;
using AutoScaling.Orleans.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace AutoScaling.Orleans.Grains;

/// <summary>Answers calls of other silos and of clients by this silo's own autoscaler, which looks after the target.</summary>
internal sealed class LocalCalls(
    [FromKeyedServices(ITargetShare.LocalAutoScaler)] IAutoScaler local,
    BucketShare share,
    ILocalSiloDetails silo,
    BucketJson json,
    TimeProvider time)
{
    // All buckets are asked at once, and what their targets share is looked at once.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private AutoScalerStatus? _shared;
    private long _sharedAt;

    /// <summary>The silo's name.</summary>
    public string Silo => silo.Name;

    /// <summary>Whether a bucket is this silo's, so that no other has to be asked.</summary>
    public bool Has(int bucket) => share.Has(bucket);

    /// <summary>Answers a call of a bucket that is this silo's, for another silo.</summary>
    public async Task<BucketAnswer> AnswerAsync(BucketCall call, int bucket)
    {
        try
        {
            var answer = await DoAsync(call, bucket).ConfigureAwait(false);
            return new() { Silo = silo.Name, Json = answer is null ? null : json.Write(answer) };
        }
        catch (ScalingException e)
        {
            return BucketAnswer.Of(e, silo.Name);
        }
    }

    /// <summary>Answers a call of a bucket that is this silo's.</summary>
    /// <returns>What is answered; <see langword="null"/> if nothing is.</returns>
    /// <exception cref="ScalingException">What the silo's own autoscaler throws.</exception>
    public async Task<object?> DoAsync(BucketCall call, int bucket)
    {
        if (call.Kind == BucketCallKind.StatusOfAll) return StatusOf(bucket);
        if (call is { Kind: BucketCallKind.Recent, Target: null }) return Records(share.TargetsIn(bucket), call.After);
        ScalingTarget target = call.Target!;
        switch (call.Kind)
        {
            case BucketCallKind.Status:
                return local.TryGetStatus(target, out var status) ? status : null;
            case BucketCallKind.Recent:
                return Records([target], call.After);
            case BucketCallKind.Enable:
                local.Enable(target.Name);
                return null;
            case BucketCallKind.Disable:
                local.Disable(target.Name);
                return null;
            case BucketCallKind.Scale:
                return await local.ScaleAsync(target, call.Replicas, call.Reason, call.By).ConfigureAwait(false);
            case BucketCallKind.Pause:
                await local.PauseAsync(target, (ScalingOverrideKind)call.Override, call.Until, call.Reason, call.By).ConfigureAwait(false);
                return null;
            case BucketCallKind.Hold:
                await local.HoldAsync(target, call.Replicas, call.Until, call.Reason, call.By).ConfigureAwait(false);
                return null;
            case BucketCallKind.Resume:
                await local.ResumeAsync(target).ConfigureAwait(false);
                return null;
            case BucketCallKind.Metrics:
                return await local.GetMetricsAsync(target).ConfigureAwait(false);
            default:
                return await local.EvaluateAsync(target).ConfigureAwait(false);
        }
    }

    /// <summary>How this silo stands, with the targets of one bucket.</summary>
    private AutoScalerStatus StatusOf(int bucket)
    {
        var targets = ImmutableArray.CreateBuilder<TargetStatus>();
        foreach (var target in share.TargetsIn(bucket))
        {
            if (local.TryGetStatus(target, out var status)) targets.Add(status);
        }

        lock (_lock)
        {
            if (_shared is null || time.GetElapsedTime(_sharedAt) > Fresh)
                (_shared, _sharedAt) = (local.GetStatus() with { Targets = [] }, time.GetTimestamp());
            return _shared with { Targets = targets.DrainToImmutable() };
        }
    }

    private List<ScalingRecord> Records(IEnumerable<ScalingTarget> targets, DateTimeOffset? after) =>
    [
        .. targets.Where(target => local.TryGetStatus(target, out _)).SelectMany(target => local.GetRecent(target))
            .Where(record => after is null || record.At > after),
    ];
}
