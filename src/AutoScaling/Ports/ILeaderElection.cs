namespace AutoScaling;

/// <summary>
/// Decides which one of several copies of the autoscaler acts, so that they can run side by side. Without one, this copy acts.
/// </summary>
/// <remarks>
/// While a copy has no <see cref="Term"/>, it evaluates, scales and saves nothing. When one begins, what was saved is loaded before the
/// first evaluation. A term must end, by this copy's own clock, before another copy may believe that it leads.
/// </remarks>
public interface ILeaderElection
{
    /// <summary>What this copy is called among the others.</summary>
    string Identity { get; }

    /// <summary>Which copy leads, as far as is known; <see langword="null"/> if none does, or if that is not known.</summary>
    string? Leader { get; }

    /// <summary>
    /// The time in which this copy leads; <see langword="null"/> while it does not. Asked before every evaluation, so it answers at once.
    /// </summary>
    LeaderTerm? Term { get; }

    /// <summary>Begins to take part, without waiting for the result.</summary>
    /// <param name="changed">Is called whenever <see cref="Term"/> has changed; quick, and throws nothing.</param>
    /// <param name="cancellationToken">Ends the beginning.</param>
    ValueTask StartAsync(Action changed, CancellationToken cancellationToken);

    /// <summary>
    /// Takes part no longer, and lets another copy lead at once. Called when nothing is under way and everything is saved.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; another copy can then lead when this one's term would have ended.</param>
    ValueTask ResignAsync(CancellationToken cancellationToken);
}

/// <summary>A time in which this copy leads, without a break.</summary>
/// <param name="isCurrent">
/// Whether it still does; looks at the clock, since whoever was stopped for a while has not heard of the end.
/// </param>
/// <param name="ended">Cancelled when the term ends.</param>
public sealed class LeaderTerm(Func<bool> isCurrent, CancellationToken ended)
{
    /// <summary>The term of a copy that is alone.</summary>
    internal static LeaderTerm Unlimited { get; } = new(() => true, CancellationToken.None) { Number = 0 };

    /// <summary>Whether this copy still leads. Asked right before every write.</summary>
    public bool IsCurrent => !ended.IsCancellationRequested && isCurrent();

    /// <summary>Cancelled when the term ends: what is under way then is cut off.</summary>
    public CancellationToken Ended => ended;

    /// <summary>
    /// The same for terms of this copy between which nobody else has led: what it remembers is newer then than what it saved, and is kept.
    /// </summary>
    public required long Number { get; init; }
}
