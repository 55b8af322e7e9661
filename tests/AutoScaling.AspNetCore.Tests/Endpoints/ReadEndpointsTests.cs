using System.Net;
using System.Text.Json;
using AutoScaling.AspNetCore.Tests.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.AspNetCore.Tests.Endpoints;

/// <summary>What programs read.</summary>
public sealed class ReadEndpointsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_ManyTargets_WorstFirstAndInParts()
    {
        var plan = new HostPlan
        {
            Build = b => b.AddPolicy("a", max: 20).AddPolicy("b", max: 20).AddPolicy("c", max: 20).AddPolicy("web-d", max: 20),
            Cpu = target => target.Name == "c" ? null : 50,
        };
        await using var host = await WebHost.StartAsync(plan);
        await host.AutoScaler.TickAsync(Stop);
        var status = await host.GetAsync("/autoscaling/status?limit=2");
        Assert.Equal((4, 4, 0), (status.GetProperty("total").GetInt32(), status.GetProperty("matching").GetInt32(), status.GetProperty("offset").GetInt32()));
        Assert.Equal(["c", "a"], Names(status));
        Assert.Equal(["b", "web-d"], Names(await host.GetAsync("/autoscaling/status?offset=2")));
        Assert.Equal(["web-d"], Names(await host.GetAsync("/autoscaling/status?search=WEB")));
        Assert.Equal(["c"], Names(await host.GetAsync("/autoscaling/status?standing=blind")));

        // As the core writes it: its own status reads it.
        var read = JsonSerializer.Deserialize<AutoScalerStatus>(status.GetRawText(), JsonSerializerOptions.Web)!;
        Assert.Equal(host.AutoScaler.GetStatus("c").LastDecision!.Explain(), read.Targets[0].LastDecision!.Explain());
    }

    [Fact]
    public async Task Status_OneRuleOfTwoCannotSay_IsAWarningAndNotBlind()
    {
        var plan = new HostPlan
        {
            Build = b => b.AddPolicy("web", p => p with { Rules = [new TargetTrackingRule { Metric = "cpu", Target = 50 }, new TargetTrackingRule { Metric = "queue", Target = 50 }] }),
        };
        await using var host = await WebHost.StartAsync(plan);
        await host.AutoScaler.TickAsync(Stop);
        Assert.Empty(Names(await host.GetAsync("/autoscaling/status?standing=blind")));
        Assert.Equal(["web"], Names(await host.GetAsync("/autoscaling/status?standing=warning")));
        var row = (await host.GetAsync("/autoscaling/view")).GetProperty("rows")[0];
        Assert.Contains("queue", row.GetProperty("said").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status?limit=0", 400, "Limit must be between 1 and 1000, but is 0.")]
    [InlineData("status?offset=-1", 400, "Offset must be at least 0, but is -1.")]
    [InlineData("status?standing=bad", 400, "Standing must be one of error, blind, warning, saturated, paused, fine, off, but is 'bad'.")]
    [InlineData("target?name=wbe", 404, "There is no policy for 'wbe'.")]
    [InlineData("decisions?name=wbe", 404, "There is no policy for 'wbe'.")]
    [InlineData("policy?name=wbe", 404, "There is no policy for 'wbe'.")]
    [InlineData("stream?name=wbe", 404, "There is no policy for 'wbe'.")]
    [InlineData("view/target/live?name=wbe", 404, "There is no policy for 'wbe'.")]
    [InlineData("target", 400, "A value of the query is missing, or is not what it must be: a name is a text, and offset and limit are whole numbers.")]
    [InlineData("status?limit=x", 400, "A value of the query is missing, or is not what it must be: a name is a text, and offset and limit are whole numbers.")]
    [InlineData("target?name=a,b", 400, "Service must be a name without spaces or commas, but is 'a,b'.")]
    public async Task Get_BadInput_IsAProblemWithOneSentence(string path, int status, string detail)
    {
        await using var host = await WebHost.StartAsync(new());
        using var client = host.Client();
        using var answer = await client.GetAsync($"/autoscaling/{path}", Stop);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(detail, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Target_NameWithSlashes_IsFound()
    {
        await using var host = await WebHost.StartAsync(new() { Build = b => b.AddPolicy("team-a/statefulsets/db") });
        await host.AutoScaler.TickAsync(Stop);
        Assert.Equal("team-a/statefulsets/db", (await host.GetAsync("/autoscaling/target?name=team-a/statefulsets/db")).GetProperty("target").GetString());
        var decisions = await host.GetAsync("/autoscaling/decisions?name=team-a%2Fstatefulsets%2Fdb");
        Assert.Equal(host.AutoScaler.GetRecent("team-a/statefulsets/db")[0].Decision!.Explain(), decisions[0].GetProperty("decision").GetProperty("explanation").GetString());
    }

    [Fact]
    public async Task Policy_IsYamlThatIsReadBack()
    {
        await using var host = await WebHost.StartAsync(new());
        using var client = host.Client();
        using var answer = await client.GetAsync("/autoscaling/policy?name=web", Stop);
        Assert.Equal("application/yaml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(host.AutoScaler.GetStatus("web").Policy, PolicyDocument.ParseYaml(await answer.Content.ReadAsStringAsync(Stop))[0]);
    }

    [Fact]
    public async Task Stream_PastFirstThenLive()
    {
        await using var host = await WebHost.StartAsync(new());
        await host.AutoScaler.EvaluateAsync("web", Stop);
        using var client = host.Client();
        using var answer = await client.GetAsync("/autoscaling/stream?name=web", HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        var past = await RecordAsync(lines);
        var live = await host.AutoScaler.EvaluateAsync("web", Stop);
        Assert.Equal(host.AutoScaler.GetRecent("web")[1].Decision, past.Decision);
        Assert.Equal(live.Decision, (await RecordAsync(lines)).Decision);
    }

    [Fact]
    public async Task Stream_MoreThanMayFollow_IsRefusedAndThenLetIn()
    {
        await using var host = await WebHost.StartAsync(new()
        {
            Map = app => app.MapAutoScaling(configure: o => o.MaxViewers = 1).AllowAnonymous(),
        });
        using var client = host.Client();
        using (await client.GetAsync("/autoscaling/stream", HttpCompletionOption.ResponseHeadersRead, Stop))
        {
            using var refused = await client.GetAsync("/autoscaling/view/live", HttpCompletionOption.ResponseHeadersRead, Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("MaxViewers is 1", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        // The server notices some time after the client has gone.
        while (true)
        {
            using var again = await client.GetAsync("/autoscaling/stream", HttpCompletionOption.ResponseHeadersRead, Stop);
            if (again.StatusCode == HttpStatusCode.OK) break;
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Stop_SomebodyFollows_DoesNotWaitForThem()
    {
        var host = await WebHost.StartAsync(new());
        using var client = host.Client();
        using var stream = await client.GetAsync("/autoscaling/stream", HttpCompletionOption.ResponseHeadersRead, Stop);
        using var view = await client.GetAsync("/autoscaling/view/live", HttpCompletionOption.ResponseHeadersRead, Stop);
        var stopped = host.App.Lifetime.ApplicationStopped;
        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop);
        Assert.True(stopped.IsCancellationRequested);
    }

    [Fact]
    public async Task View_OfATarget_HasPointsMarksAndWhatHoldsItBack()
    {
        var plan = new HostPlan { Cpu = _ => 90 };
        await using var host = await WebHost.StartAsync(plan);
        var time = (Microsoft.Extensions.Time.Testing.FakeTimeProvider)plan.Time!;
        await host.AutoScaler.TickAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(30));
        await host.AutoScaler.TickAsync(Stop);
        JsonElement view;
        do view = await host.GetAsync("/autoscaling/view/target?name=web");
        while (view.GetProperty("points").GetArrayLength() < 2);
        Assert.Equal((6, 6), (view.GetProperty("wanted").GetInt32(), view.GetProperty("ready").GetInt32()));
        Assert.StartsWith("cooldown: 9 asked for, 6 let through", view.GetProperty("heldBack").GetString(), StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 12, 5, 0, TimeSpan.Zero), view.GetProperty("until").GetDateTimeOffset());
        var scaled = view.GetProperty("points")[0];
        Assert.Equal((4, 6), (scaled.GetProperty("from").GetInt32(), scaled.GetProperty("wanted").GetInt32()));
        Assert.StartsWith("web goes from 4 to 6 replicas.", scaled.GetProperty("said").GetString(), StringComparison.Ordinal);
        Assert.False(view.GetProperty("points")[1].TryGetProperty("said", out _));
        Assert.Equal(90, view.GetProperty("points")[1].GetProperty("values")[0].GetDouble());
    }

    [Fact]
    public async Task OpenApi_DescribesWhatProgramsCall()
    {
        await using var host = await WebHost.StartAsync(new()
        {
            Services = s => s.AddOpenApi(),
            Map = app =>
            {
                app.MapOpenApi();
                app.MapAutoScaling().AllowAnonymous().WithControl("steer");
            },
        });
        var paths = (await host.GetAsync("/openapi/v1.json")).GetProperty("paths");
        string[] expected =
        [
            "decisions", "evaluate", "hold", "pause", "policy", "resume", "scale", "shadow", "status", "stream", "target",
        ];
        Assert.Equal(expected, paths.EnumerateObject().Select(p => p.Name["/autoscaling/".Length..]).Order(StringComparer.Ordinal));
        Assert.Equal("How one target stands.", paths.GetProperty("/autoscaling/target").GetProperty("get").GetProperty("summary").GetString());
        Assert.Equal("name", paths.GetProperty("/autoscaling/target").GetProperty("get").GetProperty("parameters")[0].GetProperty("name").GetString());
        Assert.True(paths.GetProperty("/autoscaling/hold").GetProperty("post").TryGetProperty("requestBody", out _));
    }

    [Theory]
    [InlineData(null, "/autoscaling", "/autoscaling")]
    [InlineData("/ops", "/autoscaling", "/ops/autoscaling")]
    [InlineData("/ops", "", "/ops")]
    public async Task Page_WithoutItsSlash_IsFoundRelatively(string? pathBase, string prefix, string path)
    {
        await using var host = await WebHost.StartAsync(new() { PathBase = pathBase, Map = app => app.MapAutoScaling(prefix).AllowAnonymous() });
        using var client = host.Client();
        using var answer = await client.GetAsync(path, Stop);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var page = new Uri(new Uri(client.BaseAddress!, path), answer.Headers.Location!);
        Assert.Equal($"{path}/", page.AbsolutePath);
        using var html = await client.GetAsync(page, Stop);
        Assert.Contains("dashboard.js", await html.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var script = await client.GetAsync(new Uri(page, "dashboard.js"), Stop);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'; script-src 'self'", html.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(page, "dashboard.js"));
        again.Headers.IfNoneMatch.Add(script.Headers.ETag!);
        using var unchanged = await client.SendAsync(again, Stop);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Dashboard_SwitchedOff_OnlyProgramsAreServed()
    {
        await using var host = await WebHost.StartAsync(new() { Map = app => app.MapAutoScaling(configure: o => o.Dashboard = false).AllowAnonymous() });
        using var client = host.Client();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/autoscaling/", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/autoscaling/view", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/autoscaling/status", Stop)).StatusCode);
    }

    private static IEnumerable<string?> Names(JsonElement status) => status.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("target").GetString());

    private static async Task<ScalingRecord> RecordAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith("data: {\"target\"", StringComparison.Ordinal)) return JsonSerializer.Deserialize<ScalingRecord>(line["data: ".Length..], JsonSerializerOptions.Web)!;
        }

        throw new InvalidOperationException("The stream has ended.");
    }
}
