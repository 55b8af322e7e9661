using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Evaluating;

/// <summary>
/// What is wrong now, by what it is wrong with. Trouble that lasts is news when it begins and when its sentence changes, not every thirty
/// seconds for each of ten thousand targets; and that it is over is news once.
/// </summary>
internal sealed class Troubles
{
    // Nearly all targets are well: they cost nothing.
    private ConcurrentDictionary<(string What, object? Of), string>? _now;

    /// <summary>Takes in that something is wrong.</summary>
    /// <param name="what">With what.</param>
    /// <param name="of">Whose, if there are several.</param>
    /// <param name="sentence">What is wrong.</param>
    /// <returns>How loudly to tell of it: a warning if nothing was wrong the last time, or something else.</returns>
    public LogLevel Level(string what, object? of, string sentence)
    {
        var now = LazyInitializer.EnsureInitialized(ref _now, static () => new(concurrencyLevel: 1, capacity: 1));
        var known = now.TryGetValue((what, of), out var last) && string.Equals(last, sentence, StringComparison.Ordinal);
        now[(what, of)] = sentence;
        return known ? LogLevel.Debug : LogLevel.Warning;
    }

    /// <summary>Takes in that all is well.</summary>
    /// <returns>Whether something was wrong the last time.</returns>
    public bool IsOver(string what, object? of = null) => _now is { } now && now.TryRemove((what, of), out _);
}
