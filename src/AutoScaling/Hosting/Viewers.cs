using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AutoScaling.Primitives;

namespace AutoScaling.Hosting;

/// <summary>Those who follow evaluations while the host runs. Nobody waits for them: who is too slow is dropped.</summary>
internal sealed class Viewers(TargetRegistry targets)
{
    // As many as wait for an observer.
    private const int LeastWaiting = 10_000;

    // What is kept is no longer the object that was told. Of one target no two evaluations have the same time and all else the same, too.
    private static readonly EqualityComparer<ScalingRecord> Same = EqualityComparer<ScalingRecord>.Create(
        static (one, other) => one?.At == other?.At && one == other, static record => HashCode.Combine(record.Target, record.At));

    private readonly Lock _lock = new();
    private volatile Viewer[] _all = [];
    private bool _ended;

    /// <summary>Tells all of an evaluation, without waiting for them.</summary>
    public void Tell(ScalingRecord record)
    {
        foreach (var viewer in _all) viewer.Tell(record);
    }

    /// <summary>There is nothing more to be told.</summary>
    public void End()
    {
        Viewer[] all;
        lock (_lock) (all, _all, _ended) = (_all, [], true);
        foreach (var viewer in all) viewer.End();
    }

    /// <summary>What is kept of a target, or of all, oldest first, and then each evaluation as it ends.</summary>
    public async IAsyncEnumerable<ScalingRecord> WatchAsync(
        ManagedTarget? target, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var viewer = new Viewer(target?.Target, Math.Max(LeastWaiting, 2 * targets.Count));
        lock (_lock)
        {
            if (_ended) viewer.End();
            else _all = [.. _all, viewer];
        }

        try
        {
            // Whatever ends while the past is gathered is told as well, and shown once: what was told by then is read here, and of each
            // target no more than the newest of its past is still to be told.
            var past = Past(target);
            var known = new HashSet<ScalingRecord>(past, Same);
            past.AddRange(viewer.ReadWaiting().Where(known.Add));
            var newest = new Dictionary<ScalingTarget, ScalingRecord>();
            foreach (var record in past) newest[record.Target] = record;
            known = null;
            foreach (var record in past) yield return record;
            past = null;
            await foreach (var record in viewer.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!newest.Remove(record.Target, out var last) || !Same.Equals(record, last)) yield return record;
            }
        }
        finally
        {
            lock (_lock) _all = [.. _all.Where(other => other != viewer)];
        }
    }

    private List<ScalingRecord> Past(ManagedTarget? target) =>
        target is null ? [.. targets.All.SelectMany(t => t.Recent()).OrderBy(r => r.At)] : [.. target.Recent().Reverse()];

    /// <summary>One who follows.</summary>
    /// <param name="target">Whose evaluations; <see langword="null"/>: all.</param>
    /// <param name="most">How many may wait to be read.</param>
    private sealed class Viewer(ScalingTarget? target, int most)
    {
        private readonly Channel<ScalingRecord> _waiting =
            Channel.CreateBounded<ScalingRecord>(new BoundedChannelOptions(most) { SingleReader = true });

        public void Tell(ScalingRecord record)
        {
            if ((target is not null && record.Target != target) || _waiting.Writer.TryWrite(record)) return;
            var sentence = $"Who followed the evaluations read too slowly: {Phrase.Exact(most)} were waiting. Begin again.";
            _waiting.Writer.TryComplete(new ScalingException(ScalingErrorKind.ScalingFailed, sentence));
        }

        public void End() => _waiting.Writer.TryComplete();

        public List<ScalingRecord> ReadWaiting()
        {
            List<ScalingRecord> waiting = [];
            while (_waiting.Reader.TryRead(out var record)) waiting.Add(record);
            return waiting;
        }

        public IAsyncEnumerable<ScalingRecord> ReadAsync(CancellationToken cancellationToken) =>
            _waiting.Reader.ReadAllAsync(cancellationToken);
    }
}
