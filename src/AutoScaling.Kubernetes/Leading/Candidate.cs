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
/// <para>
/// A Lease that is missing may never have been, or somebody has deleted it a moment ago, and the copy that led does not know yet. Nobody can tell these apart. So whoever makes a Lease
/// holds it, but leads only when all whose renewal could have been kept before that must have stopped.
/// A Lease that somebody makes by hand and without a holder says that nobody leads, and is believed.
/// </para>
/// <para>Source: client-go's leaderelection package, whose deadline counts from the answer instead, and in which whoever makes the Lease leads at once.</para>
/// </remarks>
internal sealed record Candidate
{
    private const int ReleasedSeconds = 1;

    /// <summary>How long the sign of life of another copy holds at most, whatever it wrote: the options allow no longer duration.</summary>
    public static TimeSpan LongestLease { get; } = TimeSpan.FromHours(1);

    public required string Identity { get; init; }

    public required TimeSpan LeaseDuration { get; init; }

    public required TimeSpan RenewDeadline { get; init; }

    /// <summary>The Lease as last seen; <see langword="null"/> if there never was one.</summary>
    public LeaseDocument? Seen { get; private init; }

    /// <summary>Whether there is none any longer.</summary>
    public bool IsGone { get; private init; }

    /// <summary>When it was first seen as it is. Every write to it counts as a sign of life.</summary>
    public TimeSpan SeenAt { get; private init; }

    /// <summary>What was sent last, whatever became of it.</summary>
    public LeaseSpec? Sent { get; private init; }

    /// <summary>When the last renewal was sent that was confirmed; <see langword="null"/> if this copy does not hold the Lease.</summary>
    public TimeSpan? RenewedAt { get; private init; }

    /// <summary>From when on nobody else can lead while this copy holds the Lease; <see langword="null"/> if that is not known yet.</summary>
    public TimeSpan? AloneAt { get; private init; }

    /// <summary>Grows whenever this copy takes the Lease and somebody else may have held it since it last did.</summary>
    public long Number { get; private init; }

    /// <summary>Which copy holds the Lease, as last seen.</summary>
    public string? Holder => Seen?.Spec?.HolderIdentity is { Length: > 0 } holder ? holder : null;

    public bool Leads(TimeSpan now) => Holds(now) && now >= AloneAt;

    /// <summary>Whether a renewal is still good, though this copy may not lead yet.</summary>
    public bool Holds(TimeSpan now) => RenewedAt is { } renewed && now - renewed < RenewDeadline;

    /// <summary>In what time <see cref="Leads"/> changes if nothing more is heard, more than 0; <see langword="null"/> if it does not.</summary>
    public TimeSpan? UntilChange(TimeSpan now) => !Holds(now) ? null : now < AloneAt ? AloneAt - now : RenewedAt + RenewDeadline - now;

    /// <summary>What is written over; <see langword="null"/> if the Lease is to be created.</summary>
    public LeaseDocument? Target => IsGone ? null : Seen;

    /// <summary>Whether the Lease says that its holder may go on for longer than any copy may be set to.</summary>
    public bool IsTooLong => Written > LongestLease;

    /// <summary>Whether the Lease, as last seen, was taken by this copy, and by nobody since. The name alone proves nothing, another copy may have been given the same.</summary>
    public bool IsOwn => Sent is not null && Seen?.Spec?.IsSameTaking(Sent) == true;

    // A Lease from which somebody else has struck the holder's name still says how long that one may go on.
    private bool IsReleased => Holder is null && (Seen?.Spec?.LeaseDurationSeconds ?? 0) <= ReleasedSeconds;

    private TimeSpan Written => TimeSpan.FromSeconds(Seen?.Spec?.LeaseDurationSeconds ?? 0);

    // For how long whoever wrote the Lease that was seen may lead, and a little longer.
    private TimeSpan Duration => IsTooLong ? LongestLease : Written > LeaseDuration ? Written : LeaseDuration;

    /// <summary>How long this copy must wait before it may take the Lease; 0 if it may, or may renew it.</summary>
    public TimeSpan UntilFree(TimeSpan now)
    {
        if (Target is null || IsOwn || IsReleased) return TimeSpan.Zero;
        var left = SeenAt + Duration - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Takes in the Lease as it is.</summary>
    /// <param name="lease">What the API server answered; <see langword="null"/> if there is none.</param>
    /// <param name="now">When the answer came.</param>
    public Candidate See(LeaseDocument? lease, TimeSpan now)
    {
        if (lease is null) return this with { IsGone = true, Sent = null, RenewedAt = null };
        var known = !IsGone && (Seen?.Metadata?.Uid, Seen?.Metadata?.ResourceVersion) == (lease.Metadata?.Uid, lease.Metadata?.ResourceVersion);
        var next = this with { Seen = lease, IsGone = false, SeenAt = known ? SeenAt : now };
        if (!next.IsOwn) return next with { RenewedAt = null };

        // It was made before now, and what anybody else has had confirmed was sent before that.
        return AloneAt is null ? next with { AloneAt = now + Duration } : next;
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
                LeaseTransitions = renews ? Sent!.LeaseTransitions : Seen is null ? 0 : Next(Seen.Spec?.LeaseTransitions ?? 0),
                Others = Seen?.Spec?.Others,
            },
            AloneAt = renews ? AloneAt : Target is null ? null : TimeSpan.MinValue,
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

    /// <summary>What a copy writes that lets another one take the Lease at once, or as soon as this one would have led.</summary>
    public LeaseSpec Released(TimeSpan now) => new()
    {
        HolderIdentity = "",
        LeaseDurationSeconds = now >= AloneAt ? ReleasedSeconds : (int)Duration.TotalSeconds,
        AcquireTime = Sent?.AcquireTime,
        RenewTime = Sent?.RenewTime,
        LeaseTransitions = Sent?.LeaseTransitions,
        Others = Seen?.Spec?.Others,
    };

    // The API server takes no negative number, and no larger one.
    private static int Next(int transitions) => transitions is >= 0 and < int.MaxValue ? transitions + 1 : 0;
}
