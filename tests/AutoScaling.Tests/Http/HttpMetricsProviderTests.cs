using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Http;

/// <summary>Metrics that a real server tells.</summary>
public sealed class HttpMetricsProviderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly TestServer _server = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpMetric Queue => new() { Name = "queue", Url = $"{_server.Url}/q/{{target}}", ValuePointer = "/messages" };

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_AnAnswer_IsAReadingOfNow()
    {
        _server.Answer = (_, _) => (200, """{"messages":7}""");
        Assert.Equal(MetricReading.Available("queue", 7, Now), await Read(Queue));
        Assert.Equal(["GET /q/web"], _server.Asked);
    }

    [Fact]
    public async Task Get_ATimePointer_IsTheReadingsTime()
    {
        _server.Answer = (_, _) => (200, """{"messages":7,"at":1767268740000}""");
        Assert.Equal(MetricReading.Available("queue", 7, Now.AddMinutes(-1)), await Read(Queue with { TimePointer = "/at" }));
        Assert.Equal(
            (MetricStatus.Missing, "the answer has no time at '/when'"), Of(await Read(Queue with { TimePointer = "/when" })));
    }

    [Theory]
    [InlineData("""{"messages":null}""", MetricStatus.Missing, "what stands at '/messages' is null")]
    [InlineData("""{}""", MetricStatus.Missing, "the answer has nothing at '/messages'")]
    [InlineData("""{"messages":"NaN"}""", MetricStatus.Missing, "its value is not a number")]
    [InlineData("""{"messages":1e999}""", MetricStatus.Missing, "its value is infinite")]
    [InlineData("""{"messages":"none"}""", MetricStatus.Missing, "what stands at '/messages' is 'none', and no number")]
    [InlineData("", MetricStatus.Failed, "the answer is empty, and not JSON")]
    [InlineData("<html>", MetricStatus.Failed, "the answer is not JSON, but '<html>'")]
    public async Task Get_NoValue_IsToldApartAndNever0(string body, MetricStatus status, string reason)
    {
        _server.Answer = (_, _) => (200, body);
        Assert.Equal((status, reason), Of(await Read(Queue)));
    }

    [Theory]
    [InlineData(401, "denied", "401 (Unauthorized): denied")]
    [InlineData(404, "", "404 (Not Found)")]
    [InlineData(500, "boom\n\u001B[31m.", "500 (Internal Server Error): boom \\u001B[31m")]
    [InlineData(503, """{"error":"busy"}""", """503 (Service Unavailable): {"error":"busy"}""")]
    public async Task Get_AnotherStatusThan2xx_IsFailedWithTheServersWords(int status, string body, string words)
    {
        _server.Answer = (_, _) => (status, body);
        Assert.Equal((MetricStatus.Failed, $"GET {_server.Url}/q/{{target}} answered {words}"), Of(await Read(Queue)));
    }

    [Fact]
    public async Task Get_ARedirect_IsNotFollowed()
    {
        _server.Special = context =>
        {
            context.Response.Redirect($"{_server.Url}/login?key=geheim");
            context.Response.Close();
            return Task.CompletedTask;
        };
        Assert.Equal(
            (MetricStatus.Failed, $"GET {_server.Url}/q/{{target}} answered 302 (Found), which points to '{_server.Url}/login': redirects are not followed"),
            Of(await Read(Queue)));
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task Get_AServerThatHangs_IsFailed()
    {
        var asked = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        _server.Special = context =>
        {
            // Its answer begins, and does not end.
            context.Response.SendChunked = true;
            context.Response.OutputStream.Write("{"u8);
            context.Response.OutputStream.Flush();
            asked.SetResult();
            return end.Task;
        };
        var reading = Read(Queue);
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((MetricStatus.Failed, $"GET {_server.Url}/q/{{target}} was not answered within its Timeout (4s)"), Of(await reading));
        end.SetResult();
    }

    [Fact]
    public async Task Get_AnEndlessAnswer_IsFailed()
    {
        _server.Special = async context =>
        {
            context.Response.SendChunked = true;
            while (true) await context.Response.OutputStream.WriteAsync(new byte[100_000]);
        };
        Assert.Equal(
            (MetricStatus.Failed, $"GET {_server.Url}/q/{{target}} answered with more than MaxAnswerBytes (1048576)"), Of(await Read(Queue)));
    }

    [Fact]
    public async Task Get_NobodyListens_IsFailed()
    {
        await _server.DisposeAsync();
        var reading = await Read(Queue);
        Assert.Equal(MetricStatus.Failed, reading.Status);
        Assert.StartsWith($"GET {_server.Url}/q/{{target}} failed: Connection refused", reading.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("team-a/web", "/q/team-a%2Fweb")]
    [InlineData("a?b#c&d%2F", "/q/a%3Fb%23c%26d%252F")]
    [InlineData("größe", "/q/gr%C3%B6%C3%9Fe")]
    public async Task Get_WhateverTheTargetIsCalled_ItIsOneNameOfTheUrl(string target, string url)
    {
        _server.Answer = (_, _) => (200, """{"messages":7}""");
        Assert.Equal(7, (await Read(Queue, target: target)).Value);
        Assert.Equal([$"GET {url}"], _server.Asked);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Get_TargetThatIsAFolder_IsNotAskedFor(string target)
    {
        Assert.Equal(
            (MetricStatus.Failed, $"'{target}' in '{_server.Url}/q/{{target}}' would be a folder of the URL, and no name"), Of(await Read(Queue, target: target)));
        Assert.Empty(_server.Asked);
    }

    [Fact]
    public async Task Get_SeveralMetricsOfOneUrl_AreOneRequest()
    {
        _server.Answer = (_, _) => (200, """{"messages":7,"consumers":2}""");
        using var source = new HttpMetricsProvider([Queue, Queue with { Name = "consumers", ValuePointer = "/consumers" }], _time);
        var readings = await source.GetMetricsAsync(new("web", "queue", "consumers", "other"), Stop);
        Assert.Equal([7, 2], readings.Select(reading => reading.Value));
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task Get_OneUrlForAllTargets_IsAskedForOnceForMany()
    {
        var first = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _server.Answer = (_, _) => (200, """{"web":7,"api":9}""");
        _server.Special = async context =>
        {
            first.TrySetResult();
            await go.Task;
            context.Response.OutputStream.Write("""{"web":7,"api":9}"""u8);
            context.Response.Close();
        };
        using var source = new HttpMetricsProvider([Queue with { Url = $"{_server.Url}/all", ValuePointer = "/{target}" }], _time);
        async Task<double> Ask(string target) => Assert.Single(await source.GetMetricsAsync(new(target, "queue"), Stop)).Value;
        List<Task<double>> asks = [Ask("web")];
        await first.Task;
        for (var i = 0; i < 1000; i++) asks.Add(Ask(i % 2 == 0 ? "web" : "api"));
        go.SetResult();
        Assert.Equal([7, 9], (await Task.WhenAll(asks)).Distinct());
        Assert.Equal(2, _server.Asked.Count);
    }

    [Fact]
    public async Task Get_Credentials_AreSentAndFilesAreReadAnew()
    {
        _server.Answer = (_, _) => (200, """{"messages":7}""");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "first\n", Stop);
        await Read(Queue, new() { Token = "abc" });
        await Read(Queue, new() { User = "guest", Password = "pä:ss" });
        using (var source = new HttpMetricsProvider([Queue], _time, new() { TokenFile = file, Headers = Map("X-Scope-OrgID", "shop") }))
        {
            await source.GetMetricsAsync(new("web", "queue"), Stop);
            await File.WriteAllTextAsync(file, "second", Stop);
            await source.GetMetricsAsync(new("web", "queue"), Stop);
        }

        await Read(Queue, new() { User = "guest", PasswordFile = file });
        string Basic(string text) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";
        Assert.Equal(
            ["Bearer abc", Basic("guest:pä:ss"), "Bearer first", "Bearer second", Basic("guest:second")], _server.Headers.Select(headers => headers["Authorization"]));
        Assert.Equal("shop", _server.Headers.ElementAt(2)["X-Scope-OrgID"]);

        File.Delete(file);
        var reading = await Read(Queue, new() { TokenFile = file });
        Assert.Equal((MetricStatus.Failed, $"TokenFile '{file}' cannot be used: Could not find file '{file}'"), Of(reading));
    }

    [Fact]
    public async Task Get_TheServerEchoesSecrets_NoSentenceHasThem()
    {
        _server.Answer = (request, _) => (403, $"{request.Headers["Authorization"]} {request.Headers["X-Key"]} {request.RawUrl}");
        var metric = Queue with { Url = $"{_server.Url}/q?api_key=hunter3hunter3" };
        var options = new HttpOptions { Token = "hunter1hunter1", Headers = Map("X-Key", "hunter2hunter2") };
        Assert.Equal($"GET {_server.Url}/q answered 403 (Forbidden): Bearer *** *** /q?api_key=***", (await Read(metric, options)).Reason);
        Assert.DoesNotContain("hunter", $"{options}", StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", $"{metric}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_AClientOfOnesOwn_IsUsed()
    {
        using var client = new HttpClient(new Canned());
        using var source = new HttpMetricsProvider([Queue with { Url = "http://nowhere.invalid/q" }], _time, client: () => client);
        Assert.Equal(3, Assert.Single(await source.GetMetricsAsync(new("web", "queue"), Stop)).Value);
    }

    [Fact]
    public void Create_BadSettings_AreOneSentenceEach()
    {
        string Url(string url) => Assert.Throws<ScalingException>(() => new HttpMetricsProvider([Queue with { Url = url }], _time)).Message;
        string Options(HttpOptions options) => Assert.Throws<ScalingException>(() => new HttpMetricsProvider([Queue], _time, options)).Message;
        Assert.Equal("Url must be a URL that begins with http:// or https://, but is 'ftp://x'.", Url("ftp://x"));
        Assert.Equal("Url must be a URL that begins with http:// or https://, but is '/q'.", Url("/q?key=secret"));
        Assert.Equal("Url must be a URL without user and password, which belong into User and Password, but has them.", Url("http://guest:geheim@host/"));
        Assert.Equal("Url must be a URL with {target} in its path or query only, but is 'http://{target}.local/'.", Url("http://{target}.local/"));
        Assert.Equal("Url must be a URL with no braces but {target}, but is 'http://host/{name}'.", Url("http://host/{name}"));
        Assert.Equal("Url must be a URL with no braces but {target}, but is 'http://host/{replicas}'.", Url("http://host/{replicas}"));
        Assert.Equal("Url must be a URL without '#', but is 'http://host/'.", Url("http://host/#a"));
        Assert.Equal("Only one of Token, TokenFile and User must be set, but Token and User are.", Options(new() { Token = "a", User = "b" }));
        Assert.Equal("User must be set beside Password or PasswordFile, but is not.", Options(new() { Password = "geheim" }));
        Assert.Equal("Only one of Password and PasswordFile must be set, but both are.", Options(new() { User = "a", Password = "b", PasswordFile = "c" }));
        Assert.Equal("Token must be one word without blanks and control characters, but is not (it is not shown here).", Options(new() { Token = "geheim\r\nX: y" }));
        Assert.Equal("User must be a name without ':', but is 'a:b'.", Options(new() { User = "a:b" }));
        Assert.Equal(
            "Headers must have values without control characters, but the one of 'X' is not so.", Assert.Throws<ScalingException>(() => new HttpOptions { Headers = Map("X", "a\nb") }).Message);
        Assert.Equal(
            "Headers must be names of HTTP headers, with their values, but is 'X Y'.", Assert.Throws<ScalingException>(() => new HttpOptions { Headers = Map("X Y", "a") }).Message);
    }

    private static ImmutableDictionary<string, string> Map(string name, string value) => ImmutableDictionary<string, string>.Empty.Add(name, value);

    private static (MetricStatus Status, string? Reason) Of(MetricReading reading) => (reading.Status, reading.Reason);

    private async Task<MetricReading> Read(HttpMetric metric, HttpOptions? options = null, string target = "web")
    {
        using var source = new HttpMetricsProvider([metric], _time, options);
        return Assert.Single(await source.GetMetricsAsync(new(target, metric.Name), Stop));
    }

    private sealed class Canned : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"messages":3}""") });
    }
}
