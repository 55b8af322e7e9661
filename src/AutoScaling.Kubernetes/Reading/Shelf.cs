using System.Collections.Concurrent;

namespace AutoScaling.Kubernetes.Reading;

/// <summary>
/// Things that are made when they are first asked for, and dropped some hours after they were last asked for, because namespaces and
/// targets come and go. Thread-safe.
/// </summary>
/// <typeparam name="TKey">What they are found by.</typeparam>
/// <typeparam name="TValue">The things, which can be made anew at any time.</typeparam>
internal sealed class Shelf<TKey, TValue>(TimeProvider time)
    where TKey : notnull
{
    // A list may be at most an hour old, so one that was not asked for in this time would have to be read anew anyway.
    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    // How often unused things are looked for. At each new one would be too often, if ten thousand targets are new.
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

    /// <summary>What is there already.</summary>
    public TValue? Find(TKey key) => _entries.TryGetValue(key, out var entry) ? entry.Value : default;

    private void DropUnused(long now)
    {
        var tidied = Volatile.Read(ref _tidied);
        if (time.GetElapsedTime(tidied, now) < Tidy || Interlocked.CompareExchange(ref _tidied, now, tidied) != tidied) return;
        foreach (var entry in _entries)
        {
            var asked = Volatile.Read(ref entry.Value.AskedAt);
            if (asked > 0 && time.GetElapsedTime(asked, now) > Life) _entries.TryRemove(entry);
        }
    }

    private sealed class Entry(TValue value)
    {
        public long AskedAt;

        public TValue Value => value;
    }
}
