using CsCheck;

namespace AutoScaling.Kubernetes.Tests.Leading;

/// <summary>What follows from what one copy knows of the Lease.</summary>
public sealed class CandidateTests
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
    [InlineData("a", 15, 15)] // Another copy of the same name.
    public void UntilFree_LeaseSays_WaitsUntilNobodyCanLead(string holder, int? seconds, double expected) =>
        Assert.Equal(S(expected), New("a").See(Lease(holder, seconds, "1"), S(0)).UntilFree(S(0)));

    [Fact]
    public void UntilFree_LeaseWasDeleted_WaitsFromWhenThatWasSeen()
    {
        var copy = New("a").See(Lease("b", 15, "1"), S(0)).See(null, S(14)).See(null, S(20));
        Assert.Equal(S(9), copy.UntilFree(S(20)));
        Assert.Null(copy.Target);
    }

    [Fact]
    public void Leads_RenewalIsConfirmedLate_CountsFromWhenItWasSent()
    {
        var copy = Take(New("a"), sentAt: S(3), confirmedAt: S(11));
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

    [Fact]
    public void Claim_AnotherOneHasHeldIt_CountsOneTransitionAndAnotherNumber()
    {
        var taken = Take(New("a"), S(0), S(0));
        var lease = Lease("b", 15, "9");
        lease.Spec!.LeaseTransitions = 7;
        var again = taken.See(lease, S(1));
        Assert.False(again.Leads(S(1)));
        again = again.Claim(Utc.AddSeconds(20));
        Assert.Equal((8, taken.Number + 1), (again.Sent!.LeaseTransitions!.Value, again.Number));
    }

    [Fact]
    public void See_OnlyALabelHasChanged_LeadsOn()
    {
        var taken = Take(New("a"), S(0), S(0));
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

    /// <summary>Requests that are late, lost, or carried out and never confirmed; clocks that run up to 1.45 times as fast as others; copies that die; people who edit the Lease.</summary>
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

    private static Candidate New(string identity) => new() { Identity = identity, LeaseDuration = S(15), RenewDeadline = S(10) };

    private static Candidate Take(Candidate copy, TimeSpan sentAt, TimeSpan confirmedAt)
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
