namespace AutoScaling.Kubernetes.Leading;

/// <summary>
/// A copy that stands for election: what it knows of the Lease, and what follows from that: whether it leads, whether it may take the
/// Lease, and what it then writes. Pure: the time is an argument, read from the copy's own clock, which nobody sets.
/// </summary>
/// <remarks>
/// <para>
/// No two copies lead at once, whatever happens to requests and answers. A copy leads until
/// <see cref="LeaderElectionOptions.RenewDeadline"/> after it began to send its last confirmed renewal, which was before the API server
/// kept that renewal. Another copy takes the Lease at the earliest <see cref="LeaderElectionOptions.LeaseDuration"/> after it saw the
/// renewal, which was after the API server had kept it. Each copy measures a span on its own clock, and no copy compares its time with
/// another machine's. So wall clocks may be set at will. Two copies could lead at once only if one clock ran LeaseDuration / RenewDeadline
/// (1.5 by default) times as fast as another. If two copies take the Lease at the same moment, the API server keeps one, by the version.
/// </para>
/// <para>
/// A Lease that is missing may never have been there, or somebody has deleted it a moment ago, and the copy that led does not know yet. A
/// copy cannot tell which. So the copy that creates a Lease holds it, but leads only when every copy that could have had a renewal
/// confirmed before must have stopped. If somebody creates a Lease by hand and without a holder, that says that nobody leads, and a copy
/// may lead at once.
/// </para>
/// <para>
/// Source: client-go's leaderelection package. There the deadline counts from the answer, and the copy that creates the Lease leads at
/// once.
/// </para>
/// </remarks>
internal sealed record Contender
{
    private const int ReleasedSeconds = 1;

    /// <summary>
    /// The longest that a copy waits after another one's sign of life, whatever that one wrote: the options allow no longer duration.
    /// </summary>
    public static TimeSpan LongestLease => LeaderElectionOptions.LongestDuration;

    public required string Identity { get; init; }

    public required TimeSpan LeaseDuration { get; init; }

    public required TimeSpan RenewDeadline { get; init; }

    /// <summary>The Lease as last seen; <see langword="null"/> if none was ever seen.</summary>
    public LeaseDocument? Seen { get; private init; }

    /// <summary>Whether the last look found no Lease.</summary>
    public bool IsGone { get; private init; }

    /// <summary>
    /// When the version that was last seen was first seen. Every write to the Lease counts as a sign of life of its holder.
    /// </summary>
    public TimeSpan SeenAt { get; private init; }

    /// <summary>What was sent last, whether it was kept or not.</summary>
    public LeaseSpec? Sent { get; private init; }

    /// <summary>When the last confirmed renewal was sent; <see langword="null"/> if this copy does not hold the Lease.</summary>
    public TimeSpan? RenewedAt { get; private init; }

    /// <summary>
    /// From when on no other copy can lead while this one holds the Lease; <see langword="null"/> if that is not known yet.
    /// </summary>
    public TimeSpan? AloneAt { get; private init; }

    /// <summary>Grows whenever this copy takes the Lease and does not only renew it: another copy may have held it since.</summary>
    public long Number { get; private init; }

    /// <summary>Which copy holds the Lease, as last seen.</summary>
    public string? Holder => Seen?.Spec?.HolderIdentity is { Length: > 0 } holder ? holder : null;

    /// <summary>Whether this copy leads: it holds the Lease, and no other copy can lead any longer.</summary>
    public bool Leads(TimeSpan now) => Holds(now) && now >= AloneAt;

    /// <summary>Whether this copy's last renewal is not over yet. It may hold the Lease before it may lead.</summary>
    public bool Holds(TimeSpan now) => RenewedAt is { } renewed && now - renewed < RenewDeadline;

    /// <summary>In what time <see cref="Leads"/> changes if no answer comes, more than 0; <see langword="null"/> if it does not.</summary>
    public TimeSpan? UntilChange(TimeSpan now) => !Holds(now) ? null : now < AloneAt ? AloneAt - now : RenewedAt + RenewDeadline - now;

    /// <summary>The Lease that a write replaces; <see langword="null"/> if the Lease is to be created.</summary>
    public LeaseDocument? Target => IsGone ? null : Seen;

    /// <summary>Whether the Lease says that its holder may go on for longer than the options of any copy allow.</summary>
    public bool IsTooLong => Written > LongestLease;

    /// <summary>
    /// Whether the Lease, as last seen, was taken by this copy, and by nobody since. The name alone proves nothing, another copy may have
    /// been given the same.
    /// </summary>
    public bool IsOwn => Sent is not null && Seen?.Spec?.IsSameTaking(Sent) == true;

    // A Lease without a holder is free only if its duration is short, too. If somebody has removed the holder's name by hand, the duration
    // still says how long that holder may go on.
    private bool IsReleased => Holder is null && (Seen?.Spec?.LeaseDurationSeconds ?? 0) <= ReleasedSeconds;

    /// <summary>How long the Lease, as last seen, says that its holder may show no sign of life.</summary>
    public TimeSpan Written => TimeSpan.FromSeconds(Seen?.Spec?.LeaseDurationSeconds ?? 0);

    // How long this copy waits after a sign of life: the longer of its own duration and the one in the Lease, so that its holder stops
    // before.
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
    public Contender See(LeaseDocument? lease, TimeSpan now)
    {
        if (lease is null) return this with { IsGone = true, Sent = null, RenewedAt = null };
        var (last, version) = (Seen?.Metadata, lease.Metadata);
        var known = !IsGone && (last?.Uid, last?.ResourceVersion) == (version?.Uid, version?.ResourceVersion);
        var next = this with { Seen = lease, IsGone = false, SeenAt = known ? SeenAt : now };
        if (!next.IsOwn) return next with { RenewedAt = null };

        // This copy created the Lease before now, and every confirmed renewal of another copy was sent before that. So whoever led before
        // has stopped when this time is over.
        return AloneAt is null ? next with { AloneAt = now + Duration } : next;
    }

    /// <summary>Takes or renews the Lease: what <see cref="Sent"/> then says is to be written over what was seen.</summary>
    /// <param name="utc">The time by the wall clock, for people who look at the Lease.</param>
    public Contender Claim(DateTimeOffset utc)
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
    public Contender Confirm(LeaseDocument lease, TimeSpan sentAt, TimeSpan now)
    {
        var next = See(lease, now);
        return next.IsOwn ? next with { RenewedAt = sentAt } : next;
    }

    /// <summary>
    /// What a copy that stops writes, so that another one can take the Lease at once, or as soon as this one would have led.
    /// </summary>
    public LeaseSpec Released(TimeSpan now) => new()
    {
        HolderIdentity = "",
        LeaseDurationSeconds = now >= AloneAt ? ReleasedSeconds : (int)Duration.TotalSeconds,
        AcquireTime = Sent?.AcquireTime,
        RenewTime = Sent?.RenewTime,
        LeaseTransitions = Sent?.LeaseTransitions,
        Others = Seen?.Spec?.Others,
    };

    // The API server takes 32-bit numbers that are not negative, so the count begins again after the largest one.
    private static int Next(int transitions) => transitions is >= 0 and < int.MaxValue ? transitions + 1 : 0;
}
