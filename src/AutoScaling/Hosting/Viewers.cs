using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AutoScaling.Primitives;

namespace AutoScaling.Hosting;

/// <summary>Those who follow evaluations while the host runs. Nobody waits for them: who is too slow is dropped.</summary>
internal sealed class Viewers(TargetRegistry targets)
{
    // As many as wait for an observer.
    private const int LeastWaiting = 10_000;

    private readonly Lock _lock = new();
    private volatile Viewer[] _all = [];
    private bool _ended;

    /// <summary>Tells all of an evaluation, without waiting for them.</summary>
    public void Tell(in ToldRecord told)
    {
        foreach (var viewer in _all) viewer.Tell(told);
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
            // Whatever ends while the past is gathered is told as well, and shown once: what is in the past of its target is left out.
            var (past, until) = Past(target);
            past.AddRange(viewer.ReadWaiting().Where(IsNew).Select(told => told.Record));
            foreach (var record in past) yield return record;
            past = null;
            await foreach (var told in viewer.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (IsNew(told)) yield return told.Record;
            }

            bool IsNew(ToldRecord told)
            {
                if (!until.TryGetValue(told.Of, out var last)) return true;
                if (told.Number <= last) return false;
                until.Remove(told.Of);
                return true;
            }
        }
        finally
        {
            lock (_lock) _all = [.. _all.Where(other => other != viewer)];
        }
    }

    /// <summary>What is kept, oldest first, and of each target the number of its newest.</summary>
    private (List<ScalingRecord> Past, Dictionary<ManagedTarget, long> Until) Past(ManagedTarget? only)
    {
        List<ScalingRecord> past = [];
        Dictionary<ManagedTarget, long> until = [];
        foreach (var target in only is null ? targets.All : [only])
        {
            var (recent, newest) = target.Numbered();
            past.AddRange(recent.Reverse());
            until[target] = newest;
        }

        return (only is null ? [.. past.OrderBy(r => r.At)] : past, until);
    }

    /// <summary>One who follows.</summary>
    /// <param name="target">Whose evaluations; <see langword="null"/>: all.</param>
    /// <param name="most">How many may wait to be read.</param>
    private sealed class Viewer(ScalingTarget? target, int most)
    {
        private readonly Channel<ToldRecord> _waiting =
            Channel.CreateBounded<ToldRecord>(new BoundedChannelOptions(most) { SingleReader = true });

        public void Tell(in ToldRecord told)
        {
            if ((target is not null && told.Record.Target != target) || _waiting.Writer.TryWrite(told)) return;
            var sentence = $"Who followed the evaluations read too slowly: {Phrase.Exact(most)} were waiting. Begin again.";
            _waiting.Writer.TryComplete(new ScalingException(ScalingErrorKind.ScalingFailed, sentence));
        }

        public void End() => _waiting.Writer.TryComplete();

        public List<ToldRecord> ReadWaiting()
        {
            List<ToldRecord> waiting = [];
            while (_waiting.Reader.TryRead(out var told)) waiting.Add(told);
            return waiting;
        }

        public IAsyncEnumerable<ToldRecord> ReadAsync(CancellationToken cancellationToken) =>
            _waiting.Reader.ReadAllAsync(cancellationToken);
    }
}

/// <summary>An evaluation as those who follow are told of it.</summary>
/// <param name="Record">Its record.</param>
/// <param name="Of">The target.</param>
/// <param name="Number">Which evaluation of the target it is, of those since the host began.</param>
internal readonly record struct ToldRecord(ScalingRecord Record, ManagedTarget Of, long Number);
