using AutoScaling.Orleans.Grains;
using AutoScaling.Orleans.Sharing;
using AutoScaling.Primitives;
using Microsoft.Extensions.Options;
using Orleans;

namespace AutoScaling.Orleans.Reaching;

/// <summary>
/// Calls buckets wherever they are, each call with a deadline: one to a silo that is lost would hang. Those of this silo answer at once.
/// </summary>
internal sealed class Buckets(
    IGrainFactory grains,
    BucketJson json,
    IOptions<OrleansScalingOptions> options,
    IOptions<AutoScalingOptions> scaling,
    TimeProvider time,
    LocalCalls? local = null)
{
    /// <summary>How many there are.</summary>
    public int Count => options.Value.Buckets;

    /// <summary>Has the silo that looks after a target answer.</summary>
    /// <returns>What it answers; <see langword="default"/> if nothing.</returns>
    /// <exception cref="ScalingException">
    /// What it threw; or it did not answer in time (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    public async Task<T?> AskAsync<T>(BucketCall call, CancellationToken cancellationToken)
    {
        var bucket = BucketShare.BucketOf(call.Target!, Count);
        var (answer, _) = await AskAsync<T>(bucket, call, $"Silo of '{call.Target}'", cancellationToken).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Has the silo of each bucket answer, all at once.</summary>
    /// <returns>For each bucket what was answered, by which silo; or why nothing was.</returns>
    public async Task<IReadOnlyList<BucketResult<T>>> AskAllAsync<T>(BucketCall call, CancellationToken cancellationToken)
    {
        return await Task.WhenAll(Enumerable.Range(0, Count).Select(TryAskAsync)).ConfigureAwait(false);

        async Task<BucketResult<T>> TryAskAsync(int bucket)
        {
            try
            {
                var (answer, silo) = await AskAsync<T>(bucket, call, $"Silo of bucket {bucket}", cancellationToken).ConfigureAwait(false);
                return new(bucket, answer, silo, null);
            }
            catch (ScalingException e)
            {
                return new(bucket, default, null, e.Message);
            }
        }
    }

    private async Task<(T? Answer, string Silo)> AskAsync<T>(int bucket, BucketCall call, string who, CancellationToken cancellationToken)
    {
        BucketAnswer answer;
        try
        {
            if (local?.Has(bucket) == true)
            {
                var own = await local.DoAsync(call, bucket).WaitAsync(Limit(call.Kind), time, cancellationToken).ConfigureAwait(false);
                return ((T?)own, local.Silo);
            }

            answer = await grains.GetGrain<IBucketGrain>(bucket).Ask(call)
                .WaitAsync(Limit(call.Kind), time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new ScalingException(
                ScalingErrorKind.ScalingFailed, $"{who} did not answer within {Phrase.Of(Limit(call.Kind))}.", e);
        }
        catch (Exception e) when (e is not OperationCanceledException and not ScalingException)
        {
            // Whatever the way to another silo may throw.
            throw new ScalingException(ScalingErrorKind.ScalingFailed, $"{who} could not be asked: {Phrase.Of(e)}.", e);
        }

        if (answer.Failure is { } failure) throw failure;
        return (answer.Json is null ? default : json.Read<T>(answer.Json), answer.Silo);
    }

    private TimeSpan Limit(BucketCallKind kind) => kind is BucketCallKind.Scale or BucketCallKind.Evaluate
        ? options.Value.CallTimeout + (2 * scaling.Value.EvaluationTimeout)
        : options.Value.CallTimeout;
}

/// <summary>What one bucket has answered.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Silo">The silo that has answered; <see langword="null"/> if none has.</param>
/// <param name="Error">Why there is no answer, as a sentence.</param>
internal sealed record BucketResult<T>(int Bucket, T? Answer, string? Silo, string? Error);
