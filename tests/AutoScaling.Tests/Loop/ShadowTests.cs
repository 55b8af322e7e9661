using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Tests.Loop;

/// <summary>Candidates beside the active policy: same observations, no call to the scaler, and their trouble is their own.</summary>
public sealed class ShadowTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "decisions.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Tick_ShadowWantsMore_SaysSoAndScalesNothing()
    {
        using var system = new TestSystem(b => b.AddPolicy(Web(70, ("lower", 40)))) { Cpu = 50 };
        await Ticks(system, 3);

        Assert.Empty(system.Scaler.Fake.Calls);
        Assert.Equal(3, system.Metrics.Asked.Count);
        var record = system.AutoScaler.GetRecent("web")[0];
        var shadow = Assert.Single(record.Shadows);
        Assert.Equal((4, true, 4, 6), (record.Decision!.To, shadow.Differs, shadow.Decision!.From, shadow.Decision.To));
        Assert.Equal(record.At, shadow.Decision.At);
        Assert.Equal("Shadow 'lower' would decide: web goes from 4 to 6 replicas. cpu is 50, above 40: 'threshold' asks for 6.", shadow.Explain());
        var status = Assert.Single(system.AutoScaler.GetStatus("web").Shadows);
        Assert.Equal(("lower", 3, 3, record.At - TimeSpan.FromSeconds(60)), (status.Name, status.Decisions, status.Differences, status.Since!.Value));
        Assert.Same(shadow, status.Last);
    }

    [Fact]
    public async Task Tick_ShadowWithTheSamePolicy_NeverDiffersWhateverHappens()
    {
        var told = 0;
        var random = new CsCheck.PCG(1, 7);
        using var system = new TestSystem(b => b.AddPolicy(Web(70, ("same", 70))), replicas: 4);
        system.Metrics.Answer = (_, _) => random.Next(9) == 0 ? throw new HttpRequestException("503") : new(ServiceMetrics.Of(system.Time.GetUtcNow(), random.Next(120)));
        for (var i = 0; i < 200; i++)
        {
            await Ticks(system, 1);
            var record = system.AutoScaler.GetRecent("web")[0];
            Assert.Equal(record.Decision!.ToJson(), Assert.Single(record.Shadows).Decision!.ToJson());
            if (i == 50) await system.AutoScaler.ScaleAsync("web", 9, cancellationToken: Stop);
            if (i == 90) system.Scaler.Fake.SetReplicas("web", 3);
            if (record.Decision.Expected is not null) told++;
        }

        Assert.Contains(system.Scaler.Fake.Calls, c => c.To < c.From);
        Assert.Equal(1, told);
        Assert.Equal((200, 0), (system.AutoScaler.GetStatus("web").Shadows[0].Decisions, system.AutoScaler.GetStatus("web").Shadows[0].Differences));
    }

    [Fact]
    public async Task Tick_ThePolicyScaled_IsTheShadowsCooldownToo()
    {
        using var system = new TestSystem(b => b.AddPolicy(Web(70, ("lower", 40)))) { Cpu = 90 };
        await Ticks(system, 2);
        var decision = system.AutoScaler.GetRecent("web")[0].Shadows[0].Decision!;
        Assert.Equal(ScalingGuard.Cooldown, Assert.Single(decision.Steps).Guard);
        Assert.Equal((6, 6), (decision.From, decision.To));
    }

    [Fact]
    public async Task Tick_WantedButNotDone_IsNoCooldownOfTheShadow()
    {
        using var system = new TestSystem(b => b.AddPolicy(Web(70, ("lower", 40)))) { Cpu = 50 };
        await Ticks(system, 5);
        Assert.All(system.AutoScaler.GetRecent("web"), r => Assert.Equal(6, r.Shadows[0].Decision!.To));
    }

    [Fact]
    public async Task Tick_ScalingThatSeemedToFailTookPlace_IsTheShadowsCooldownToo()
    {
        using var system = new TestSystem(b => b.AddPolicy(Web(70, ("same", 70)))) { Cpu = 90 };
        system.Scaler.Scale = (target, _) =>
        {
            system.Scaler.Fake.SetReplicas(target, 6);
            throw new TimeoutException("the answer was lost");
        };
        await Ticks(system, 2);
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal(record.Decision!.ToJson(), record.Shadows[0].Decision!.ToJson());
        Assert.Equal(ScalingGuard.Cooldown, Assert.Single(record.Decision.Steps).Guard);
    }

    [Fact]
    public async Task Tick_RuleOfAShadowThrows_IsItsErrorAlone()
    {
        var log = new FakeLogCollector();
        ScalingPolicy broken = new() { Target = "web", Rules = [new BrokenRule()] };
        using var system = new TestSystem(b => b
            .AddPolicy(Web(70, ("lower", 40)) with { Shadows = [new() { Name = "broken", Policy = broken }, .. Web(70, ("lower", 40)).Shadows] })
            .Services.AddLogging(l => l.AddProvider(new FakeLoggerProvider(log)).SetMinimumLevel(LogLevel.Debug)))
        { Cpu = 90 };
        await Ticks(system, 2);

        Assert.Equal(6, system.Scaler.Replicas("web"));
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Null(record.Error);
        Assert.Equal(
            (null, false, "Shadow 'broken' of 'web' could not decide: a bug of its own."),
            (record.Shadows[0].Decision, record.Shadows[0].Differs, record.Shadows[0].Explain()));
        Assert.NotNull(record.Shadows[1].Decision);
        Assert.Equal(0, system.AutoScaler.GetStatus("web").Shadows[0].Decisions);
        Assert.Equal([LogLevel.Warning, LogLevel.Debug], log.GetSnapshot().Where(r => r.Id == 15).Select(r => r.Level));
        Assert.Equal("The shadow 'broken' of web could not decide: a bug of its own", log.GetSnapshot().First(r => r.Id == 15).Message);
    }

    [Theory]
    [InlineData("throws", "the queue is down")]
    [InlineData("hangs", "it did not answer within 5s")]
    [InlineData("blocks", "it did not answer within 5s")]
    [InlineData("null", "the source returned nothing")]
    public async Task Tick_SourceThatOnlyAShadowAsksFails_ThePolicyDoesNotWaitForIt(string fault, string reason)
    {
        using var released = new ManualResetEventSlim();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<ServiceMetrics>();
        var scaled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = new TestMetrics
        {
            Answer = (_, _) =>
            {
                asked.TrySetResult();
                if (fault == "blocks") released.Wait(CancellationToken.None);
                return fault switch
                {
                    "throws" => throw new InvalidOperationException("the queue is down."),
                    "null" => new((ServiceMetrics)null!),
                    _ => new(never.Task),
                };
            },
        };
        using var system = new TestSystem(b => b.AddPolicy(Queue()).AddMetrics("orders", _ => queue)) { Cpu = 90 };
        system.Scaler.Scale = async (target, stop) =>
        {
            var outcome = await system.Scaler.Fake.ScaleAsync(target, 4, 6, stop);
            scaled.TrySetResult();
            return outcome;
        };
        var tick = system.AutoScaler.TickAsync(Stop);
        await scaled.Task.WaitAsync(Stop);
        await asked.Task.WaitAsync(Stop);
        Assert.Equal(6, system.Scaler.Replicas("web"));
        if (fault is "hangs" or "blocks")
        {
            Assert.False(tick.IsCompleted);
            system.Time.Advance(TimeSpan.FromSeconds(5));
        }

        await tick;
        released.Set();
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal((null, ScaleOutcomeKind.Applied), (record.Error, record.Outcome.Kind));
        Assert.DoesNotContain(record.Observation!.Metrics, m => m.Metric.Source == "orders");
        Assert.Equal($"web: queue@orders cannot be used ({reason}).", record.Shadows[0].Error);
        Assert.Null(system.AutoScaler.GetStatus("web").LastError);
        never.TrySetResult(ServiceMetrics.Empty);
    }

    [Fact]
    public async Task Tick_SourceThatOnlyAShadowAsks_IsReadForIt()
    {
        using var system = new TestSystem(b => b.AddPolicy(Queue()).AddMetrics("orders", s => new TestMetrics
        {
            Answer = (_, _) => new(new ServiceMetrics(MetricReading.Available("queue", 70, s.GetRequiredService<TimeProvider>().GetUtcNow()))),
        }));
        await Ticks(system, 1);
        Assert.Equal(7, system.AutoScaler.GetRecent("web")[0].Shadows[0].Decision!.To);
    }

    [Fact]
    public async Task Tick_SharedSourceFails_SaysWhyForTheShadowsMetricsToo()
    {
        ScalingPolicy memory = new() { Target = "web", Rules = [new TargetTrackingRule { Metric = "memory", Target = 50 }] };
        using var system = new TestSystem(b => b.AddPolicy(new ScalingPolicy { Target = "web", Shadows = [new() { Name = "memory", Policy = memory }] }));
        system.Metrics.Answer = (_, _) => throw new HttpRequestException("Prometheus answered 503.");
        await Ticks(system, 1);
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal("web: cpu cannot be used (Prometheus answered 503).", record.Error);
        Assert.Equal("web: memory cannot be used (Prometheus answered 503).", record.Shadows[0].Error);
        Assert.Equal(["cpu", "memory"], record.Observation!.Metrics.Select(reading => reading.Metric.Name)); // One request for both, which failed.
    }

    [Fact]
    public async Task Tick_HostStopsWhileAShadowIsRead_WhatWasDoneIsRecorded()
    {
        using var stopping = new CancellationTokenSource();
        var never = new TaskCompletionSource<ServiceMetrics>();
        using var system = new TestSystem(b => b.AddPolicy(Queue()).AddMetrics("orders", _ => new TestMetrics { Answer = (_, _) => new(never.Task) })) { Cpu = 90 };
        system.Scaler.Scale = async (target, stop) =>
        {
            await stopping.CancelAsync();
            return await system.Scaler.Fake.ScaleAsync(target, 4, 6, stop);
        };
        var record = await system.AutoScaler.EvaluateAsync("web", stopping.Token);
        Assert.Equal((ScaleOutcomeKind.Applied, 0), (record.Outcome.Kind, record.Shadows.Length));
        Assert.Equal(record, system.AutoScaler.GetRecent("web")[0]);
        never.SetResult(ServiceMetrics.Empty);
    }

    [Fact]
    public async Task Tick_Differs_MetersCountIt()
    {
        using var system = new TestSystem(b => b.AddPolicy(Web(70, ("lower", 40), ("same", 70))).Services.AddMetrics());
        var meters = system.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        using var decisions = new MetricCollector<long>(meters, AutoScalingTelemetry.MeterName, "autoscaling.shadow.decisions");
        using var wanted = new MetricCollector<int>(meters, AutoScalingTelemetry.MeterName, "autoscaling.shadow.replicas.wanted");
        await Ticks(system, 1);
        system.Cpu = double.NaN;
        await Ticks(system, 1);
        wanted.RecordObservableInstruments();

        Assert.Equal(
            ["web lower different", "web same same", "web lower error", "web same error"],
            decisions.GetMeasurementSnapshot().Select(m => $"{m.Tags["autoscaling.target"]} {m.Tags["autoscaling.shadow"]} {m.Tags["autoscaling.result"]}"));
        Assert.Equal(["lower 4", "same 4"], wanted.GetMeasurementSnapshot().Select(m => $"{m.Tags["autoscaling.shadow"]} {m.Value}"));
    }

    [Fact]
    public async Task Log_WithShadows_IsReadBack()
    {
        List<ScalingRecord> written = [];
        using (var system = new TestSystem(b => b.AddPolicy(Web(70, ("lower", 40), ("same", 70))).OnEvaluated(written.Add).LogDecisionsTo(Path)))
        {
            await Ticks(system, 2);
            await system.AutoScaler.ScaleAsync("web", 5, cancellationToken: Stop);
        }

        var read = DecisionLog.Read(Path).ToList();
        Assert.Equal(written.SelectMany(r => r.Shadows).Select(Said), read.SelectMany(r => r.Shadows).Select(Said));
        Assert.Equal([2, 2, 0], read.Select(r => r.Shadows.Length));
        Assert.Equal(["lower", "same"], read[0].Policy.Shadows.Select(s => s.Name));
        Assert.DoesNotContain("shadows", (await File.ReadAllLinesAsync(Path, Stop))[2], StringComparison.Ordinal);

        static string Said(ShadowDecision said) => $"{said.Name} {said.Differs} {said.Error} {said.Decision?.ToJson()}";
    }

    [Fact]
    public async Task Log_RuleOfAShadowHasNoType_ThePolicysDecisionsAreLoggedAllTheSame()
    {
        ScalingPolicy night = new() { Target = "web", Rules = [new Readme.Snippets.NightRule()] };
        using (var system = new TestSystem(b => b.AddPolicy(new ScalingPolicy { Target = "web", Shadows = [new() { Name = "night", Policy = night }] }).LogDecisionsTo(Path)))
        {
            await Ticks(system, 1);
        }

        Assert.Equal("night", Assert.Single(Assert.Single(DecisionLog.Read(Path)).Shadows).Name);
    }

    [Fact]
    public async Task SetAndRemoveShadow_AtRunTime_TakeEffectAtTheNextEvaluation()
    {
        using var system = new TestSystem(b => b.AddPolicy("web", max: 20)) { Cpu = 90 };
        await Ticks(system, 1);
        var policy = system.AutoScaler.GetStatus("web").Policy;
        system.AutoScaler.SetShadow("higher", policy with { Rules = [new ThresholdRule { CpuTarget = 95 }] });
        Assert.Equal((0, null), (system.AutoScaler.GetStatus("web").Shadows[0].Decisions, system.AutoScaler.GetStatus("web").Shadows[0].Last));
        await Ticks(system, 1);

        // It begins with what is remembered: the target was scaled a moment ago.
        system.AutoScaler.SetShadow("lower", policy with { Rules = [new ThresholdRule { CpuTarget = 40 }] });
        await Ticks(system, 1);
        var status = system.AutoScaler.GetStatus("web");
        Assert.Equal([("higher", 2), ("lower", 1)], status.Shadows.Select(s => (s.Name, s.Decisions)));
        Assert.Equal(ScalingGuard.Cooldown, Assert.Single(status.Shadows[1].Last!.Decision!.Steps).Guard);

        // Another candidate under the name is counted anew.
        system.AutoScaler.SetShadow("lower", policy with { Rules = [new ThresholdRule { CpuTarget = 30 }] });
        await Ticks(system, 1);
        Assert.Equal([("higher", 3), ("lower", 1)], system.AutoScaler.GetStatus("web").Shadows.Select(s => (s.Name, s.Decisions)));

        system.AutoScaler.RemoveShadow("web", "higher");
        await Ticks(system, 1);
        Assert.Equal("lower", Assert.Single(system.AutoScaler.GetRecent("web")[0].Shadows).Name);
        system.AutoScaler.RemoveShadow("web", "lower");
        await Ticks(system, 1);
        Assert.Empty(system.AutoScaler.GetRecent("web")[0].Shadows);
        Assert.Empty(system.AutoScaler.GetStatus("web").Shadows);
        Assert.Equal("The policy for 'web' has no shadow 'lower'.", Assert.Throws<ScalingException>(() => system.AutoScaler.RemoveShadow("web", "lower")).Message);
    }

    [Fact]
    public void SetShadow_CannotWork_IsOneSentence()
    {
        using var system = new TestSystem(b => b.AddPolicy("web"));
        ScalingPolicy queue = Queue().Shadows[0].Policy;
        Assert.Equal(
            "Shadow 'queue' of policy 'web' names the metric source 'orders', but none is registered under that name: call AddMetrics(\"orders\", ...).",
            Assert.Throws<ScalingException>(() => system.AutoScaler.SetShadow("queue", queue)).Message);
        Assert.Equal("There is no policy for 'api'.", Assert.Throws<ScalingException>(() => system.AutoScaler.SetShadow("queue", new() { Target = "api" })).Message);
        Assert.Equal("Name of a shadow must not be empty, but is ' '.", Assert.Throws<ScalingException>(() => system.AutoScaler.SetShadow(" ", new() { Target = "web" })).Message);
        Assert.Empty(system.AutoScaler.GetStatus("web").Shadows);
    }

    [Fact]
    public void AddPolicy_ShadowForAnotherService_KeepsTheHostDown()
    {
        using var system = new TestSystem(b => b.AddPolicy(new ScalingPolicy { Target = "web", Shadows = [new() { Name = "api", Policy = new() { Target = "api" } }] }));
        Assert.Equal(
            "Shadow 'api' of policy 'web' must be for the same service, but is for 'api'.",
            Assert.Throws<ScalingException>(() => system.AutoScaler.GetStatus()).Message);
    }

    [Fact]
    public async Task Reload_ShadowsFollowTheDocument()
    {
        var file = System.IO.Path.Combine(_folder.FullName, "policies.yaml");
        TestFiles.Change(file, "policies: [ { service: web, max: 20, shadows: [ { name: lower, cpuTarget: 40 } ] }, { service: api } ]");
        using var system = new TestSystem(b => b.AddPolicyFile(file)) { Cpu = 50 };
        await Ticks(system, 2);

        // Another policy's change is none of this one's.
        TestFiles.Change(file, "policies: [ { service: web, max: 20, shadows: [ { name: lower, cpuTarget: 40 } ] }, { service: api, max: 7 } ]");
        await Ticks(system, 1);
        Assert.Equal((3, 3), (Shadow().Decisions, Shadow().Differences));

        // The candidate's own change, and the policy's, begin another comparison.
        TestFiles.Change(file, "policies: [ { service: web, max: 20, shadows: [ { name: lower, cpuTarget: 30 } ] }, { service: api, max: 7 } ]");
        await Ticks(system, 1);
        Assert.Equal((1, 1), (Shadow().Decisions, Shadow().Differences));
        TestFiles.Change(file, "policies: [ { service: web, max: 20, cpuTarget: 60, shadows: [ { name: lower, cpuTarget: 30 } ] }, { service: api, max: 7 } ]");
        await Ticks(system, 1);
        Assert.Equal((1, 1), (Shadow().Decisions, Shadow().Differences));

        TestFiles.Change(file, "policies: [ { service: web, max: 20, shadows: [ { name: lower, cpuTarget: -1 } ] }, { service: api } ]");
        await Ticks(system, 1);
        Assert.Equal([$"In '{file}': policies[0] (web).shadows[0] (lower): CpuTarget must be more than 0, but is -1."], system.AutoScaler.GetStatus().ReloadErrors);
        Assert.Equal(2, Shadow().Decisions);

        TestFiles.Change(file, "policies: [ { service: web, max: 20 } ]");
        await Ticks(system, 1);
        Assert.Empty(system.AutoScaler.GetRecent("web")[0].Shadows);
        Assert.Empty(system.Scaler.Fake.Calls);

        ShadowStatus Shadow() => Assert.Single(system.AutoScaler.GetStatus("web").Shadows);
    }

    [Fact]
    public async Task Tick_ShadowComesBackAfterAWhile_KnowsWhatHappenedMeanwhile()
    {
        using var system = new TestSystem(b => b.AddPolicy(Web(70, ("same", 70))));
        await Ticks(system, 1);
        system.AutoScaler.RemoveShadow("web", "same");
        system.Cpu = 90;
        await Ticks(system, 1);
        system.AutoScaler.SetShadow("same", system.AutoScaler.GetStatus("web").Policy);
        await Ticks(system, 1);
        var record = system.AutoScaler.GetRecent("web")[0];
        Assert.Equal(record.Decision!.ToJson(), record.Shadows[0].Decision!.ToJson());
    }

    private static async Task Ticks(TestSystem system, int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (system.AutoScaler.GetStatus().Targets.Any(t => t.LastEvaluatedAt is not null)) system.Time.Advance(TimeSpan.FromSeconds(30));
            await system.AutoScaler.TickAsync(Stop);
        }
    }

    private static ScalingPolicy Web(double cpu, params (string Name, double Cpu)[] shadows)
    {
        ScalingPolicy active = new() { Target = "web", Range = new(1, 20), Rules = [new ThresholdRule { CpuTarget = cpu }] };
        return active with { Shadows = [.. shadows.Select(s => new ShadowPolicy { Name = s.Name, Policy = active with { Rules = [new ThresholdRule { CpuTarget = s.Cpu }] } })] };
    }

    private static ScalingPolicy Queue() => new()
    {
        Target = "web",
        Shadows = [new() { Name = "queue", Policy = new() { Target = "web", Rules = [new BacklogRule { Metric = "queue@orders", ThroughputPerReplica = 0.2, DrainTime = TimeSpan.FromSeconds(50) }] } }],
    };

    private sealed record BrokenRule : ScalingRule
    {
        public override string Name { get; init; } = "broken";

        public override Recommendation Recommend(in RuleContext context) => throw new InvalidOperationException("a bug of its own.");
    }
}
