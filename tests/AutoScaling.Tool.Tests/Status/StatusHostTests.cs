using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AutoScaling.AspNetCore.Tests.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tool.Tests.Status;

/// <summary>How the targets of a host stand that has the endpoints of AutoScaling.AspNetCore.</summary>
public sealed class StatusHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Status_OfAHost_TellsWhatIsDecidedAndWhatHoldsItBackUntilWhen()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var plan = new HostPlan { Time = time, Cpu = _ => 83.1 };
        await using var host = await WebHost.StartAsync(plan);
        await host.AutoScaler.TickAsync(Stop);
        time.Advance(TimeSpan.FromMinutes(1));
        await host.AutoScaler.EvaluateAsync("web", Stop);
        var said = host.AutoScaler.GetStatus("web").LastDecision!;

        // 4 became 6; a minute later it asks for more, which the cooldown of five minutes holds back.
        var (exitCode, output, errors) = await Ask(host);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(
            $"""
            TARGET  READY  WANTED  RANGE  OUTCOME    HELD BACK BY       UNTIL                 AT
            web     6      6       1-20   unchanged  cooldown (9 to 6)  2026-01-01 12:05:00Z  2026-01-01 12:01:00Z
              {said.Explain()}

            """,
            output);
    }

    [Fact]
    public async Task Status_OneTarget_HasItsLastDecisions()
    {
        await using var host = await WebHost.StartAsync(new() { Build = b => b.AddPolicy("team-a/web", max: 20).AddPolicy("db") });
        for (var i = 0; i < 3; i++) await host.AutoScaler.EvaluateAsync("team-a/web", Stop);
        var (exitCode, output, errors) = await Ask(host, "--target", "team-a/web", "--format", "json");
        Assert.Equal((0, ""), (exitCode, errors));
        var target = Assert.Single(JsonNode.Parse(output)!["targets"]!.AsArray())!;
        Assert.Equal("team-a/web", (string)target["target"]!);
        Assert.Equal(
            host.AutoScaler.GetRecent("team-a/web").Select(r => r.Explain()),
            target["recent"]!.AsArray().Select(r => (string)r!["explanation"]!));
    }

    [Fact]
    public async Task Status_MoreTargetsThanAnAnswerHolds_TellsAll()
    {
        await using var host = await WebHost.StartAsync(new()
        {
            Build = b =>
            {
                for (var i = 0; i < 1003; i++) b.AddPolicy(string.Create(CultureInfo.InvariantCulture, $"web-{i:0000}"));
            },
        });
        var (_, output, _) = await Ask(host, "--format", "json");
        var names = JsonNode.Parse(output)!["targets"]!.AsArray().Select(t => (string)t!["target"]!).ToList();
        Assert.Equal(host.AutoScaler.GetStatus().Targets.Select(t => t.Target.Name), names);
    }

    [Fact]
    public async Task Status_TargetThatCannotBeEvaluated_IsExitCode1()
    {
        await using var host = await WebHost.StartAsync(new()
        {
            Build = b => b.AddPolicy("web", max: 20).UseScaler(_ => new Broken()),
        });
        await host.AutoScaler.TickAsync(Stop);
        var (exitCode, output, _) = await Ask(host);
        Assert.Equal(1, exitCode);
        Assert.Contains(host.AutoScaler.GetStatus("web").LastError!, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_RuleOfTheHostsOwn_IsToldAllTheSame()
    {
        await using var host = await WebHost.StartAsync(new() { Build = b => b.AddPolicy("web", p => p with { Rules = [new Own()] }) });
        await host.AutoScaler.TickAsync(Stop);
        var (exitCode, output, errors) = await Ask(host);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("'own' asks for", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_UnknownTarget_IsToldInTheHostsWords()
    {
        await using var host = await WebHost.StartAsync(new());
        var (exitCode, output, errors) = await Ask(host, "--service", "wbe");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.EndsWith("answered 404: There is no policy for 'wbe'.\n", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "does not know who asks (401): add --token-file FILE or --header 'NAME: VALUE', or look at what the one that was given holds.")]
    [InlineData("guest", "does not let this user look (403): its authorization policy for MapAutoScaling says who may.")]
    public async Task Status_WhoMayNotLook_IsTold(string? user, string sentence)
    {
        await using var host = await WebHost.StartAsync(new());
        string[] header = user is null ? [] : ["--header", $"X-User: {user}"];
        await Tool.AssertWrong(["status", "--url", Address(host), .. header], $"The host at {Address(host)}/ {sentence}");
    }

    [Fact]
    public async Task Status_Token_IsSentAndNeverTold()
    {
        string? sent = null;
        await using var host = await WebHost.StartAsync(new()
        {
            Map = app => app.MapGet("/autoscaling/status", (HttpRequest request) =>
            {
                sent = request.Headers.Authorization;
                return Results.Unauthorized();
            }),
        });
        var (exitCode, output, errors) = await Tool.Run(
            "status", "--url", Address(host), "--token-file", _folder.Write("token", "s3cret\n"), "--header", "X-Key: k3y");
        Assert.Equal((2, "", "Bearer s3cret"), (exitCode, output, sent));
        Assert.DoesNotContain("s3cret", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has nothing there (404). Give --url the path that the host maps it to, such as http://host/autoscaling.")]
    [InlineData("/page", "answers something else than MapAutoScaling does. Give --url the path that the host maps it to, such as http://host/autoscaling.")]
    [InlineData("/login", "sends elsewhere (302), as for people who are to log in: add --token-file FILE or --header 'NAME: VALUE'.")]
    public async Task Status_SomethingElseThere_IsTold(string path, string sentence)
    {
        await using var host = await WebHost.StartAsync(new()
        {
            Map = app =>
            {
                app.MapGet("/page/status", () => Results.Content("<p>Hello", "text/html"));
                app.MapGet("/login/status", () => Results.Redirect("/page/status"));
            },
        });
        var address = host.Address.AbsoluteUri.TrimEnd('/') + path;
        await Tool.AssertWrong(["status", "--url", address], $"The host at {address}/ {sentence}");
    }

    [Fact]
    public async Task Status_HostIsAway_IsOneSentence()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();
        var (exitCode, output, errors) = await Tool.Run("status", "--url", $"http://user:pass@127.0.0.1:{port}/autoscaling");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Equal($"The host at http://127.0.0.1:{port}/autoscaling/ cannot be reached: Connection refused (127.0.0.1:{port}).\n", errors);
    }

    [Fact]
    public Task Status_UrlThatIsNone_IsTold() => Tool.AssertWrong(
        ["status", "--url", "host/autoscaling"], "--url must be an address such as http://host/autoscaling, but is 'host/autoscaling'.");

    private static string Address(WebHost host) => new Uri(host.Address, "autoscaling").AbsoluteUri;

    private static Task<(int ExitCode, string Output, string Errors)> Ask(WebHost host, params string[] arguments) =>
        Tool.Run(["status", "--url", Address(host), "--header", "X-User: viewer", .. arguments]);

    private sealed class Broken : IScaler
    {
        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the disk is full");

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the disk is full");
    }

    private sealed record Own : ScalingRule
    {
        public override string Name { get; init; } = "own";

        public override Recommendation Recommend(in RuleContext context) => Recommendation.For(4, "it is so");
    }
}
