using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>A manifest that sets the count at each deploy, beside the hosted loop.</summary>
public sealed class SetBackTests
{
    private const string Remedy = "if a manifest sets replicas, leave that field out";

    private readonly FakeLogCollector _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IEnumerable<FakeLogRecord> Warnings => _log.GetSnapshot().Where(r => r.Level == LogLevel.Warning);

    [Fact]
    public async Task Loop_SetBackThreeTimes_WarnsOnceInLogRecordAndStatus()
    {
        var evaluated = new SemaphoreSlim(0);
        using var system = new TestSystem(
            b => b.AddPolicy("web", max: 20).OnEvaluated(_ => evaluated.Release()).Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(_log))),
            o => o.RunLoop = true,
            replicas: 9)
        { Cpu = 75 };
        var loop = Assert.Single(system.Services.GetServices<IHostedService>());
        await loop.StartAsync(Stop);
        await NextAsync(system, evaluated);
        system.Cpu = 100;
        for (var deploy = 1; deploy <= 5; deploy++)
        {
            Assert.Equal(deploy > 3, system.AutoScaler.GetStatus("web").Warning is not null);
            system.Scaler.Fake.SetReplicas("web", 1);
            await NextAsync(system, evaluated);
            Assert.True(system.Scaler.Replicas("web") > 1, "It is restored.");
        }

        var warned = Assert.Single(Warnings);
        Assert.Equal(25, warned.Id.Id);
        Assert.StartsWith("Somebody else has set the count of 'web' back 3 times since ", warned.Message, StringComparison.Ordinal);
        Assert.Contains(Remedy, warned.Message, StringComparison.Ordinal);
        var record = Assert.Single(system.AutoScaler.GetRecent("web"), r => r.Warning is not null);
        Assert.Equal(warned.Message, record.Warning);
        Assert.Contains("that is the third time since", record.Explain(), StringComparison.Ordinal);
        Assert.EndsWith(record.Warning!, record.Explain(), StringComparison.Ordinal);
        Assert.Contains(Remedy, system.AutoScaler.GetStatus("web").Warning!, StringComparison.Ordinal);
        await loop.StopAsync(Stop);
    }

    [Fact]
    public async Task Restart_BetweenTheSetBacks_CountsOn()
    {
        var state = ScalingState.New;
        for (var deploy = 0; deploy <= 3; deploy++)
        {
            // Each time another process, which knows what the one before has saved.
            var at = TimeSpan.FromMinutes(deploy * 10);
            using var system = new TestSystem(b => b.AddPolicy("web", max: 20), replicas: deploy == 0 ? 9 : 1) { Cpu = deploy == 0 ? 75 : 100 };
            system.Time.Advance(at);
            system.Services.GetRequiredService<TargetRegistry>().Adopt(new Dictionary<string, ScalingState> { ["web"] = ScalingState.FromJson(state.ToJson()) });
            var record = await system.AutoScaler.EvaluateAsync("web", Stop);
            Assert.Equal(deploy == 3, record.Warning is not null);
            state = record.Next;
        }
    }

    [Fact]
    public async Task Log_OfASetBack_IsReadBackWithItsWarning()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "decisions.jsonl");
            List<ScalingRecord> written = [];
            using (var system = new TestSystem(b => b.AddPolicy("web", max: 20).OnEvaluated(written.Add).LogDecisionsTo(path), replicas: 9) { Cpu = 75 })
            {
                for (var i = 0; i <= 4; i++)
                {
                    await system.AutoScaler.EvaluateAsync("web", Stop);
                    system.Time.Advance(TimeSpan.FromMinutes(10));
                    system.Cpu = 100;
                    system.Scaler.Fake.SetReplicas("web", 1);
                }
            }

            var read = DecisionLog.Read(path).ToList();
            Assert.Equal([false, false, false, true, false], read.Select(r => r.Warning is not null));
            Assert.Equal(written.Select(r => r.Next.ToJson()), read.Select(r => r.Next.ToJson()));
            Assert.All(read, r => Assert.Equal(r.Decision, ScalingDecisionEngine.Decide(r.Policy, r.State, r.Observation!, r.At)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Lets the loop evaluate the target once more.</summary>
    private static async Task NextAsync(TestSystem system, SemaphoreSlim evaluated)
    {
        while (!await evaluated.WaitAsync(TimeSpan.FromMilliseconds(5), Stop)) system.Time.Advance(TimeSpan.FromSeconds(1));
    }
}
