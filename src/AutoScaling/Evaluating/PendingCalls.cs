using System.Collections.Concurrent;

namespace AutoScaling.Evaluating;

/// <summary>What <see cref="TargetCalls"/> knows of a target with whose ports something was wrong.</summary>
internal sealed class PendingCalls
{
    public ConcurrentDictionary<string, Task> Sources { get; } = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

    public ConcurrentQueue<FailedSource> Failed { get; } = [];

    public (string Reason, Exception Thrown)? Trouble { get; set; }

    public Task? Replicas { get; set; }

    /// <summary>The ports that have blocked a thread.</summary>
    public ConcurrentDictionary<string, bool> Blocking { get; } = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

    public ScalingDecision? Decision { get; set; }

    public Task<ScaleOutcome>? Scaling { get; set; }

    /// <summary>Forgets what went wrong in the evaluation before.</summary>
    public void Begin()
    {
        Trouble = null;
        Failed.Clear();
    }
}
