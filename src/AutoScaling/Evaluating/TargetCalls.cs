using AutoScaling.Evaluating;

namespace AutoScaling;

/// <summary>
/// The calls to a target's ports that were given up at their deadline and have not come back. Keep one for each target, and give it to
/// every evaluation of that target: what has not come back is not called again.
/// </summary>
/// <remarks>A target has one evaluation at a time; metrics may be read beside it.</remarks>
public sealed class TargetCalls
{
    /// <summary>Stands for the scaler among the ports of a target; no source has such a name.</summary>
    internal const string Scaler = "\0";

    // Nearly all ports answer in time: then this is all that there is.
    private PendingCalls? _pending;

    /// <summary>Why the last evaluation could not decide, and what was thrown; <see langword="null"/> if it could.</summary>
    internal (string Reason, Exception Thrown)? Trouble => _pending?.Trouble;

    /// <summary>What a source threw in the last evaluation, of several the last; <see langword="null"/> if none did.</summary>
    internal Exception? Thrown => _pending?.Failed.LastOrDefault(f => f.Thrown is not null)?.Thrown;

    /// <summary>Whether the scaler still works on an earlier call, so that nothing is known of the target.</summary>
    internal bool ScalerIsBusy => _pending is { Replicas.IsCompleted: false } or { Scaling.IsCompleted: false };

    private PendingCalls Pending => LazyInitializer.EnsureInitialized(ref _pending);

    /// <summary>
    /// A scaling that was given up and has come back since, with what became of it; <see langword="null"/> if there is none. Said once.
    /// </summary>
    internal (ScalingDecision Decision, ScaleOutcome Outcome)? TakeLate()
    {
        if (_pending is not { Scaling: { IsCompleted: true } call, Decision: { } decision } pending) return null;
        pending.Scaling = null;

        // Of what failed it is still not known whether it took place: the replicas say so.
        return call.IsCompletedSuccessfully && call.Result is { Kind: not ScaleOutcomeKind.Failed } outcome ? (decision, outcome) : null;
    }

    internal void Begin() => _pending?.Begin();

    internal void Fail(string reason, Exception thrown) => Pending.Trouble = (reason, thrown);

    internal void FailSource(FailedSource source) => Pending.Failed.Enqueue(source);

    internal void AbandonReplicas(Task call) => Pending.Replicas = call;

    internal void AbandonScaling(ScalingDecision decision, Task<ScaleOutcome> call) =>
        (Pending.Decision, Pending.Scaling) = (decision, call);

    internal void AbandonSource(string? source, Task call) => Pending.Sources[source ?? ""] = call;

    /// <summary>Notes that a port blocks a thread, which has been given up.</summary>
    internal void AbandonBlocked(string port, Task call)
    {
        Pending.Blocking[port] = true;
        if (string.Equals(port, Scaler, StringComparison.Ordinal)) AbandonReplicas(call);
        else AbandonSource(port, call);
    }

    /// <summary>Whether a port has blocked a thread, and has not answered in time since.</summary>
    internal bool HasBlocked(string port) => _pending is { Blocking.IsEmpty: false } pending && pending.Blocking.ContainsKey(port);

    internal void BlocksNoLonger(string port) => _pending?.Blocking.TryRemove(port, out _);

    /// <summary>Whether a source still works on an earlier call.</summary>
    internal bool IsBusy(string? source) =>
        _pending is { } pending && pending.Sources.TryGetValue(source ?? "", out var call) && !call.IsCompleted;

    /// <summary>Why a port that is busy is not called, as the end of a sentence.</summary>
    internal string BusyReason(string port) => HasBlocked(port)
        ? "an earlier call blocks its thread and has not come back yet"
        : "an earlier call has not come back yet";
}
