namespace AutoScaling.Kubernetes;

/// <summary>
/// What one copy knows of the Lease, and what follows from it: whether it leads, whether it may take the Lease, and what it then writes.
/// Pure: the time on the copy's own clock, which is never set, is an argument.
/// </summary>
/// <remarks>
/// <para>
/// No two copies lead at once, whatever happens to requests and answers. A copy leads until <see cref="LeaderElectionOptions.RenewDeadline"/> after it began to send a renewal that was
/// confirmed; so that sending, and no more, has already gone by when the API server keeps the renewal. Another copy takes the Lease at the earliest
/// <see cref="LeaderElectionOptions.LeaseDuration"/> after it saw that renewal, which was later still. Each measures a span on its own clock and never compares a time with another machine's.
/// So clocks may be set as they like; only if one ran more than LeaseDuration / RenewDeadline (1.5 by default) times as fast as another could two copies overlap.
/// Two that take the Lease at the same moment are told apart by its version: the API server keeps one.
/// </para>
/// <para>Source: client-go's leaderelection package, whose deadline counts from the answer instead.</para>
/// </remarks>
internal sealed record Candidate
{
    private const int ReleasedSeconds = 1;

    public required string Identity { get; init; }

    public required TimeSpan LeaseDuration { get; init; }

    public required TimeSpan RenewDeadline { get; init; }

    /// <summary>The Lease as last seen; <see langword="null"/> if there never was one.</summary>
    public LeaseDocument? Seen { get; private init; }

    /// <summary>Whether it has been deleted since. Its holder may not know of that yet.</summary>
    public bool IsGone { get; private init; }

    /// <summary>When it was first seen as it is. Every write to it counts as a sign of life.</summary>
    public TimeSpan SeenAt { get; private init; }

    /// <summary>What was sent last, whatever became of it.</summary>
    public LeaseSpec? Sent { get; private init; }

    /// <summary>When the last renewal was sent that was confirmed; <see langword="null"/> if this copy does not hold the Lease.</summary>
    public TimeSpan? RenewedAt { get; private init; }

    /// <summary>Grows whenever this copy takes the Lease and somebody else may have held it since it last did.</summary>
    public long Number { get; private init; }

    /// <summary>Which copy holds the Lease, as last seen.</summary>
    public string? Holder => Seen?.Spec?.HolderIdentity is { Length: > 0 } holder ? holder : null;

    public bool Leads(TimeSpan now) => RenewedAt is { } renewed && now - renewed < RenewDeadline;

    /// <summary>What is written over; <see langword="null"/> if the Lease is to be created.</summary>
    public LeaseDocument? Target => IsGone ? null : Seen;

    /// <summary>Whether the Lease, as last seen, was taken by this copy, and by nobody since. The name alone proves nothing, another copy may have been given the same.</summary>
    public bool IsOwn => Sent is not null && Seen?.Spec?.IsSameTaking(Sent) == true;

    // A Lease from which somebody else has struck the holder's name still says how long that one may go on.
    private bool IsReleased => Seen is null || (!IsGone && Holder is null && (Seen.Spec?.LeaseDurationSeconds ?? 0) <= ReleasedSeconds);

    /// <summary>How long this copy must wait before it may take the Lease; 0 if it may, or may renew it.</summary>
    public TimeSpan UntilFree(TimeSpan now)
    {
        if (IsOwn || IsReleased) return TimeSpan.Zero;
        var written = TimeSpan.FromSeconds(Seen?.Spec?.LeaseDurationSeconds ?? 0);
        var left = SeenAt + (written > LeaseDuration ? written : LeaseDuration) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Takes in the Lease as it is.</summary>
    /// <param name="lease">What the API server answered; <see langword="null"/> if there is none.</param>
    /// <param name="now">When the answer came.</param>
    public Candidate See(LeaseDocument? lease, TimeSpan now)
    {
        if (lease is null) return this with { IsGone = true, SeenAt = IsGone ? SeenAt : now, Sent = null, RenewedAt = null };
        var known = !IsGone && (Seen?.Metadata?.Uid, Seen?.Metadata?.ResourceVersion) == (lease.Metadata?.Uid, lease.Metadata?.ResourceVersion);
        var next = this with { Seen = lease, IsGone = false, SeenAt = known ? SeenAt : now };
        return next.IsOwn ? next : next with { RenewedAt = null };
    }

    /// <summary>Takes or renews the Lease: what <see cref="Sent"/> then says is to be written over what was seen.</summary>
    /// <param name="utc">The wall clock, for people who look at the Lease.</param>
    public Candidate Claim(DateTimeOffset utc)
    {
        var renews = IsOwn;
        return this with
        {
            Sent = new()
            {
                HolderIdentity = Identity,
                LeaseDurationSeconds = (int)LeaseDuration.TotalSeconds,
                AcquireTime = renews ? Sent!.AcquireTime : LeaseSpec.Write(utc),
                RenewTime = LeaseSpec.Write(utc),
                LeaseTransitions = Seen is null ? 0 : (Seen.Spec?.LeaseTransitions ?? 0) + (renews ? 0 : 1),
                Others = Seen?.Spec?.Others,
            },
            Number = renews ? Number : Number + 1,
        };
    }

    /// <summary>The API server has kept what was sent.</summary>
    /// <param name="lease">What it answered.</param>
    /// <param name="sentAt">When it was sent.</param>
    /// <param name="now">When the answer came.</param>
    public Candidate Confirm(LeaseDocument lease, TimeSpan sentAt, TimeSpan now)
    {
        var next = See(lease, now);
        return next.IsOwn ? next with { RenewedAt = sentAt } : next;
    }

    /// <summary>What a copy writes that lets another one take the Lease at once.</summary>
    public LeaseSpec Released() => new()
    {
        HolderIdentity = "",
        LeaseDurationSeconds = ReleasedSeconds,
        AcquireTime = Sent?.AcquireTime,
        RenewTime = Sent?.RenewTime,
        LeaseTransitions = Sent?.LeaseTransitions,
        Others = Seen?.Spec?.Others,
    };
}
