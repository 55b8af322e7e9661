using AutoScaling.Tests.Loop;

namespace AutoScaling.Tests.Scalers;

/// <summary>A host does not scale real things by made-up metrics, nor count where it was to scale.</summary>
public sealed class SimulationMixTests
{
    private static readonly TestTime Time = new();

    [Fact]
    public void Start_UseScalerAfterUseSimulation_IsRefused() => Refused(
        b => b.UseSimulation().UseScaler(_ => new TestScaler(Time, 4)),
        "Policy 'web' has a scaler that scales, but made-up metrics: call UseMetrics after UseSimulation too, or leave UseSimulation out.");

    [Fact]
    public void Start_PolicyWithAScalerOfItsOwnUnderUseSimulation_IsRefused() => Refused(
        b => b.UseSimulation().AddScaler("real", _ => new TestScaler(Time, 4)).AddPolicy(new ScalingPolicy { Target = "api", Scaler = "real" }),
        "Policy 'api' has a scaler that scales, but made-up metrics: call UseMetrics after UseSimulation too, or leave UseSimulation out.");

    [Fact]
    public void Start_RealScalerAndSimulatedMetrics_IsRefused() => Refused(
        b => b.UseScaler(_ => new TestScaler(Time, 4)).UseMetrics(_ => new SimulatedMetricsProvider(Time)),
        "Policy 'web' has a scaler that scales, but made-up metrics: call UseMetrics after UseSimulation too, or leave UseSimulation out.");

    [Fact]
    public void Start_UseMetricsAfterUseSimulation_IsRefused() => Refused(
        b => b.UseSimulation().UseMetrics(_ => TestMetrics.Cpu(Time, () => 50)),
        "Policy 'web' has metrics that are measured, but a scaler that only counts: call UseScaler after UseSimulation too, or leave UseSimulation out.");

    [Fact]
    public void Start_BothAreMadeUpOrBothAreMeant_Starts()
    {
        Assert.Empty(Errors(b => b.UseSimulation()));
        Assert.Empty(Errors(b => b.UseScaler(_ => new TestScaler(Time, 4)).UseSimulation()));
        Assert.Empty(Errors(b => b.UseSimulation().CacheMetrics()));
        Assert.Empty(Errors(b => b.UseSimulation().UseScaler(_ => new TestScaler(Time, 4)).UseMetrics(_ => TestMetrics.Cpu(Time, () => 50))));
        Assert.Empty(Errors(b => b.UseScaler(_ => new FakeScaler(Time)).UseMetrics(_ => TestMetrics.Cpu(Time, () => 50))));
    }

    private static void Refused(Action<AutoScalingBuilder> build, string sentence) => Assert.Equal([sentence], Errors(build));

    private static IReadOnlyList<string> Errors(Action<AutoScalingBuilder> build)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Time);
        build(services.AddAutoScaling().AddPolicy("web"));
        using var provider = services.BuildServiceProvider();
        try
        {
            provider.GetRequiredService<IAutoScaler>().GetStatus("web");
            return [];
        }
        catch (ScalingException e)
        {
            return e.Errors;
        }
    }
}
