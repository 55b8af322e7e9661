using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>Lets a target be scaled while its policy is wanted and this copy leads, once the intent is saved.</summary>
/// <param name="managed">The target.</param>
/// <param name="term">The time in which this copy leads; <see langword="null"/> if it does not.</param>
/// <param name="keeper">Saves the intent.</param>
/// <param name="onlyIfEnabled">Whether the target is scaled only while it is enabled.</param>
internal sealed class HostGate(ManagedTarget managed, LeaderTerm? term, IStateKeeper keeper, bool onlyIfEnabled) : ScalingGate
{
    public override CancellationToken Ended => term?.Ended ?? CancellationToken.None;

    public override string EndedBecause => keeper.IsStrict ? "it is no longer this host's" : "this copy no longer leads";

    public override async ValueTask<string?> MayScaleAsync(ScalingDecision decision, ScalingState intended, Deadline deadline)
    {
        if (Refusal() is { } before) return before;

        // Without its intent saved a scale-down is refused, so that it is waited for longer: a store that is slow, or asks to be left alone
        // for some seconds, must not keep all of them away. A scale-up does not wait, it is done without.
        // Where several hosts share out the targets nothing is done without: the save is what keeps two of them apart.
        var down = decision.Direction == ScaleDirection.Down;
        var unsaved = await keeper.SaveIntentAsync(managed, intended, deadline, patiently: down).ConfigureAwait(false);
        if (Refusal() is { } meanwhile) return meanwhile;
        if (unsaved is null) return null;

        // Too many replicas cost money, too few cost the service. If it is done unsaved and the process ends at this moment, nobody knows
        // of it, and a cooldown may be missing.
        if (down || keeper.IsStrict) return $"what is to be done could not be saved: {unsaved}";
        Warning = $"'{decision.Target}' was scaled though that could not be saved before: {unsaved}.";
        return null;
    }

    // Whoever disabled a service, or removed it, wants its replicas to stay as they are from then on.
    private string? Refusal() =>
        term?.IsCurrent != true ? EndedBecause
        : managed.Removed || (onlyIfEnabled && !managed.Enabled) ? "it was disabled or removed meanwhile"
        : null;
}
