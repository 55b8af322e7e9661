using System.Text.Json;
using AutoScaling.Kubernetes.Resources;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Resources;

/// <summary>The status of a ScalingPolicy, made of how real targets stand.</summary>
public sealed class StatusFoldTests : IMetricsProvider, IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, 500, TimeSpan.Zero);

    private readonly ShiftedTime _time = new();
    private readonly FakeScaler _scaler;
    private ServiceProvider? _services;
    private double? _cpu = 45;

    public StatusFoldTests() => _scaler = new(_time, 5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
    }

    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => new(
        _cpu is { } value ? ServiceMetrics.Of(_time.GetUtcNow(), value) : throw new IOException("the server is away"));

    [Fact]
    public async Task Of_AllIsWell_TellsReadingsAndNothingElse()
    {
        var status = await OfAsync(Policy("shop/web"));
        Assert.Equal(("Deployment/web", 1, 10, 5, 5), (status.Target, status.Min, status.Max, status.Desired, status.Ready));
        Assert.Equal(("cpu 9/10", "stay"), (status.Readings, status.Decision));
        Assert.Equal("Active=True MetricsAvailable=True ScalingLimited=False Paused=False Conflicting=False", Words(status));
        Assert.Null(status.HeldBack);
        Assert.Null(status.Targets);
    }

    [Fact]
    public async Task Of_MetricsCannotBeRead_SaysWhy()
    {
        _cpu = null;
        var status = await OfAsync(Policy("shop/web"));
        var metrics = Condition(status, "MetricsAvailable");
        Assert.Equal(("False", "Unreadable"), (metrics.Status, metrics.Reason));
        Assert.Contains("the server is away", metrics.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_TheScalerRefuses_IsNotActive()
    {
        _cpu = 90;
        var status = await OfAsync(Policy("shop/web"), b => b.UseScaler(_ => new Refusing(_scaler)));
        var active = Condition(status, "Active");
        Assert.Equal(("False", "Rejected", "shop/web was not scaled: it is not there."), (active.Status, active.Reason, active.Message));
        Assert.Equal("up 5->9, not done", status.Decision);
    }

    [Fact]
    public async Task Of_OnlyRecommends_SaysSo()
    {
        _cpu = 90;
        var status = await OfAsync(Policy("shop/web") with { Mode = ScalingMode.Recommend });
        Assert.Equal(("Recommending", "up 5->9, advice"), (Condition(status, "Active").Reason, status.Decision));
    }

    [Fact]
    public async Task Of_NotEnabled_IsNotActive()
    {
        var status = await OfAsync(Policy("shop/web") with { Enabled = false });
        Assert.Equal(("False", "Disabled"), (Condition(status, "Active").Status, Condition(status, "Active").Reason));
        Assert.Equal("off", status.Decision);
    }

    [Fact]
    public async Task Of_HeldBack_TellsByWhatAndUntilWhen()
    {
        _cpu = 30;
        var policy = Policy("shop/web");
        var window = policy.Behavior with { ScaleDown = policy.Behavior.ScaleDown with { Cooldown = TimeSpan.FromMinutes(5) } };
        var status = await OfAsync(policy with { Behavior = window }, act: async host =>
        {
            await host.ScaleAsync("shop/web", 6, cancellationToken: Stop);
            await host.EvaluateAsync("shop/web", Stop);
        });
        Assert.Equal(("cooldown", 3, 6), (status.HeldBack!.By, status.HeldBack.From, status.HeldBack.To));
        Assert.Equal(DateTimeKind.Utc, status.HeldBack.Until!.Value.Kind);
        Assert.StartsWith("The cooldown keeps 6 instead of 3 until ", Condition(status, "ScalingLimited").Message, StringComparison.Ordinal);
        Assert.NotNull(status.LastScaleTime);
    }

    [Fact]
    public async Task Of_SeveralTargets_AddsThemUpTheWorstFirst()
    {
        var policies = new[] { Policy("shop/a"), Policy("shop/b"), Policy("shop/c") };
        var host = await HostAsync(policies, null);
        await host.EvaluateAsync("shop/a", Stop);
        await host.EvaluateAsync("shop/b", Stop);
        _cpu = 90;
        await host.EvaluateAsync("shop/c", Stop);
        var status = Fold(host, View(policies) with { Clause = new("apps/v1", "Deployment", null, "app=x") });
        Assert.Equal(("3 Deployments", 5 + 5 + 9, "2 stay, 1 up"), (status.Target, status.Desired, status.Decision));
        Assert.Equal(["shop/c", "shop/a", "shop/b"], status.Targets!.Select(t => t.Name));
    }

    [Fact]
    public async Task Of_StaysAsItWas_KeepsTheTimeSinceWhen()
    {
        var policy = Policy("shop/web");
        var host = await HostAsync([policy], null);
        await host.EvaluateAsync("shop/web", Stop);
        var view = View([policy]);
        var first = Fold(host, view);
        Assert.Equal(new DateTime(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc), Condition(first, "Active").LastTransitionTime);
        view.Times.Last = first;
        await host.PauseAsync("shop/web", by: "ann", cancellationToken: Stop);
        var later = StatusFold.Of(view, Find(host), Now.AddMinutes(5));
        Assert.Equal(Condition(first, "Active").LastTransitionTime, Condition(later, "Active").LastTransitionTime);
        Assert.Equal(new DateTime(2026, 1, 1, 12, 5, 0, DateTimeKind.Utc), Condition(later, "Paused").LastTransitionTime);
        Assert.NotEqual(StatusFold.Essence(first), StatusFold.Essence(later));
        Assert.Contains("\"lastTransitionTime\":\"2026-01-01T12:05:00Z\"", JsonSerializer.Serialize(later, ResourcesJson.Default.PolicyResourceStatus), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ErrorsAndConflicts_AreConditions()
    {
        var view = View([]) with { Errors = ["Max must be at least Min (5), but is 2."] };
        Assert.Equal("Active=False MetricsAvailable=Unknown ScalingLimited=False Paused=False Conflicting=False", Words(StatusFold.Of(view, _ => null, Now)));
        view = View([Policy("shop/web")]) with { Conflicts = [new("shop/web", "The ScalingPolicy 'shop/older' has 'shop/web' already, and is older.")] };
        var status = StatusFold.Of(view, _ => throw new InvalidOperationException("somebody else's target"), Now);
        Assert.Equal("Active=False MetricsAvailable=Unknown ScalingLimited=False Paused=False Conflicting=True", Words(status));
        Assert.Equal("The ScalingPolicy 'shop/older' has 'shop/web' already, and is older.", status.Explanation);
        view = View([]) with { Clause = new("apps/v1", "Deployment", null, "app=x"), IsResolved = true };
        Assert.Equal("NothingSelected", Condition(StatusFold.Of(view, _ => null, Now), "Active").Reason);
    }

    private static ScalingPolicy Policy(string target) => new()
    {
        Target = target,
        Rules = [new TargetTrackingRule { Metric = "cpu", Kind = TargetKind.TotalPerReplica, Target = 10 }],
        Behavior = ScalingBehavior.Immediate with { ScaleDown = new() { Cooldown = TimeSpan.Zero, StabilizationWindow = TimeSpan.Zero, Tolerance = 0.2 } },
    };

    private static string Words(PolicyResourceStatus status) => string.Join(' ', status.Conditions!.Select(c => $"{c.Type}={c.Status}"));

    private static ResourceCondition Condition(PolicyResourceStatus status, string type) => status.Conditions!.Single(c => c.Type == type);

    private static ResourceView View(ScalingPolicy[] policies) => new()
    {
        Item = new() { Metadata = new() { Name = "web", Namespace = "shop", Generation = 3 } },
        Title = "shop/web",
        Clause = new("apps/v1", "Deployment", "web", null),
        IsResolved = true,
        Policies = [.. policies],
        Times = new(),
    };

    private static Func<ScalingTarget, TargetStatus?> Find(IAutoScaler host) => target => host.TryGetStatus(target, out var status) ? status : null;

    private static PolicyResourceStatus Fold(IAutoScaler host, ResourceView view) => StatusFold.Of(view, Find(host), Now);

    private async Task<PolicyResourceStatus> OfAsync(ScalingPolicy policy, Action<AutoScalingBuilder>? build = null, Func<IAutoScaler, Task>? act = null)
    {
        var host = await HostAsync([policy], build);
        if (act is not null) await act(host);
        else if (policy.Enabled) await host.EvaluateAsync(policy.Target, Stop);
        return Fold(host, View([policy]));
    }

    private Task<IAutoScaler> HostAsync(ScalingPolicy[] policies, Action<AutoScalingBuilder>? build)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        var builder = services.AddAutoScaling(o => o.RunLoop = false).UseMetrics(_ => this).UseScaler(_ => _scaler);
        foreach (var policy in policies) builder.AddPolicy(policy);
        build?.Invoke(builder);
        _services = services.BuildServiceProvider();
        return Task.FromResult(_services.GetRequiredService<IAutoScaler>());
    }

    private sealed class Refusing(IScaler inner) : IScaler
    {
        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) => inner.GetReplicasAsync(target, cancellationToken);

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) => new(ScaleOutcome.Rejected("it is not there"));
    }
}
