using System.Collections.Immutable;
using AutoScaling.Evaluating;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>
/// Those who are told of every evaluation, each on its own, so that one that is slow, hangs or throws costs nobody else anything.
/// </summary>
internal sealed class Observers(
    IEnumerable<IScalingObserver> observers,
    Viewers viewers,
    TargetRegistry targets,
    TimeProvider time,
    IOptions<AutoScalingOptions> options,
    QuietLogger<TargetEvaluator> logger)
{
    // Two rounds of all targets, as all of them may be due at one time.
    private const int LeastWaiting = 10_000;

    /// <summary>What each is yet to be told, in the order in which they were registered.</summary>
    public ImmutableArray<ObserverQueue> Queues { get; } =
    [
        .. observers.Select(observer => new ObserverQueue(
            observer, () => Math.Max(LeastWaiting, 2 * targets.Count), options.Value.EvaluationTimeout, time, logger)),
    ];

    /// <summary>What is wrong with them, one sentence each.</summary>
    public IEnumerable<string> Troubles => Queues.Select(queue => queue.Trouble).OfType<string>();

    /// <summary>Tells all of an evaluation, without waiting for them.</summary>
    public void Tell(in ToldRecord told)
    {
        foreach (var queue in Queues) queue.Add(told.Record);
        viewers.Tell(told);
    }

    /// <summary>Ends what those read who follow: there is nothing more to be told.</summary>
    public void End() => viewers.End();

    /// <summary>Waits until all know what there is to know by now; for none longer than for an evaluation.</summary>
    public Task DrainAsync() => Queues.Length == 0 ? Task.CompletedTask : Task.WhenAll(Queues.Select(queue => queue.DrainAsync()));
}
