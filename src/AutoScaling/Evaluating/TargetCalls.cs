using System.Collections.Concurrent;
using AutoScaling.Evaluating;

namespace AutoScaling;

/// <summary>
/// The calls to a target's ports that were given up at their deadline and have not come back. Keep one for each target, and give it to every evaluation of that target:
/// what has not come back is not called again.
/// </summary>
/// <remarks>Not thread-safe: a target has one evaluation at a time.</remarks>
public sealed class TargetCalls
{
    private ConcurrentDictionary<string, Task>? _sources;
    private ConcurrentQueue<FailedSource>? _failed;
    private Task? _replicas;
    private ScalingDecision? _decision;
    private Task<ScaleOutcome>? _scaling;

    /// <summary>Why the last evaluation could not decide, and what was thrown; <see langword="null"/> if it could.</summary>
    internal (string Reason, Exception Thrown)? Trouble { get; private set; }

    /// <summary>The sources that could not be asked in the last evaluation, and why; <see langword="null"/> if all could.</summary>
    internal ConcurrentQueue<FailedSource>? Failed => _failed;

    /// <summary>Whether the scaler still works on an earlier call, so that nothing is known of the target.</summary>
    internal bool ScalerIsBusy => _replicas is { IsCompleted: false } || _scaling is { IsCompleted: false };

    /// <summary>A scaling that was given up and has come back since, with what became of it; <see langword="null"/> if there is none. Said once.</summary>
    internal (ScalingDecision Decision, ScaleOutcome Outcome)? TakeLate()
    {
        if (_scaling is not { IsCompleted: true } call) return null;
        _scaling = null;

        // Of what failed it is still not known whether it took place: the replicas say so.
        return call.IsCompletedSuccessfully && call.Result is { Kind: not ScaleOutcomeKind.Failed } outcome ? (_decision!, outcome) : null;
    }

    internal void Begin()
    {
        Trouble = null;
        _failed = null;
    }

    internal void Fail(string reason, Exception thrown) => Trouble = (reason, thrown);

    internal void FailSource(FailedSource source) => LazyInitializer.EnsureInitialized(ref _failed, static () => []).Enqueue(source);

    internal void AbandonReplicas(Task call) => _replicas = call;

    internal void AbandonScaling(ScalingDecision decision, Task<ScaleOutcome> call) => (_decision, _scaling) = (decision, call);

    internal void AbandonSource(string? source, Task call) =>
        LazyInitializer.EnsureInitialized(ref _sources, static () => new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal))[source ?? ""] = call;

    /// <summary>Whether a source still works on an earlier call.</summary>
    internal bool IsBusy(string? source) => _sources is { } sources && sources.TryGetValue(source ?? "", out var call) && !call.IsCompleted;
}
