using AutoScaling.AspNetCore.Tests.Hosts;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.AspNetCore.Tests.Endpoints;

/// <summary>What steers: who may, what it does, who is said to have done it, and how it is refused.</summary>
public sealed class ControlTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pause_UntilAndWhy_IsKeptWithWhoSaidIt()
    {
        await using var host = await WebHost.StartAsync(new());
        var (status, said) = await host.SendAsync("/autoscaling/pause", """{ "target": "web", "until": "2026-01-01T13:00:00Z", "reason": "migration" }""");
        Assert.Equal((200, "Paused by ann the operator until 2026-01-01 13:00:00Z: migration."), (status, said));
        var over = host.AutoScaler.GetStatus("web").Override!;
        Assert.Equal((ScalingOverrideKind.Pause, "ann the operator", "migration"), (over.Kind, over.By, over.Reason));
        Assert.Contains(
            "ann the operator asked to pause 'web': Paused by ann the operator until 2026-01-01 13:00:00Z: migration.",
            host.Log.GetSnapshot().Select(l => l.Message));
    }

    [Fact]
    public async Task Hold_ThenResume_ScalesThereAndLetsGo()
    {
        await using var host = await WebHost.StartAsync(new());
        Assert.Equal(200, (await host.SendAsync("/autoscaling/hold", """{ "target": "web", "replicas": 7, "reason": "sale" }""")).Status);
        Assert.Equal((200, "web stays at 7 replicas."), ((await host.SendAsync("/autoscaling/evaluate", """{ "target": "web" }""")).Status, "web stays at 7 replicas."));
        Assert.Equal(7, host.Scaler.Calls[^1].To);
        Assert.Equal((200, "Resumed."), await host.SendAsync("/autoscaling/resume", """{ "target": "web" }"""));
        Assert.Null(host.AutoScaler.GetStatus("web").Override);
    }

    [Fact]
    public async Task Scale_InsideTheRange_ScalesOnce()
    {
        await using var host = await WebHost.StartAsync(new());
        Assert.Equal((200, "Scaled to 9 replicas."), await host.SendAsync("/autoscaling/scale", """{ "target": "web", "replicas": 9, "reason": "sale" }"""));
        Assert.Contains("ann the operator asked for it by hand (sale).", host.AutoScaler.GetRecent("web")[0].Explain(), StringComparison.Ordinal);
        Assert.Equal((200, "It had 9 replicas already."), await host.SendAsync("/autoscaling/scale", """{ "target": "web", "replicas": 9 }"""));
        Assert.Equal(9, host.Scaler.Calls[^1].To);
    }

    [Fact]
    public async Task Shadow_SetAndRemoved_DecidesBeside()
    {
        await using var host = await WebHost.StartAsync(new());
        var (status, _) = await host.SendAsync(
            "/autoscaling/shadow", """{ "target": "web", "name": "calmer", "changes": { "max": "5" } }""", method: HttpMethod.Put);
        Assert.Equal(200, status);
        Assert.Equal(5, host.AutoScaler.GetStatus("web").Policy.Shadows[0].Policy.Range.Max);
        await host.AutoScaler.EvaluateAsync("web", Stop);
        Assert.Equal(1, host.AutoScaler.GetStatus("web").Shadows[0].Decisions);
        var removed = await host.SendAsync("/autoscaling/shadow?target=web&name=calmer", "", method: HttpMethod.Delete);
        Assert.Equal((200, "Shadow 'calmer' is gone."), removed);
        Assert.Equal(404, (await host.SendAsync("/autoscaling/shadow?target=web&name=calmer", "", method: HttpMethod.Delete)).Status);
    }

    [Theory]
    [InlineData("pause", """{ "target": "wbe" }""", 404, "There is no policy for 'wbe'.")]
    [InlineData("scale", """{ "target": "web", "replicas": 99 }""", 400, "Replicas of 'web' must be between Min (1) and Max (20), but is 99.")]
    [InlineData("pause", """{ "target": "web", "kind": "all" }""", 400, "Kind of a pause must be pause, pauseScaleUp or pauseScaleDown, but is 'all'.")]
    [InlineData("hold", """{ "target": "web" }""", 400, "The body cannot be read: 'replicas' is missing.")]
    [InlineData("hold", """{ "target": "web", "replicas": "many" }""", 400, "The body cannot be read: 'replicas' cannot be 'many'.")]
    [InlineData("hold", """{ "target": "web", "replicas": 2, "until": "noon" }""", 400, "The body cannot be read: 'until' cannot be 'noon'.")]
    [InlineData("hold", """{ "target": null, "replicas": 2 }""", 400, "The body cannot be read: 'target' cannot be 'null'.")]
    [InlineData("hold", "null", 400, "The body cannot be read: it must be an object, but is 'null'.")]
    [InlineData("hold", "{", 400, null)]
    [InlineData("pause", """{ "target": "web", "untill": "x" }""", 400, "The body cannot be read: 'untill' is none of target, kind, until, reason.")]
    public async Task Post_BadInput_IsAProblemWithTheRightCode(string path, string json, int status, string? detail)
    {
        await using var host = await WebHost.StartAsync(new());
        var answer = await host.SendAsync($"/autoscaling/{path}", json);
        Assert.Equal(status, answer.Status);
        if (detail is not null) Assert.Equal(detail, answer.Said);
        else Assert.StartsWith("The body cannot be read: ", answer.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_ScalerFails_Is502AndLogged()
    {
        await using var host = await WebHost.StartAsync(new());
        host.Scaler.OnScale = _ => ScaleOutcome.Rejected("the quota is full");
        var (status, said) = await host.SendAsync("/autoscaling/scale", """{ "target": "web", "replicas": 9 }""");
        Assert.Equal((502, "'web' was not scaled to 9: the quota is full."), (status, said));
        Assert.Contains("ann the operator asked to scale 'web', and was refused: 'web' was not scaled to 9: the quota is full.", host.Log.GetSnapshot().Select(l => l.Message));
    }

    [Fact]
    public async Task Pause_OnAStandby_Is409()
    {
        await using var host = await WebHost.StartAsync(new() { Services = s => s.AddSingleton<ILeaderElection>(new Standby()) });
        var (status, said) = await host.SendAsync("/autoscaling/pause", """{ "target": "web" }""");
        Assert.Equal((409, "'web' was not paused: this copy does not lead; 'other' does."), (status, said));
    }

    [Theory]
    [InlineData("cross-site", null, 403)]
    [InlineData("same-site", null, 403)]
    [InlineData("none", null, 403)]
    [InlineData("same-origin", null, 200)]
    [InlineData(null, "https://evil.example", 403)]
    [InlineData(null, "null", 403)]
    [InlineData(null, "own", 200)]
    [InlineData(null, null, 200)]
    public async Task Post_FromAnotherSite_IsRefused(string? site, string? origin, int expected)
    {
        await using var host = await WebHost.StartAsync(new());
        List<(string, string)> headers = [];
        if (site is not null) headers.Add(("Sec-Fetch-Site", site));
        if (origin is not null) headers.Add(("Origin", origin == "own" ? host.Address.GetLeftPart(UriPartial.Authority) : origin));
        var (status, said) = await host.SendAsync("/autoscaling/pause", """{ "target": "web" }""", headers: [.. headers]);
        Assert.Equal(expected, status);
        Assert.Equal(expected == 200, host.AutoScaler.GetStatus("web").Override is not null);
        if (expected != 200) Assert.Contains(" where something is changed, but is '", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_AForm_IsRefused()
    {
        await using var host = await WebHost.StartAsync(new());
        using var client = host.Client();
        using var form = new StringContent("""{ "target": "web" }""", null, "text/plain");
        using var answer = await client.PostAsync("/autoscaling/pause", form, Stop);
        Assert.Equal(415, (int)answer.StatusCode);
        Assert.Null(host.AutoScaler.GetStatus("web").Override);
    }

    private sealed class Standby : ILeaderElection
    {
        public string Identity => "this";

        public string? Leader => "other";

        public LeaderTerm? Term => null;

        public ValueTask StartAsync(Action changed, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask ResignAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
