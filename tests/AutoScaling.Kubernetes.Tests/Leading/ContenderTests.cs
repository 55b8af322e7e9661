using CsCheck;

namespace AutoScaling.Kubernetes.Tests.Leading;

/// <summary>What follows from what one copy knows of the Lease.</summary>
public sealed class ContenderTests
{
    private static readonly DateTimeOffset Utc = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void UntilFree_NoLeaseYet_MayBeTakenAtOnce()
    {
        var copy = New("a").See(null, S(5));
        Assert.Equal((TimeSpan.Zero, null, false), (copy.UntilFree(S(5)), copy.Target, copy.Leads(S(5))));
    }

    [Fact]
    public void UntilFree_HeldByAnother_WaitsFromWhenTheLastWriteWasSeen()
    {
        var copy = New("a").See(Lease("b", 15, "1"), S(100));
        Assert.Equal(S(15), copy.UntilFree(S(100)));
        copy = copy.See(Lease("b", 15, "1"), S(110));
        Assert.Equal(S(5), copy.UntilFree(S(110)));
        copy = copy.See(Lease("b", 15, "2"), S(112));
        Assert.Equal((S(15), TimeSpan.Zero), (copy.UntilFree(S(112)), copy.UntilFree(S(127))));
    }

    [Theory]
    [InlineData("", 1, 0)] // Released.
    [InlineData("", null, 0)] // Made by a manifest, before anybody led.
    [InlineData("", 15, 15)] // Somebody has struck the name; the one who led may not know yet.
    [InlineData("b", 1, 15)] // A duration that is shorter than this copy's own: somebody has changed it.
    [InlineData("b", 40, 40)] // Another version of the program, with a longer duration.
    [InlineData("b", null, 15)]
    [InlineData("b", 0, 15)]
    [InlineData("b", -7, 15)]
    [InlineData("b", 3600, 3600)]
    [InlineData("b", 3601, 3600)] // Longer than any copy may be set to.
    [InlineData("b", int.MaxValue, 3600)]
    [InlineData("", int.MaxValue, 3600)]
    [InlineData("a", 15, 15)] // Another copy of the same name.
    public void UntilFree_LeaseSays_WaitsUntilNobodyCanLead(string holder, int? seconds, double expected) =>
        Assert.Equal(S(expected), New("a").See(Lease(holder, seconds, "1"), S(0)).UntilFree(S(0)));

    [Fact]
    public void LongestLease_IsTheLongestThatTheOptionsAllow()
    {
        LeaderElectionOptions With(TimeSpan lease) => new() { LeaseDuration = lease };
        Assert.Empty(With(Contender.LongestLease).Errors());
        Assert.NotEmpty(With(Contender.LongestLease + S(1)).Errors());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0001-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z")]
    [InlineData("yesterday")]
    public void UntilFree_TimesInTheLeaseAreOdd_DoNotMatter(string? time)
    {
        var lease = Lease("b", 15, "1");
        (lease.Spec!.AcquireTime, lease.Spec.RenewTime) = (time, time);
        var copy = New("a").See(lease, S(100));
        Assert.Equal((S(15), S(1)), (copy.UntilFree(S(100)), copy.See(lease, S(114)).UntilFree(S(114))));
    }

    [Fact]
    public void UntilFree_LeaseWasDeleted_MayBeMadeAtOnce()
    {
        var copy = New("a").See(Lease("b", 15, "1"), S(0)).See(null, S(14));
        Assert.Equal((TimeSpan.Zero, null), (copy.UntilFree(S(14)), copy.Target));
    }

    [Theory]
    [InlineData(false, 15)] // It cannot know whether somebody led a moment ago.
    [InlineData(true, 40)] // The Lease that was deleted has said for how long.
    public void Leads_ItMadeTheLease_OnlyWhenNobodyElseCan(bool sawOneBefore, double expected)
    {
        var copy = New("a");
        if (sawOneBefore) copy = copy.See(Lease("b", 40, "1"), S(0));
        copy = Renew(Take(copy.See(null, S(1)), S(1), S(3)), S(3 + expected - 5));
        Assert.Equal((true, false, S(0.5)), (copy.Holds(S(3 + expected - 0.5)), copy.Leads(S(3 + expected - 0.5)), copy.UntilChange(S(3 + expected - 0.5))));
        Assert.True(copy.Leads(S(3 + expected)));
        Assert.Equal(S(5), copy.UntilChange(S(3 + expected)));
        Assert.Null(copy.UntilChange(S(3 + expected + 5)));
    }

    [Fact]
    public void Leads_TheLeaseThatItMadeWasConfirmedOnlyWhenLookedAt_CountsFromThen()
    {
        var sent = New("a").See(null, S(0)).Claim(Utc);
        var seen = Renew(sent.See(new() { Metadata = new() { Uid = "u", ResourceVersion = "1" }, Spec = sent.Sent }, S(9)), S(20));
        Assert.Equal((false, true), (seen.Leads(S(23.9)), seen.Leads(S(24))));
    }

    [Fact]
    public void Leads_TheLeaseIsDeleted_NoLongerAndThenLikeAnybodyElse()
    {
        var led = Lead("a");
        Assert.True(led.Leads(S(1)));
        var gone = led.See(null, S(1));
        Assert.Equal((false, null), (gone.Leads(S(1)), gone.UntilChange(S(1))));
        var again = Renew(Take(gone, S(2), S(2)), S(12));
        Assert.Equal((false, true), (again.Leads(S(16.9)), again.Leads(S(17))));
        Assert.Equal(led.Number + 1, again.Number);
    }

    [Fact]
    public void Released_BeforeItCouldLead_LetsNobodyLeadSooner()
    {
        var made = Take(New("a").See(null, S(0)), S(0), S(0));
        Assert.Equal((15, 1), (made.Released(S(14)).LeaseDurationSeconds!.Value, made.Released(S(15)).LeaseDurationSeconds!.Value));
        var next = New("b").See(new() { Metadata = new() { Uid = "u", ResourceVersion = "2" }, Spec = made.Released(S(14)) }, S(14));
        Assert.Equal(S(15), next.UntilFree(S(14)));
    }

    [Fact]
    public void Leads_RenewalIsConfirmedLate_CountsFromWhenItWasSent()
    {
        var copy = Take(New("a").See(Lease("", 1, "0"), S(0)), sentAt: S(3), confirmedAt: S(11));
        Assert.True(copy.Leads(S(12.9)));
        Assert.False(copy.Leads(S(13)));
    }

    [Fact]
    public void Claim_TheOwnLeaseGoesOn_TheTakingAndTheNumberStay()
    {
        var taken = Take(New("a"), S(0), S(0));
        var renewed = taken.Claim(Utc.AddSeconds(2));
        Assert.Equal((taken.Number, taken.Sent!.AcquireTime, 0), (renewed.Number, renewed.Sent!.AcquireTime, renewed.Sent.LeaseTransitions!.Value));
        Assert.Equal("2026-01-01T12:00:02.000000Z", renewed.Sent.RenewTime);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(7, 8)]
    [InlineData(int.MaxValue, 0)] // The API server takes no more.
    [InlineData(-3, 0)]
    public void Claim_AnotherOneHasHeldIt_CountsOneTransitionAndAnotherNumber(int? transitions, int expected)
    {
        var taken = Take(New("a"), S(0), S(0));
        var lease = Lease("b", 15, "9");
        lease.Spec!.LeaseTransitions = transitions;
        var again = taken.See(lease, S(1));
        Assert.False(again.Leads(S(1)));
        again = again.Claim(Utc.AddSeconds(20));
        Assert.Equal((expected, taken.Number + 1), (again.Sent!.LeaseTransitions!.Value, again.Number));
    }

    [Fact]
    public void See_OnlyALabelHasChanged_LeadsOn()
    {
        var taken = Lead("a");
        var labelled = new LeaseDocument { Metadata = new() { Uid = "u", ResourceVersion = "77" }, Spec = taken.Sent };
        Assert.True(taken.See(labelled, S(1)).Leads(S(1)));
    }

    [Fact]
    public void See_ARenewalOfWhichNobodyHeard_IsItsOwn()
    {
        var sent = Take(New("a"), S(0), S(0)).Claim(Utc.AddSeconds(2));
        var seen = sent.Claim(Utc.AddSeconds(4)).See(new() { Metadata = new() { Uid = "u", ResourceVersion = "2" }, Spec = sent.Sent }, S(5));
        Assert.Equal((true, TimeSpan.Zero), (seen.IsOwn, seen.UntilFree(S(5))));
    }

    /// <summary>Requests that are late, lost, or carried out and never confirmed; clocks that run up to 1.45 times as fast as others; copies that die; people who edit and delete the Lease.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Leads_AnyInterleaving_NeverTwoAtOnce(bool sameNames)
    {
        var takings = 0;
        Gen.Select(Gen.Double[1, 1.45].Array[3], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 99], Gen.Double[0, 2]).Array[300]).Sample(
            (rates, steps) =>
            {
                var cluster = new LeaseSimulation(rates, sameNames);
                foreach (var (copy, chance, pause) in steps)
                {
                    cluster.Step(copy, chance, pause);
                    if (cluster.Leading.Count > 1) return false;
                }

                Interlocked.Add(ref takings, cluster.Takings);
                return true;
            },
            iter: 5000);
        Assert.True(takings > 5000, $"Only {takings} copies came to lead.");
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private static Contender New(string identity) => new() { Identity = identity, LeaseDuration = S(15), RenewDeadline = S(10) };

    /// <summary>A copy that has taken a free Lease at 0.</summary>
    private static Contender Lead(string identity) => Take(New(identity).See(Lease("", 1, "0"), S(0)), S(0), S(0));

    private static Contender Renew(Contender copy, TimeSpan at) => Take(copy, at, at);

    private static Contender Take(Contender copy, TimeSpan sentAt, TimeSpan confirmedAt)
    {
        copy = copy.Claim(Utc);
        return copy.Confirm(new() { Metadata = new() { Uid = "u", ResourceVersion = "1" }, Spec = copy.Sent }, sentAt, confirmedAt);
    }

    private static LeaseDocument Lease(string holder, int? seconds, string version) => new()
    {
        Metadata = new() { Uid = "u", ResourceVersion = version },
        Spec = new() { HolderIdentity = holder, LeaseDurationSeconds = seconds, AcquireTime = "then" },
    };
}
