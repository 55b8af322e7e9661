using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Http;

/// <summary>Scaling by a real server.</summary>
public sealed class HttpScalerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestServer _server = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpScalerOptions Options => new()
    {
        ReplicasUrl = $"{_server.Url}/services/{{target}}",
        DesiredPointer = "/replicas",
        ScaleUrl = $"{_server.Url}/services/{{target}}/scale?from={{from}}",
        ScaleBody = """{"service": "{target}", "replicas": {replicas}}""",
    };

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Scale_TheServerAnswers2xx_IsApplied()
    {
        Serve(3, (202, ""));
        using var scaler = new HttpScaler(Options, _time);
        Assert.Equal(ReplicaStatus.AllReady(3), await scaler.GetReplicasAsync("a/\"b\"", Stop));
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("a/\"b\"", 3, 5, Stop));
        Assert.Equal("""PUT /services/a%2F%22b%22/scale?from=3 {"service": "a/\u0022b\u0022", "replicas": 5}""", _server.Asked.Last());
        Assert.Equal("application/json", _server.Headers.Last()["Content-Type"]);
    }

    [Fact]
    public async Task Scale_MethodAndFormOfOnesOwn_AreSent()
    {
        Serve(3, (200, ""));
        using var scaler = new HttpScaler(
            Options with { ScaleMethod = "POST", ScaleBody = "name={target}&count={replicas}", ScaleContentType = "application/x-www-form-urlencoded" }, _time);
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("a&b", 3, 5, Stop));
        Assert.Equal("POST /services/a%26b/scale?from=3 name=a%26b&count=5", _server.Asked.Last());
    }

    [Fact]
    public async Task Scale_ItHasAnotherCount_IsRejectedAndNothingIsSent()
    {
        Serve(4, (200, ""));
        using var scaler = new HttpScaler(Options, _time);
        Assert.Equal(ScaleOutcome.Rejected("it has 4 replicas, not 3"), await scaler.ScaleAsync("web", 3, 5, Stop));
        Assert.Equal(["GET /services/web"], _server.Asked);
    }

    [Theory]
    [InlineData(409, ScaleOutcomeKind.Rejected, false)]
    [InlineData(412, ScaleOutcomeKind.Rejected, false)]
    [InlineData(403, ScaleOutcomeKind.Failed, false)]
    [InlineData(404, ScaleOutcomeKind.Failed, false)]
    [InlineData(301, ScaleOutcomeKind.Failed, false)]
    [InlineData(502, ScaleOutcomeKind.Failed, true)]
    public async Task Scale_AnotherStatus_IsToldApart(int status, ScaleOutcomeKind kind, bool isDoubtful)
    {
        Serve(3, (status, "because"));
        using var scaler = new HttpScaler(Options, _time);
        var outcome = await scaler.ScaleAsync("web", 3, 5, Stop);
        Assert.Equal((kind, isDoubtful), (outcome.Kind, outcome.IsDoubtful));
        Assert.StartsWith($"PUT {_server.Url}/services/{{target}}/scale answered {status} (", outcome.Reason, StringComparison.Ordinal);
        Assert.EndsWith("): because", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_NoAnswerInTime_IsDoubtful()
    {
        Serve(3, (200, ""));
        var asked = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        _server.SpecialMethod = "PUT";
        _server.Special = context =>
        {
            asked.SetResult();
            return end.Task;
        };
        using var scaler = new HttpScaler(Options, _time);
        var scaling = scaler.ScaleAsync("web", 3, 5, Stop).AsTask();
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(ScaleOutcome.Doubtful($"PUT {_server.Url}/services/{{target}}/scale was not answered within its Timeout (4s)"), await scaling);
        end.SetResult();
    }

    [Fact]
    public async Task Scale_TheConnectionBreaks_IsDoubtful()
    {
        Serve(3, (200, ""));
        _server.SpecialMethod = "PUT";
        _server.Special = context =>
        {
            context.Response.ContentLength64 = 100;
            context.Response.OutputStream.WriteByte(1);
            context.Response.Abort();
            return Task.CompletedTask;
        };
        using var scaler = new HttpScaler(Options, _time);
        var outcome = await scaler.ScaleAsync("web", 3, 5, Stop);
        Assert.Equal((ScaleOutcomeKind.Failed, true), (outcome.Kind, outcome.IsDoubtful));
    }

    [Fact]
    public async Task Scale_TheCountCannotBeRead_FailsAndNothingIsSent()
    {
        _server.Answer = (_, _) => (500, "down");
        using var scaler = new HttpScaler(Options, _time);
        Assert.Equal(
            ScaleOutcome.Failed($"the count cannot be read: GET {_server.Url}/services/{{target}} answered 500 (Internal Server Error): down"),
            await scaler.ScaleAsync("web", 3, 5, Stop));
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task GetReplicas_WrongPointer_IsAnErrorAndNever0()
    {
        Serve(3, (200, ""));
        using var scaler = new HttpScaler(Options with { DesiredPointer = "/count" }, _time);
        var error = await Assert.ThrowsAsync<ScalingException>(async () => await scaler.GetReplicasAsync("web", Stop));
        Assert.Equal($"the count cannot be read of what '{_server.Url}/services/{{target}}' answered: the answer has nothing at '/count'", error.Message);
    }

    [Fact]
    public void Identify_TargetThatIsAFolder_IsRefused()
    {
        using var scaler = new HttpScaler(Options, _time);
        Assert.Equal("'web'", scaler.Identify("web"));
        Assert.Equal(
            $"Policy '..' cannot be scaled by a URL, because '..' in '{_server.Url}/services/{{target}}' would be a folder of the URL, and no name.",
            Assert.Throws<ScalingException>(() => scaler.Identify("..")).Message);
    }

    [Fact]
    public void Create_BadSettings_AreOneSentenceEach()
    {
        string Error(HttpScalerOptions options) => Assert.Throws<ScalingException>(() => new HttpScaler(options, _time)).Message;
        Assert.Equal("ScaleMethod must be a method such as PUT or POST, but is 'P T'.", Error(Options with { ScaleMethod = "P T" }));
        Assert.Equal("ScaleContentType must be a media type such as application/json, but is 'json'.", Error(Options with { ScaleContentType = "json" }));
        Assert.Equal(
            "ScaleUrl must be a URL with no braces but {target}, {replicas} and {from}, but is 'http://h/{count}'.", Error(Options with { ScaleUrl = "http://h/{count}" }));
        Assert.Equal("ReplicasUrl must be a URL that begins with http:// or https://, but is 'h'.", Error(Options with { ReplicasUrl = "h" }));
    }

    private void Serve(int replicas, (int Status, string Body) scaled) =>
        _server.Answer = (request, _) => request.HttpMethod == "GET" ? (200, $$"""{"replicas":{{replicas}}}""") : scaled;
}
