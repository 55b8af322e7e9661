using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Resources;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Resources;

/// <summary>Who writes the status of ScalingPolicies, when, and how often: against a stub that counts.</summary>
public sealed class StatusWriterTests : IAsyncLifetime
{
    private static readonly TimeSpan HalfAMinute = TimeSpan.FromSeconds(30);

    private readonly ShiftedTime _time = new();
    private readonly ConcurrentQueue<(string Name, DateTimeOffset At, JsonNode Status)> _written = [];
    private readonly Election _election = new();
    private StubServer _stub = null!;
    private ScalingHost _host = null!;
    private string[] _names = ["web"];
    private int _refusal;
    private bool _isAway;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stub = await StubServer.StartAsync();
        _stub.Fault = AnswerAsync;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        await _stub.DisposeAsync();
    }

    [Fact]
    public async Task WriteDue_ManyWhoseReadingsChangeAllTheTime_AreWrittenAsOftenAsTheirNumberAllows()
    {
        await StartAsync([.. Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $"app-{i}"))]);
        await RoundAsync();
        Assert.Equal(1000, _written.Count);

        // 10 in a second: each of a thousand every 100 s, although each evaluation, every 30 s, reads another value.
        for (var i = 0; i < 10; i++) await RoundAsync();
        Assert.All(_written.GroupBy(w => w.Name), writes =>
        {
            Assert.InRange(writes.Count(), 2, 4);
            Assert.All(writes.Zip(writes.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromSeconds(100)));
        });
    }

    [Fact]
    public async Task WriteDue_ADecision_IsWrittenAtOnceButNotTwiceInHalfAMinute()
    {
        await StartAsync(["web", "api"], changes: false);
        await RoundAsync();
        _written.Clear();
        _host.Cpu = 70;
        await _host.AutoScaler.EvaluateAsync("default/web", Stop);
        await Writer.WriteDueAsync(Stop);
        Assert.Empty(_written); // It was written a moment ago.
        _time.Advance(HalfAMinute);
        await Writer.WriteDueAsync(Stop);
        var status = _written.Single(w => w.Name == "web").Status;
        Assert.Equal(("up 5->7", 7), ((string)status["decision"]!, (int)status["desired"]!));
    }

    [Fact]
    public async Task WriteDue_NothingHasChanged_WritesNothing()
    {
        await StartAsync(["web"], changes: false);
        await RoundAsync();
        for (var i = 0; i < 20; i++) Assert.Equal(0, await RoundAsync());
        Assert.Single(_written);
    }

    [Fact]
    public async Task WriteDue_ThisCopyStandsBy_WritesNothingUntilItLeads()
    {
        _election.IsLeader = false;
        await StartAsync(["web", "api", "db"], b => b.Services.AddSingleton<ILeaderElection>(_election));
        for (var i = 0; i < 3; i++) await RoundAsync();
        Assert.Empty(_written);

        // Nobody knows when the copy before has written: each waits for some part of half a minute.
        _election.IsLeader = true;
        await Writer.WriteDueAsync(Stop);
        Assert.Empty(_written);
    }

    [Fact]
    public async Task WriteDue_TheRightIsMissing_IsLoggedOnceAndNothingElseIsDone()
    {
        _refusal = 403;
        await StartAsync(["web", "api"]);
        for (var i = 0; i < 3; i++) await RoundAsync();
        Assert.Contains("to patch scalingpolicies/status", Assert.Single(_host.Log.Warnings, w => w.StartsWith("The status of ScalingPolicies", StringComparison.Ordinal)), StringComparison.Ordinal);
        _refusal = 0;
        Assert.Equal(2, await RoundAsync());
    }

    [Fact]
    public async Task Read_TheApiServerIsAway_LeavesThePoliciesInForce()
    {
        await StartAsync(["web"]);
        await RoundAsync();
        _isAway = true;
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TestNamespace.ListAge);
            await RoundAsync();
        }

        Assert.Equal(10, _host.AutoScaler.GetStatus("default/web").Policy.Range.Max);
        await PolicySpace.UntilAsync(() => Task.FromResult(_host.Log.Warnings.Any(
            w => w.StartsWith("ScalingPolicies cannot be read, those that were read last stay in force: ", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Read_OneThatIsDeleted_LetsGoOfItsTarget()
    {
        await StartAsync(["web", "api"]);
        await RoundAsync();
        _names = ["api"];
        _time.Advance(TestNamespace.ListAge);
        await PolicySpace.UntilAsync(async () =>
        {
            await RoundAsync();
            return !_host.AutoScaler.TryGetStatus("default/web", out _);
        });
        Assert.True(_host.AutoScaler.TryGetStatus("default/api", out _));
    }

    private StatusWriter Writer => _host.Services.GetRequiredService<StatusWriter>();

    private async Task StartAsync(string[] names, Action<AutoScalingBuilder>? build = null, bool changes = true)
    {
        _names = names;
        var (options, reads) = (_stub.Options(), 0);
        _host = new(
            o => (o.KubeConfig, o.Events, o.RequestsPerSecond, o.Burst) = (options.KubeConfig, false, 1e6, 1000),
            [],
            _time,
            build: b =>
            {
                // Each reading is another one, and none is a reason to scale.
                b.UseScaler(_ => new FakeScaler(_time, 5)).UseMetrics(_ => new Varying(_time, () => _host.Cpu + (changes ? 0.01 * (Interlocked.Increment(ref reads) % 97) : 0)));
                b.AddKubernetesPolicies();
                build?.Invoke(b);
            })
        {
            Cpu = 45,
        };
        await PolicySpace.UntilAsync(async () =>
        {
            await _host.AutoScaler.TickAsync(Stop);
            return _host.AutoScaler.GetStatus().Targets.Length == names.Length;
        });
    }

    /// <summary>Half a minute passes, all are evaluated, and what is due is written.</summary>
    private async Task<int> RoundAsync()
    {
        var before = _written.Count;
        _time.Advance(HalfAMinute);
        await _host.AutoScaler.TickAsync(Stop);
        await PolicySpace.UntilAsync(() => Task.FromResult(_election.IsLeader is false || _host.AutoScaler.GetStatus().Targets.All(t => t.LastDecision is not null)));
        await Writer.WriteDueAsync(Stop);
        return _written.Count - before;
    }

    private async Task<bool> AnswerAsync(HttpContext context, string request, int times)
    {
        var path = context.Request.Path.Value!;
        if (!path.Contains("/scalingpolicies", StringComparison.Ordinal)) return false;
        if (context.Request.Method == "PATCH")
        {
            if (_refusal > 0) return await StubServer.RefuseAsync(context, _refusal);
            var sent = (await JsonNode.ParseAsync(context.Request.Body))!;
            _written.Enqueue((path.Split('/')[^2], _time.GetUtcNow(), sent["status"]!));
            await context.Response.WriteAsync("""{"metadata": {"name": "web"}}""");
            return true;
        }

        if (_isAway) return await StubServer.RefuseAsync(context, 400);
        var items = _names.Select((name, i) => $$"""
            {"metadata": {"name": "{{name}}", "namespace": "default", "uid": "{{name}}", "resourceVersion": "{{i + 1}}", "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"},
             "spec": {"targetRef": {"kind": "Deployment", "name": "{{name}}"}, "max": 10,
                      "rules": [{"type": "targetTracking", "kind": "totalPerReplica", "metric": "cpu", "target": 10}], "behavior": {"preset": "immediate", "scaleUp": {"tolerance": 0.2}, "scaleDown": {"tolerance": 0.2} } } }
            """);
        await context.Response.WriteAsync($$"""{"kind": "ScalingPolicyList", "metadata": {"resourceVersion": "100"}, "items": [{{string.Join(',', items)}}]}""");
        return true;
    }

    private sealed class Varying(TimeProvider time, Func<double> cpu) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) =>
            new(ServiceMetrics.Of(time.GetUtcNow(), cpu()));
    }

    private sealed class Election : ILeaderElection
    {
        public bool IsLeader { get; set; } = true;

        public string Identity => "this";

        public string? Leader => IsLeader ? Identity : "another";

        public LeaderTerm? Term => IsLeader ? new(() => true, CancellationToken.None) { Number = 1 } : null;

        public ValueTask StartAsync(Action changed, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask ResignAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
