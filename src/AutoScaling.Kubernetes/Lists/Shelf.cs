using System.Collections.Concurrent;

namespace AutoScaling.Kubernetes;

/// <summary>Things that are made when they are first asked for, and dropped some hours after they were last asked for: namespaces and targets come and go. Thread-safe.</summary>
/// <typeparam name="TKey">What they are found by.</typeparam>
/// <typeparam name="TValue">The things, which can be made anew at any time.</typeparam>
internal sealed class Shelf<TKey, TValue>(TimeProvider time)
    where TKey : notnull
{
    // No list may be older than an hour, so what is dropped would have been read anew anyway.
    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    // So that making ten thousand things at once does not look at all of them ten thousand times.
    private static readonly TimeSpan Tidy = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private long _tidied = time.GetTimestamp();

    public TValue GetOrAdd<T>(TKey key, Func<TKey, T, TValue> make, T argument)
    {
        var now = time.GetTimestamp();
        if (!_entries.TryGetValue(key, out var entry))
        {
            DropUnused(now);
            entry = _entries.GetOrAdd(key, static (k, a) => new(a.make(k, a.argument)), (make, argument));
        }

        Volatile.Write(ref entry.AskedAt, now);
        return entry.Value;
    }

    private void DropUnused(long now)
    {
        var tidied = Volatile.Read(ref _tidied);
        if (time.GetElapsedTime(tidied, now) < Tidy || Interlocked.CompareExchange(ref _tidied, now, tidied) != tidied) return;
        foreach (var entry in _entries)
        {
            if (Volatile.Read(ref entry.Value.AskedAt) is > 0 and var asked && time.GetElapsedTime(asked, now) > Life) _entries.TryRemove(entry);
        }
    }

    private sealed class Entry(TValue value)
    {
        public long AskedAt;

        public TValue Value => value;
    }
}
