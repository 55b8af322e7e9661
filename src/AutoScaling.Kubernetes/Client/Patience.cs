using System.Collections.Concurrent;

namespace AutoScaling.Kubernetes;

/// <summary>How long the answer to a question may take to begin, before it is asked anew on another connection. Thread-safe.</summary>
/// <remarks>
/// <para>
/// A connection whose other end is gone without a word looks like an API server that thinks. All targets wait for the same lists, so that one such connection would stop them all until the
/// request's own time is over. Only the beginning is waited for: a list that has begun to arrive is on a connection that works, and may be large.
/// </para>
/// <para>
/// The API server puts the whole of a large list together before it begins to send it, and when it is overloaded it lets requests wait. That must not look like a broken connection forever,
/// nor is it to be asked every few seconds then: each answer that did not begin in time gives the same question twice the time, until one is quick again.
/// </para>
/// </remarks>
internal sealed class Patience
{
    // An evaluation has 5 s for reading, unless it is set otherwise: the second try must fit into it.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, TimeSpan> _longer = new(StringComparer.Ordinal);

    /// <summary>How long the answer may take to begin.</summary>
    /// <param name="call">The question.</param>
    /// <param name="most">How long it may take as a whole.</param>
    public TimeSpan For(ApiCall call, TimeSpan most)
    {
        var limit = _longer.IsEmpty ? First : _longer.GetValueOrDefault(Question(call), First);
        return limit < most ? limit : most;
    }

    /// <summary>Notes that the answer did not begin in time.</summary>
    public void RanOut(ApiCall call, TimeSpan limit) => _longer[Question(call)] = limit * 2;

    /// <summary>Notes that the answer began.</summary>
    public void Began(ApiCall call, TimeSpan took)
    {
        if (took < First && !_longer.IsEmpty) _longer.TryRemove(Question(call), out _);
    }

    // The pages of a list, and the same list as of another instant, are one question.
    private static string Question(ApiCall call) => (call with { Query = null }).Path;
}
