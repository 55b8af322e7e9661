using System.Collections.Concurrent;

namespace AutoScaling.Kubernetes.Client;

/// <summary>How long the answer to a question may take to begin, before the client asks again on another connection. Thread-safe.</summary>
/// <remarks>
/// <para>
/// A connection whose other end is gone looks like an API server that takes its time. All targets wait for the same lists, so one such
/// connection would stop them all until the request's own timeout. So the client asks a second time beside the first. The first question
/// is not taken back, because its answer may be on its way: an API server that is slow would never be heard. Only the beginning of the
/// answer has this limit: a list that has begun to arrive is on a connection that works, and may be large.
/// </para>
/// <para>
/// The API server puts the whole of a large list together before it begins to send it, and when it is overloaded it lets requests wait.
/// This is not taken for a broken connection again and again, nor is the API server asked twice each time then: after each answer that
/// did not begin in time the same question gets twice the time, until an answer is quick again.
/// </para>
/// </remarks>
internal sealed class Patience
{
    // By default an evaluation has 5 s for reading; a second question must fit into it.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, TimeSpan> _longer = new(StringComparer.Ordinal);

    /// <summary>How long the answer may take to begin.</summary>
    /// <param name="call">The question.</param>
    public TimeSpan For(ApiCall call) => _longer.IsEmpty ? First : _longer.GetValueOrDefault(Question(call), First);

    /// <summary>Notes that the answer did not begin in time.</summary>
    public void RanOut(ApiCall call, TimeSpan limit) => _longer[Question(call)] = limit * 2;

    /// <summary>Notes that the answer began.</summary>
    public void Began(ApiCall call, TimeSpan took)
    {
        if (took < First && !_longer.IsEmpty) _longer.TryRemove(Question(call), out _);
    }

    // Without the query, so that all pages of a list, and the list at any version, count as one question.
    private static string Question(ApiCall call) => (call with { Query = null }).Path;
}
