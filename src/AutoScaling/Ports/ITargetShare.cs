using System.Collections.Immutable;

namespace AutoScaling;

/// <summary>
/// Which targets are this host's, where several hosts have the same policies and share out their targets: each target is looked after by
/// one host at a time. Without it, and without an election (<see cref="ILeaderElection"/>), all targets are this host's.
/// </summary>
/// <remarks>
/// <para>
/// A target that is not this host's is neither evaluated nor scaled nor saved by it. When a term of a target begins, what was saved of it
/// is loaded before its first evaluation. What cannot be loaded is not evaluated, and what cannot be saved before is not scaled, in neither
/// direction.
/// </para>
/// <para>
/// The host needs an <see cref="IScalingStateStore"/>, whose <see cref="IScalingStateStore.SaveAsync"/> fails for a target that somebody
/// else has saved since this host loaded it: so that of two hosts which both believe that a target is theirs one scales it.
/// </para>
/// </remarks>
public interface ITargetShare
{
    /// <summary>
    /// The key among the services of the <see cref="IAutoScaler"/> of this host alone, where <see cref="IAutoScaler"/> without a key
    /// reaches the targets of other hosts, too. Its <see cref="IAutoScaler.GetStatus()"/> has the targets that are this host's.
    /// </summary>
    const string LocalAutoScaler = "AutoScaling.Local";

    /// <summary>
    /// The time in which a target is this host's; <see langword="null"/> while it is not. Asked before each evaluation, so it answers at
    /// once. An evaluation that has begun may still scale until its term is over (<see cref="LeaderTerm.IsCurrent"/>).
    /// </summary>
    /// <param name="target">The target.</param>
    LeaderTerm? TermOf(ScalingTarget target);

    /// <summary>What measurements and activities of a target are tagged with, beside the target.</summary>
    /// <param name="target">The target.</param>
    ImmutableArray<KeyValuePair<string, object?>> TagsOf(ScalingTarget target);

    /// <summary>Begins to take targets, without waiting for them.</summary>
    /// <param name="host">Is told of targets that are taken and let go.</param>
    /// <param name="cancellationToken">Ends the beginning.</param>
    ValueTask StartAsync(ITargetShareHost host, CancellationToken cancellationToken);

    /// <summary>Takes no targets any longer. Called when the loop has ended, and nothing is under way.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask StopAsync(CancellationToken cancellationToken);
}

/// <summary>The host of a share, as far as the share needs it. Thread-safe.</summary>
public interface ITargetShareHost
{
    /// <summary>The targets that have a policy.</summary>
    IEnumerable<ScalingTarget> Targets { get; }

    /// <summary>Another number whenever a target has got its first policy, or lost it.</summary>
    long TargetsVersion { get; }

    /// <summary>Tells that targets are this host's from now on: they are due at once, spread as those of a host that starts.</summary>
    /// <param name="targets">The targets.</param>
    void Take(IEnumerable<ScalingTarget> targets);

    /// <summary>
    /// Tells that the terms of targets are over: what is under way is waited for, and what is remembered of them is saved, so that another
    /// host goes on with it.
    /// </summary>
    /// <param name="targets">The targets.</param>
    /// <param name="cancellationToken">Ends the wait; what is not saved by then is as after a crash.</param>
    Task ReleaseAsync(IEnumerable<ScalingTarget> targets, CancellationToken cancellationToken);
}
