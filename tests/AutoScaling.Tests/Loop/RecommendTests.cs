using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>A policy, or a whole host, that only recommends.</summary>
public sealed class RecommendTests
{
    private readonly FakeLogCollector _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tick_OnlyRecommends_DecidesAndNeverScales()
    {
        using var system = System();
        system.Cpu = 90;
        for (var i = 0; i < 3; i++) await TickAsync(system);
        Assert.Empty(system.Scaler.Fake.Calls);
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal((6, ScaleOutcomeKind.Recommended), (record.Decision!.To, record.Outcome.Kind));
        Assert.EndsWith(" It is only recommended.", record.Explain(), StringComparison.Ordinal);
        var told = _log.GetSnapshot().Where(r => r.Id == 29).ToList();
        Assert.Equal([LogLevel.Information, LogLevel.Debug, LogLevel.Debug], told.Select(r => r.Level));
        Assert.Equal(
            "web should be scaled from 4 to 6 replicas; that is only recommended. cpu is 90, above 70: 'threshold' asks for 6.", told[0].Message);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Tick_SomebodyFollows_CountsAsAppliedWithItsCooldown(int followed)
    {
        using var system = System();
        system.Cpu = 90;
        await TickAsync(system);
        system.Scaler.Fake.SetReplicas("web", followed);
        await TickAsync(system);
        var decision = system.AutoScaler.GetStatus("web").LastDecision!;
        Assert.Equal((followed, followed, null), (decision.From, decision.To, decision.Expected));
        Assert.Contains("The cooldown keeps", decision.Explain(), StringComparison.Ordinal);
        var state = system.AutoScaler.GetStatus("web").State;
        Assert.Equal((new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), null), (state.LastScaleUp, state.LastWritten));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(2)]
    public async Task Tick_NobodyFollows_StartsNoCooldownAndAccusesNobody(int found)
    {
        using var system = System();
        system.Cpu = 90;
        await TickAsync(system);
        system.Scaler.Fake.SetReplicas("web", found);
        await TickAsync(system);
        var decision = system.AutoScaler.GetStatus("web").LastDecision!;
        Assert.Equal((found, (int)Math.Ceiling(found * 1.5), null), (decision.From, decision.To, decision.Expected));
    }

    [Fact]
    public async Task Tick_ItScaledBefore_NobodyIsAccusedLater()
    {
        using var system = System(ScalingMode.Scale);
        system.Cpu = 90;
        await TickAsync(system);
        Assert.Equal(6, system.Scaler.Replicas("web"));
        system.AutoScaler.SetPolicy(system.AutoScaler.GetStatus("web").Policy with { Mode = ScalingMode.Recommend });
        system.Scaler.Fake.SetReplicas("web", 9);
        await TickAsync(system);
        Assert.Null(system.AutoScaler.GetStatus("web").LastDecision!.Expected);
        Assert.Empty(system.AutoScaler.GetStatus("web").State.Events.Where(e => e.Cause == ScaleCause.SomeoneElse));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RecommendOnly_ForTheHost_GoesForEveryPolicy(bool byCode)
    {
        using var system = System(ScalingMode.Scale, b =>
        {
            if (byCode) b.RecommendOnly();
            else b.Services.Configure<AutoScalingOptions>(o => o.RecommendOnly = true);
        });
        system.Cpu = 90;
        await TickAsync(system);
        Assert.Empty(system.Scaler.Fake.Calls);
        Assert.Equal(ScalingMode.Recommend, system.AutoScaler.GetStatus("web").Policy.Mode);
        await system.AutoScaler.HoldAsync("web", 3, cancellationToken: Stop);
        await TickAsync(system);
        Assert.Equal(3, system.AutoScaler.GetStatus("web").LastDecision!.To);
        Assert.Empty(system.Scaler.Fake.Calls);
    }

    [Fact]
    public async Task Scale_ByHandWhereThePolicyOnlyRecommends_IsRefused()
    {
        using var system = System();
        var error = await Assert.ThrowsAsync<ScalingException>(() => system.AutoScaler.ScaleAsync("web", 5, cancellationToken: Stop));
        Assert.Equal("'web' cannot be scaled by hand while its policy only recommends. Mode must be scale first.", error.Message);
    }

    [Fact]
    public void Configuration_RecommendOnly_IsRead()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("RecommendOnly", "true")]).Build();
        var services = new ServiceCollection().AddLogging();
        services.AddAutoScaling(settings);
        using var provider = services.BuildServiceProvider();
        Assert.True(provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<AutoScalingOptions>>().Value.RecommendOnly);
    }

    private static async Task TickAsync(TestSystem system)
    {
        await system.AutoScaler.TickAsync(Stop);
        system.Time.Advance(TimeSpan.FromSeconds(30));
    }

    private TestSystem System(ScalingMode mode = ScalingMode.Recommend, Action<AutoScalingBuilder>? build = null) => new(b =>
    {
        b.AddPolicy(new ScalingPolicy { Target = "web", Range = new(1, 20), Mode = mode });
        b.Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log)).SetMinimumLevel(LogLevel.Debug));
        build?.Invoke(b);
    });
}
