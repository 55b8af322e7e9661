using AutoScaling.Keda.Tests.Hosts;

namespace AutoScaling.Keda.Tests.Serving;

/// <summary>What the HorizontalPodAutoscaler that KEDA makes wants, given what is served.</summary>
public sealed class HpaArithmeticTests
{
    private const int Most = 1_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>With <c>tolerance: 0</c> in the HPA's behavior.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hpa_WithoutTolerance_WantsWhatIsRecommendedFromEveryCount(bool isNew)
    {
        foreach (var (wanted, value, target) in await ServedAsync())
        {
            for (var current = 1; current <= Most; current++) Assert.Equal(wanted, Wanted(value, target, current, tolerance: 0, isNew));
        }
    }

    /// <summary>By default the HPA leaves small changes alone; where it acts, it wants what is recommended.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hpa_WithItsTolerance_LeavesOutSmallChangesAndNothingElse(bool isNew)
    {
        var small = new List<(int From, int To)>();
        foreach (var (wanted, value, target) in await ServedAsync())
        {
            for (var current = 1; current <= Most; current++)
            {
                var answer = Wanted(value, target, current, tolerance: 0.1, isNew);
                if (answer == wanted) continue;
                Assert.Equal(current, answer);
                Assert.True(Math.Abs(wanted - current) <= 0.1 * current + 1e-9, $"{current} to {wanted} is left out.");
                small.Add((current, wanted));
            }
        }

        // Below 10 replicas every change is carried out; docs/keda.md names these.
        Assert.DoesNotContain(small, s => s.From < 10);
        Assert.Contains((20, 21), small);
        Assert.Contains((50, 53), small);
    }

    /// <summary>What is served for the counts from 1 on, as KEDA hands it on: in thousandths.</summary>
    private static async Task<List<(int Wanted, long Value, long Target)>> ServedAsync()
    {
        await using var host = await KedaHost.StartAsync(KedaHost.Policy());
        var spec = (await host.Client.GetMetricSpecAsync(KedaHost.Asked(), cancellationToken: Cancellation)).MetricSpecs[0];
        var served = new List<(int, long, long)>();
        for (var wanted = 1; wanted <= Most; wanted++)
        {
            var count = wanted;
            host.Wanted = _ => count;
            await host.GoOnAsync();
            served.Add((wanted, (long)(await host.ValueAsync() * 1000), (long)(spec.TargetSizeFloat * 1000)));
        }

        return served;
    }

    /// <remarks>
    /// Source: GetExternalPerPodMetricReplicas in Kubernetes' pkg/controller/podautoscaler/replica_calculator.go. Versions whose tolerance can
    /// be set compare in another way than older ones, which matters at its very edge (20 to 22).
    /// </remarks>
    private static int Wanted(long value, long targetPerPod, int current, double tolerance, bool isNew)
    {
        var ratio = value / ((double)targetPerPod * current);
        var isWithin = isNew ? 1 - tolerance <= ratio && ratio <= 1 + tolerance : Math.Abs(1 - ratio) <= tolerance;
        return isWithin ? current : (int)Math.Ceiling(value / (double)targetPerPod);
    }
}
