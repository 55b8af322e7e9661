using System.Runtime.CompilerServices;
using AutoScaling.Orleans.Grains;

namespace AutoScaling.Orleans.Reaching;

/// <summary>The last evaluations of targets, wherever they were made.</summary>
internal sealed class ClusterRecords(Buckets buckets, TimeProvider time)
{
    // How often buckets are asked for what is new.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The last evaluations of a target, or of all, newest first for each target.</summary>
    /// <param name="target">Which target; <see langword="null"/>: all.</param>
    /// <param name="after">Only those that are newer; <see langword="null"/>: all that are kept.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IEnumerable<ScalingRecord>> OfAsync(ScalingTarget? target, DateTimeOffset? after, CancellationToken cancellationToken)
    {
        var call = new BucketCall { Kind = BucketCallKind.Recent, Target = target?.Name, After = after };
        if (target is not null) return await buckets.AskAsync<List<ScalingRecord>>(call, cancellationToken).ConfigureAwait(false) ?? [];
        var answers = await buckets.AskAllAsync<List<ScalingRecord>>(call, cancellationToken).ConfigureAwait(false);
        return answers.SelectMany(answer => answer.Answer ?? []);
    }

    /// <summary>What is kept, oldest first, and then what is new, asked for every second.</summary>
    public async IAsyncEnumerable<ScalingRecord> WatchAsync(
        ScalingTarget? target, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Clocks of silos differ, and what ends later may have begun earlier: told is told by target.
        var told = new Dictionary<ScalingTarget, DateTimeOffset>();
        DateTimeOffset? from = null;
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            var now = time.GetUtcNow();
            foreach (var record in (await TryAsync(target, from, cancellationToken).ConfigureAwait(false)).OrderBy(r => r.At))
            {
                if (told.TryGetValue(record.Target, out var last) && record.At <= last) continue;
                told[record.Target] = record.At;
                yield return record;
            }

            from = now - (10 * Pause);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task<IEnumerable<ScalingRecord>> TryAsync(
        ScalingTarget? target, DateTimeOffset? after, CancellationToken cancellationToken)
    {
        try
        {
            return await OfAsync(target, after, cancellationToken).ConfigureAwait(false);
        }
        catch (ScalingException)
        {
            // Its silo may be lost; another one goes on with it, and is asked the next time.
            return [];
        }
    }
}
