namespace AutoScaling.Tests.Loop;

public sealed class DecisionLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "decisions.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Read_ARecordedRun_EveryDecisionCanBeMadeAgain()
    {
        var random = new CsCheck.PCG(1, 42);
        // One after the other, so that the same one always gets the same random readings.
        using (var system = new TestSystem(
            b => b
                .AddPolicy("web", max: 30)
                .AddPolicy(new ScalingPolicy
                {
                    Target = "api",
                    Range = new(1, 50),
                    Interval = TimeSpan.FromSeconds(15),
                    Behavior = ScalingBehavior.Kubernetes,
                    Rules =
                    [
                        new TargetTrackingRule { Metric = "cpu", Target = 60 },
                        new ScheduleRule { Start = "10 12 * * *", End = "20 12 * * *", Replicas = 9, TimeZone = "UTC" },
                    ],
                })
                .LogDecisionsTo(Path),
            o => o.MaxConcurrency = 1))
        {
            system.Metrics.Answer = (_, _) => random.Next(12) == 0
                ? throw new HttpRequestException("Prometheus answered 503.")
                : new(ServiceMetrics.Of(system.Time.GetUtcNow(), random.Next(16) == 0 ? double.NaN : random.Next(120)));
            for (var i = 0; i < 200; i++)
            {
                await system.AutoScaler.TickAsync(Stop);
                if (i == 50) await system.AutoScaler.ScaleAsync("web", 11, cancellationToken: Stop);
                if (i == 100) system.AutoScaler.SetPolicy(new() { Target = "web", Range = new(2, 12), Behavior = ScalingBehavior.Immediate });
                if (i == 150) system.Scaler.Fake.SetReplicas("api", 3);
                system.Time.Advance(TimeSpan.FromSeconds(15));
            }
        }

        var records = DecisionLog.Read(Path).ToList();
        Assert.InRange(records.Count, 300, 400);
        Assert.Contains(records, r => r.Decision!.Direction == ScaleDirection.Up);
        Assert.Contains(records, r => r.Decision!.Direction == ScaleDirection.Down);
        Assert.Contains(records, r => r.IsManual);
        foreach (var record in records.Where(r => !r.IsManual))
        {
            var again = ScalingDecisionEngine.Decide(record.Policy, record.State, record.Observation!, record.At);
            Assert.Equal(record.Decision!.ToJson(), again.ToJson());
            Assert.Equal(record.Decision.Explain(), again.Explain());
        }

        Assert.Equal([50], records.Where(r => r.Target == "api" && r.Decision!.Expected is not null).Select(r => r.Decision!.Expected!.Value));
    }

    [Fact]
    public async Task Log_OpenedAgain_GoesOnWhereItEnded()
    {
        for (var run = 0; run < 2; run++)
        {
            using var system = new TestSystem(b => b.AddPolicy("web").LogDecisionsTo(Path));
            await system.AutoScaler.TickAsync(Stop);
        }

        Assert.Equal(2, DecisionLog.Read(Path).Count());
    }

    [Fact]
    public async Task Log_PolicyWithTheUsersOwnRule_IsReadBack()
    {
        var night = RuleType.Create("night", new Readme.Snippets.NightRule());
        using (var system = new TestSystem(b => b.AddRuleType(night).AddPolicy(new ScalingPolicy { Target = "web", Rules = [new Readme.Snippets.NightRule()] }).LogDecisionsTo(Path)))
        {
            await system.AutoScaler.TickAsync(Stop);
        }

        Assert.IsType<Readme.Snippets.NightRule>(Assert.Single(DecisionLog.Read(Path, [night])).Policy.Rules[0]);
    }

    [Fact]
    public void Log_FolderIsMissing_IsOneSentence()
    {
        var path = System.IO.Path.Combine(Path, "deeper");
        Assert.StartsWith($"The decision log '{path}' cannot be written: ", Assert.Throws<ScalingException>(() => new DecisionLog(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"at":"2026-01-01T12:00:00Z","target":"web","policy":{"service":"web","rules":[{"type":"night"}]},"state":{}}""",
        "The policy in line 1 of '{0}' cannot be read: rules[0]: Type must be targetTracking, backlog, step, schedule, forecast, latency, concurrency, fixed or threshold, but is 'night'.")]
    [InlineData("not json", "The line 1 of '{0}' cannot be read: ")]
    [InlineData("""{"at":"2026-01-01T12:00:00Z","target":"web"}""", "The line 1 of '{0}' has no policy, and no earlier line of its target that could be read has one.")]
    public void Read_BrokenLine_NamesIt(string line, string sentence)
    {
        File.WriteAllText(Path, line + "\n");
        var error = Assert.Throws<ScalingException>(() => DecisionLog.Read(Path).ToList());
        Assert.StartsWith(string.Format(null, sentence, Path), error.Message, StringComparison.Ordinal);
    }
}
