namespace AutoScaling.Kubernetes.Tests.Lists;

public sealed class SpreadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 100, false)]
    [InlineData(1, 101, true)]
    [InlineData(50, 1_000, false)]
    [InlineData(50, 20_000, true)]
    [InlineData(50, 100_000, true)]
    [InlineData(200, 100_000, true)]
    [InlineData(201, 100_000, false)]
    [InlineData(1_000, 10_000, false)]
    public async Task IsApartAsync_TargetsAndPods_IsWhatCostsLess(int targets, long pods, bool apart)
    {
        var counted = 0;
        var spread = new Spread(Count(() => pods, () => counted++), () => targets);

        Assert.Equal(apart, await spread.IsApartAsync(0, Cancellation));
        Assert.Equal(apart, spread.IsApart);
        Assert.Equal(targets > 200 ? 0 : 1, counted);
    }

    [Fact]
    public async Task IsApartAsync_TargetsThatBecomeMoreAndFewer_DoesNotGoToAndFro()
    {
        var targets = 1;
        var spread = new Spread(Count(() => 1_000, () => { }), () => targets);
        var apart = new List<bool>();
        foreach (var count in new[] { 9, 10, 9, 6, 5, 4, 9, 10 })
        {
            targets = count;
            apart.Add(await spread.IsApartAsync(0, Cancellation));
        }

        Assert.Equal([true, false, false, false, false, true, true, false], apart);
    }

    [Theory]
    [InlineData("app in (web)")]
    [InlineData("app in (web,db),tier notin (a),canary,!old")]
    public void ToString_Selector_IsReadBack(string text)
    {
        var selector = LabelSelector.Parse(text)!;
        Assert.Equal(text, selector.ToString());
        Assert.Equal(text, LabelSelector.Parse(selector.ToString())!.ToString());
    }

    private static SharedRead<PodCount> Count(Func<long> pods, Action counted) => new(
        (_, _) =>
        {
            counted();
            return Task.FromResult(new PodCount(pods()));
        },
        TimeSpan.FromHours(1),
        TimeProvider.System,
        Cancellation);
}
