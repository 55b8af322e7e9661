using AutoScaling.AspNetCore.Tests.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.AspNetCore.Tests.Health;

/// <summary>How the autoscaler stands, as health checks say it.</summary>
public sealed class HealthTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_Evaluated_IsHealthyWithASentenceAndData()
    {
        await using var system = new Hosted();
        await system.TickAsync();
        var entry = await system.CheckAsync();
        Assert.Equal((HealthStatus.Healthy, "1 of 1 targets are evaluated."), (entry.Status, entry.Description));
        Assert.Equal([1, 1], [(int)entry.Data["targets"], (int)entry.Data["enabled"]]);
        Assert.Equal(system.Time.GetUtcNow(), entry.Data["lastEvaluatedAt"]);
    }

    [Fact]
    public async Task Check_NothingIsEvaluated_IsUnhealthyByAgeOfEvaluations()
    {
        await using var system = new Hosted();
        await system.TickAsync();
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        system.Time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        system.Time.Advance(TimeSpan.FromSeconds(1));
        var entry = await system.CheckAsync();
        Assert.Equal(
            (HealthStatus.Unhealthy, "The loop is dead: The last evaluation was 2m 1s ago, and there should be one within 2m."),
            (entry.Status, entry.Description));

        // A decision to stay is as good as any: the loop lives.
        await system.TickAsync();
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_NeverEvaluated_IsUnhealthyAfterTheSameTime()
    {
        await using var system = new Hosted();
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        system.Time.Advance(TimeSpan.FromSeconds(121));
        Assert.StartsWith("The loop is dead: Nothing was evaluated yet", (await system.CheckAsync()).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_LongIntervals_WaitsForThreeOfThem()
    {
        await using var system = new Hosted(options: o => o.Interval = TimeSpan.FromMinutes(5));
        await system.TickAsync();
        await system.CheckAsync();
        system.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        system.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HealthStatus.Unhealthy, (await system.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_AllDisabled_IsHealthy()
    {
        await using var system = new Hosted();
        await system.TickAsync();
        system.AutoScaler.Disable("web");
        system.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((HealthStatus.Healthy, "0 of 1 targets are evaluated."), Told(await system.CheckAsync()));
    }

    [Fact]
    public async Task Check_NoUsableMetrics_IsDegradedOnceItLasts()
    {
        await using var system = new Hosted { Cpu = null };
        await system.TickAsync();
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        await system.GoOnAsync(TimeSpan.FromMinutes(2));
        var entry = await system.CheckAsync();
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.StartsWith("1 target is without usable metrics: web: ", entry.Description, StringComparison.Ordinal);
        Assert.Contains("the meter is broken", entry.Description, StringComparison.Ordinal);
        Assert.Single((string[])entry.Data["noUsableMetrics"]);

        // Over, and begun again: it counts from then.
        system.Cpu = 50;
        await system.GoOnAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        system.Cpu = null;
        await system.GoOnAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_ScalerRefuses_IsDegradedWithItsReason()
    {
        await using var system = new Hosted(o => o.TroubleAfter = TimeSpan.Zero) { Cpu = 90 };
        system.Scaler.OnScale = _ => ScaleOutcome.Rejected("the quota is full");
        await system.TickAsync();
        Assert.Equal(
            (HealthStatus.Degraded, "1 target is not read or scaled: web: It was not scaled: the quota is full."),
            Told(await system.CheckAsync()));
    }

    [Fact]
    public async Task Check_ReplicasCannotBeRead_IsDegradedWithTheError()
    {
        await using var system = new Hosted(o => o.TroubleAfter = TimeSpan.Zero);
        system.Scaler.OnRead = _ => new InvalidOperationException("the server is away");
        await system.TickAsync();
        var entry = await system.CheckAsync();
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("the server is away", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ManyTargetsInTrouble_NamesThreeAndCountsTheRest()
    {
        await using var system = new Hosted(o => o.TroubleAfter = TimeSpan.Zero, b =>
        {
            for (var i = 0; i < 30; i++) b.AddPolicy($"web-{i:00}");
        });
        system.Scaler.OnRead = _ => new InvalidOperationException("the server is away");
        await system.TickAsync();
        var entry = await system.CheckAsync();
        Assert.StartsWith("30 targets are not read or scaled: web-00: ", entry.Description, StringComparison.Ordinal);
        Assert.EndsWith("; and 27 more.", entry.Description, StringComparison.Ordinal);
        Assert.Equal((20, 30), (((string[])entry.Data["failedScaling"]).Length, (int)entry.Data["failedScalingCount"]));
    }

    [Fact]
    public async Task Check_AtItsMaximum_IsDegradedAfterAQuarterOfAnHour()
    {
        await using var system = new Hosted(build: b => b.AddPolicy("web", max: 4)) { Cpu = 90 };
        await system.TickAsync();
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        await system.GoOnAsync(TimeSpan.FromMinutes(14));
        Assert.Equal(HealthStatus.Healthy, (await system.CheckAsync()).Status);
        await system.GoOnAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(
            (HealthStatus.Degraded, "1 target is at the maximum though more is asked for: web: 6 are asked for, and its maximum is 4."),
            Told(await system.CheckAsync()));
    }

    [Fact]
    public async Task Check_StateStoreFails_IsDegraded()
    {
        await using var system = new Hosted(build: b => b.AddPolicy("web").UseStateStore(_ => new BrokenStore())) { Cpu = 90 };
        await system.TickAsync();
        HealthReportEntry entry;
        do entry = await system.CheckAsync();
        while (entry.Status == HealthStatus.Healthy);
        Assert.StartsWith("What is remembered is not safe: ", entry.Description, StringComparison.Ordinal);
        Assert.Contains("the disk is full", ((string[])entry.Data["stateStore"])[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ObserverFails_IsDegraded()
    {
        await using var system = new Hosted(build: b => b.AddPolicy("web").OnEvaluated(_ => throw new InvalidOperationException("no")));
        await system.AutoScaler.EvaluateAsync("web", Stop);
        Assert.Equal(
            (HealthStatus.Degraded, "Not all who observe are told: The observer CallbackObserver failed: no."), Told(await system.CheckAsync()));
    }

    [Fact]
    public async Task Check_ReloadFails_IsDegradedAndSaysWhatIsWrong()
    {
        var path = Path.Combine(Path.GetTempPath(), $"health-{Environment.ProcessId}-{TestContext.Current.Test!.UniqueID}.yaml");
        await File.WriteAllTextAsync(path, "policies: [ { service: web, max: 5 } ]", Stop);
        try
        {
            await using var system = new Hosted(build: b => b.AddPolicyFile(path));
            await system.TickAsync();
            await File.WriteAllTextAsync(path, "policies: [ { service: web, max: -5 } ]", Stop);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
            HealthReportEntry entry;
            do
            {
                system.Time.Advance(TimeSpan.FromSeconds(30));
                await system.AutoScaler.TickAsync(Stop);
                entry = await system.CheckAsync();
            }
            while (entry.Status == HealthStatus.Healthy);
            Assert.StartsWith("Changed policies were not loaded, the old ones stay: ", entry.Description, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Check_AStandby_IsHealthyHoweverOldItsEvaluationsAre()
    {
        var election = new Election();
        await using var system = new Hosted(services: s => s.AddSingleton<ILeaderElection>(election));
        await system.CheckAsync();
        system.Time.Advance(TimeSpan.FromHours(1));
        var entry = await system.CheckAsync();
        Assert.Equal((HealthStatus.Healthy, "This copy stands by; 'other' leads."), Told(entry));
        Assert.Equal((false, "other"), ((bool)entry.Data["leads"], (string)entry.Data["leader"]));
    }

    [Fact]
    public async Task Check_StatusSaidByTheHost_Counts()
    {
        await using var system = new Hosted(o => (o.TroubleAfter, o.FailedScaling, o.NoUsableMetrics) = (TimeSpan.Zero, HealthStatus.Unhealthy, HealthStatus.Healthy));
        system.Cpu = null;
        await system.TickAsync();
        var entry = await system.CheckAsync();
        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Single((string[])entry.Data["noUsableMetrics"]);
        system.Scaler.OnRead = _ => new InvalidOperationException("away");
        await system.GoOnAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(HealthStatus.Unhealthy, (await system.CheckAsync()).Status);
    }

    [Fact]
    public async Task Start_SettingsOutOfBounds_AllAreToldAtOnce()
    {
        var host = WebHost.Build(new()
        {
            Services = s => s.AddHealthChecks().AddAutoScaling(o => (o.UnhealthyAfter, o.TroubleAfter) = (TimeSpan.Zero, TimeSpan.FromSeconds(-1))),
        });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.App.StartAsync(Stop));
        Assert.Equal(["UnhealthyAfter must be more than 0, but is 0s.", "TroubleAfter must be at least 0, but is -1s."], error.Failures);
        await host.App.DisposeAsync();
    }

    [Fact]
    public async Task Readiness_OnceATargetWasRead_StaysWhateverHappens()
    {
        await using var system = new Hosted();
        Assert.Equal((HealthStatus.Unhealthy, "No target was read yet."), Told(await system.ReadinessAsync()));
        system.Scaler.OnRead = _ => new InvalidOperationException("the API server is away");
        await system.TickAsync();
        Assert.Equal(
            (HealthStatus.Unhealthy, $"No target could be read yet. {system.AutoScaler.GetStatus("web").LastError}"), Told(await system.ReadinessAsync()));
        Assert.Contains("the API server is away", (await system.ReadinessAsync()).Description, StringComparison.Ordinal);

        system.Scaler.OnRead = null;
        await system.GoOnAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((HealthStatus.Healthy, "Targets were read."), Told(await system.ReadinessAsync()));
        system.Scaler.OnRead = _ => new InvalidOperationException("the API server is away");
        await system.GoOnAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(HealthStatus.Healthy, (await system.ReadinessAsync()).Status);

        // Nor is that a reason to start the process again: the loop lives.
        Assert.Equal(HealthStatus.Degraded, (await system.CheckAsync()).Status);
    }

    [Fact]
    public async Task Readiness_NothingToRead_IsReady()
    {
        await using var system = new Hosted();
        system.AutoScaler.Disable("web");
        Assert.Equal((HealthStatus.Healthy, "There is no target, so nothing is read."), Told(await system.ReadinessAsync()));
    }

    /// <summary>Who probes a host wants to know whether that one is ill, and not restart it because another one is.</summary>
    [Fact]
    public async Task Readiness_AHostThatSharesOutTargets_AnswersForItsOwn()
    {
        await using var own = new Hosted();
        own.Scaler.OnRead = _ => new InvalidOperationException("the API server is away");
        await own.GoOnAsync(TimeSpan.FromSeconds(30));
        await using var all = new Hosted(services: s => s.AddKeyedSingleton(ITargetShare.LocalAutoScaler, own.AutoScaler));
        await all.GoOnAsync(TimeSpan.FromSeconds(30));
        Assert.NotNull(all.AutoScaler.GetStatus("web").Replicas);
        var (status, sentence) = Told(await all.ReadinessAsync());
        Assert.Equal(HealthStatus.Unhealthy, status);
        Assert.Contains("the API server is away", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", HealthStatus.Healthy, "This copy stands by; 'other' leads.")]
    [InlineData(null, HealthStatus.Unhealthy, "This copy does not lead, and does not know who does.")]
    public async Task Readiness_AStandby_IsReadyIfItKnowsWhoLeads(string? leader, HealthStatus status, string sentence)
    {
        await using var system = new Hosted(services: s => s.AddSingleton<ILeaderElection>(new Election { Leader = leader }));
        Assert.Equal((status, sentence), Told(await system.ReadinessAsync()));
    }

    private static (HealthStatus Status, string? Description) Told(HealthReportEntry entry) => (entry.Status, entry.Description);

    /// <summary>A host that is not started: evaluations are asked for, and time is told.</summary>
    private sealed class Hosted : IAsyncDisposable
    {
        private readonly WebHost _host;
        private readonly HostPlan _plan;

        public Hosted(
            Action<AutoScalingHealthOptions>? health = null,
            Action<AutoScalingBuilder>? build = null,
            Action<IServiceCollection>? services = null,
            Action<AutoScalingOptions>? options = null)
        {
            _plan = new()
            {
                Build = build ?? (b => b.AddPolicy("web", max: 20)),
                Options = options,
                Services = s =>
                {
                    s.AddHealthChecks().AddAutoScaling(health).AddAutoScalingReadiness();
                    services?.Invoke(s);
                },
                Map = app => app.MapHealthChecks("/health"),
            };
            _plan.Cpu = _ => Cpu;
            _host = WebHost.Build(_plan);
        }

        public double? Cpu { get; set; } = 50;

        public FakeTimeProvider Time => (FakeTimeProvider)_plan.Time!;

        public IAutoScaler AutoScaler => _host.AutoScaler;

        public FakeScaler Scaler => _host.Scaler;

        public Task<int> TickAsync() => AutoScaler.TickAsync(Stop);

        /// <summary>Time passes, with an evaluation and a check every half minute.</summary>
        public async Task GoOnAsync(TimeSpan time)
        {
            for (var gone = TimeSpan.Zero; gone < time; gone += TimeSpan.FromSeconds(30))
            {
                Time.Advance(TimeSpan.FromSeconds(30));
                await TickAsync();
                await CheckAsync();
            }
        }

        public async Task<HealthReportEntry> CheckAsync(string name = "autoscaling") =>
            (await _host.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop)).Entries[name];

        public Task<HealthReportEntry> ReadinessAsync() => CheckAsync("autoscaling-ready");

        public async ValueTask DisposeAsync() => await _host.App.DisposeAsync();
    }

    private sealed class Election : ILeaderElection
    {
        public string Identity => "this";

        public string? Leader { get; init; } = "other";

        public LeaderTerm? Term => null;

        public ValueTask StartAsync(Action changed, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask ResignAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class BrokenStore : IScalingStateStore
    {
        public ValueTask<IReadOnlyDictionary<string, ScalingState>> LoadAllAsync(CancellationToken cancellationToken) =>
            new(new Dictionary<string, ScalingState>(StringComparer.Ordinal));

        public ValueTask<ScalingState?> LoadAsync(string target, CancellationToken cancellationToken) => new((ScalingState?)null);

        public ValueTask SaveAsync(IReadOnlyDictionary<string, ScalingState> states, CancellationToken cancellationToken) =>
            throw new IOException("the disk is full");

        public ValueTask DeleteAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
