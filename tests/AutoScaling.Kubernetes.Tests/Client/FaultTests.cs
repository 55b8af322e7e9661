using System.IO.Compression;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Kubernetes.Tests.Client;

public sealed class FaultTests : IAsyncLifetime
{
    private const string ListDeployments = "GET /apis/apps/v1/namespaces/default/deployments?resourceVersion=0&limit=500";
    private const string NewestDeployments = "GET /apis/apps/v1/namespaces/default/deployments?limit=500";
    private const string ListPods = "GET /api/v1/namespaces/default/pods";
    private const string PutScale = "PUT /apis/apps/v1/namespaces/default/deployments/web/scale";
    private const string GetScale = "GET /apis/apps/v1/namespaces/default/deployments/web/scale";

    private readonly ShiftedTime _time = new();
    private StubServer _stub = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stub = await StubServer.StartAsync();

    public ValueTask DisposeAsync() => _stub.DisposeAsync();

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task GetReplicasAsync_ServerInTroubleForAMoment_IsAskedAgain(int status)
    {
        On(ListDeployments, (context, times) => times < 3 ? StubServer.RefuseAsync(context, status) : Stub());
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        Assert.Equal(3, _stub.Requests.Count(r => r == ListDeployments));
    }

    [Fact]
    public async Task GetReplicasAsync_RetryAfter_IsWaitedFor()
    {
        var asked = new List<long>();
        On(ListDeployments, (context, times) =>
        {
            asked.Add(TimeProvider.System.GetTimestamp());
            return times == 1 ? StubServer.RefuseAsync(context, 429, retryAfter: "1") : Stub();
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        await scaler.GetReplicasAsync("web", Cancellation);

        Assert.True(TimeProvider.System.GetElapsedTime(asked[0], asked[1]) >= TimeSpan.FromSeconds(0.99));
    }

    [Theory]
    [InlineData("30")]
    [InlineData("Fri, 24 Jul 2026 08:00:30 GMT")]
    public async Task GetReplicasAsync_RetryAfterBeyondTheDeadline_IsToldAtOnceAndRespected(string retryAfter)
    {
        On(ListDeployments, (context, _) =>
        {
            context.Response.Headers.Date = "Fri, 24 Jul 2026 08:00:00 GMT";
            return StubServer.RefuseAsync(context, 429, "slow down", retryAfter);
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        for (var i = 0; i < 3; i++)
        {
            var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());
            Assert.Equal("the API server answered 429 and asks to wait 30s to list deployments in namespace 'default': slow down", error.Message);
        }

        Assert.Equal(1, _stub.Requests.Count(r => r == ListDeployments));
    }

    [Fact]
    public async Task GetReplicasAsync_RetryAfterThatIsOver_IsAskedAgainAtOnce()
    {
        On(ListDeployments, (context, times) =>
        {
            context.Response.Headers.Date = "Fri, 24 Jul 2026 08:00:00 GMT";
            return times == 1 ? StubServer.RefuseAsync(context, 503, retryAfter: "Fri, 24 Jul 2026 07:00:00 GMT") : Stub();
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
    }

    [Fact]
    public async Task GetReplicasAsync_RetryAfterOfNothing_IsNoLeaveToHammer()
    {
        var asked = new List<long>();
        On(ListDeployments, (context, times) =>
        {
            asked.Add(TimeProvider.System.GetTimestamp());
            if (times == 4) _time.Advance(TimeSpan.FromMinutes(1));
            return StubServer.RefuseAsync(context, 429, "slow down", retryAfter: "0");
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        // At least 50, 100 and 200 ms lie between them; a timer may be a little early.
        var waits = asked.Zip(asked.Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one, next).TotalMilliseconds).ToList();
        Assert.Equal(3, waits.Count);
        Assert.All(waits.Zip([50, 100, 200]), wait => Assert.True(wait.First > wait.Second * 0.9, $"It was asked again after {wait.First} ms."));
    }

    [Fact]
    public async Task GetReplicasAsync_AutoscalersOfAServerThatIsBehind_AreNotForgotten()
    {
        const string List = "GET /apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
        const string Ours = """{"metadata": {"name": "hpa", "namespace": "default"}, "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}""";
        static string Autoscalers(int version, string items) => $$$"""{"kind": "HorizontalPodAutoscalerList", "metadata": {"resourceVersion": "{{{version}}}"}, "items": [{{{items}}}]}""";
        On(List + "?resourceVersion=0&limit=500", (context, times) => Write(context, times == 1 ? Autoscalers(100, Ours) : Autoscalers(99, "")));
        On(List + "?limit=500", (context, _) => Write(context, Autoscalers(101, Ours)));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        Assert.NotNull((await scaler.GetReplicasAsync("web", Cancellation)).Refusal);

        _time.Advance(TestNamespace.ListAge);

        Assert.NotNull((await scaler.GetReplicasAsync("web", Cancellation)).Refusal);
    }

    [Fact]
    public async Task ScaleAsync_AnswerThatIsNoScale_IsNotSaidToHaveFailed()
    {
        On(PutScale, (context, _) => Write(context, "{}"));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        await Assert.ThrowsAsync<ApiException>(() => scaler.ScaleAsync("web", 3, 4, Cancellation).AsTask());
    }

    [Theory]
    [InlineData(HttpRequestError.ProxyTunnelError)]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    public void OfConnection_NothingWasSent_SaysSo(HttpRequestError error)
    {
        var failure = ApiFailures.OfConnection(new("https://api:6443/"), new HttpRequestException(error, "the proxy said 403."));

        Assert.Equal(("the API server https://api:6443 cannot be reached (the proxy said 403)", false), (failure.Message, failure.IsDoubtful));
    }

    [Fact]
    public async Task GetReplicasAsync_BalancerThatHangsUpBeforeAWord_IsAskedAgain()
    {
        // A balancer takes the connection, and finds no API server behind it that is up.
        using var balancer = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        balancer.Start();
        var calls = 0;
        var hangingUp = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var connection = await balancer.AcceptTcpClientAsync(Cancellation);

                    // Then it is enough.
                    if (Interlocked.Increment(ref calls) == 2) _time.Advance(TimeSpan.FromMinutes(1));
                }
            },
            Cancellation);
        var options = _stub.Options();
        File.WriteAllText(options.KubeConfig!, KubeConfig.Text($"https://{balancer.LocalEndpoint}", null, new KubeConfigUser("stub")));
        options.AllowForeignAutoscaler = true;
        using var cluster = KubernetesCluster.Create(options, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => cluster.Pods.In(new("default", null)).GetAsync(Cancellation).AsTask());

        balancer.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => hangingUp);
        Assert.True(calls > 1, error.Message);
    }

    [Fact]
    public async Task SendAsync_MachineThatIsDown_CannotBeReached()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "How many connections may wait is up to the system.");

        // Nobody answers the first packet of a connection: here because as many wait to be taken as may.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start(1);
        var address = (System.Net.IPEndPoint)silent.LocalEndpoint;
        using var one = new System.Net.Sockets.TcpClient();
        using var two = new System.Net.Sockets.TcpClient();
        await one.ConnectAsync(address, Cancellation);
        await two.ConnectAsync(address, Cancellation);
        var options = _stub.Options();
        options.RetryTime = TimeSpan.Zero;
        File.WriteAllText(options.KubeConfig!, KubeConfig.Text($"http://{address}", null, new KubeConfigUser("stub")));
        using var api = new ApiClient(options, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => api.SendAsync(
            new("create", new("", "v1", "configmaps"), "default"), new(), SavingJson.Default.ConfigMapDocument, ClientJson.Default.WrittenObject, Cancellation));

        Assert.StartsWith($"the API server http://{address} cannot be reached (", error.Message, StringComparison.Ordinal);
        Assert.Equal((true, false), (error.IsTransient, error.IsDoubtful));
    }

    [Fact]
    public async Task EvaluateAsync_ConnectionThatHangs_IsReplacedBeforeTheNextEvaluation()
    {
        using var done = new CancellationTokenSource();
        On(ListDeployments, (_, times) => times == 1 ? HangAsync(done.Token) : Stub());
        await using var host = new ScalingHost(
            o => (o.KubeConfig, o.Events) = (_stub.Options().KubeConfig, false), [ScalingHost.Policy("web")], evaluationTimeout: new AutoScalingOptions().EvaluationTimeout);
        host.Cpu = 90;

        var record = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        if (record.Error is not null) record = await host.AutoScaler.EvaluateAsync("web", Cancellation);

        await done.CancelAsync();
        Assert.Equal((null, ScaleOutcome.Applied), (record.Error, record.Outcome));
        Assert.Equal(2, _stub.Requests.Count(r => r == ListDeployments));
    }

    [Fact]
    public async Task ReadAsync_AnswerThatBeginsLate_IsAskedForBesideAndGetsTwiceTheTimeUntilOneIsQuick()
    {
        var time = new FakeTimeProvider();
        TaskCompletionSource? hung = null;
        On(ListPods, async (_, _) =>
        {
            if (hung is { } wait) await wait.Task;
            return false;
        });
        var options = _stub.Options();
        options.RetryTime = TimeSpan.FromMilliseconds(1);
        using var api = new ApiClient(options, time);

        // Nobody answers for 30 s: it is asked again after 3, 9 and 21 s.
        var lost = await HungAsync();
        foreach (var seconds in new[] { 3, 6, 12 }) await AskedAgainAsync(seconds);
        time.Advance(TimeSpan.FromSeconds(9));
        var error = await Assert.ThrowsAsync<ApiException>(() => lost.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal("the API server did not answer within 30s to list pods in namespace 'default'", error.Message);
        hung!.SetResult();

        // It is slow, but it lives: what it begins to say is its answer, and it is not asked again.
        var slow = await HungAsync();
        time.Advance(TimeSpan.FromSeconds(23));
        var asked = _stub.Requests.Count;
        hung!.SetResult();
        await slow.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(asked, _stub.Requests.Count);

        hung = null;
        await ReadAsync();
        var late = await HungAsync();
        await AskedAgainAsync(3);

        // The answer to the first question was on its way all the time.
        hung!.SetResult();
        await late.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        async Task AskedAgainAsync(int seconds)
        {
            var before = _stub.Requests.Count;
            time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            Assert.Equal(before, _stub.Requests.Count);
            time.Advance(TimeSpan.FromSeconds(0.1));
            while (_stub.Requests.Count == before) await Task.Delay(1, Cancellation);
        }

        async Task<Task> HungAsync()
        {
            hung = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var before = _stub.Requests.Count;
            var reading = ReadAsync();
            while (_stub.Requests.Count == before) await Task.Delay(1, Cancellation);
            return reading;
        }

        Task ReadAsync() => api.ReadAsync(new("list", new("", "v1", "pods"), "default"), ClientJson.Default.ApiStatus, Cancellation);
    }

    [Fact]
    public async Task ReadAsync_AnswerThatTakesLongerThanItIsWaitedFor_IsNotGivenUp()
    {
        var time = new FakeTimeProvider();
        var first = new TaskCompletionSource();
        On(ListPods, async (context, times) =>
        {
            if (times > 1) return await HangAsync(Cancellation); // The second question comes to nothing.
            await first.Task;
            return await Write(context, """{"kind": "first"}""");
        });
        using var api = new ApiClient(_stub.Options(), time);
        var reading = api.ReadAsync(new("list", new("", "v1", "pods"), "default"), ClientJson.Default.ApiStatus, Cancellation);
        while (_stub.Requests.Count < 1) await Task.Delay(1, Cancellation);
        time.Advance(TimeSpan.FromSeconds(4));
        while (_stub.Requests.Count < 2) await Task.Delay(1, Cancellation);

        first.SetResult();

        Assert.Equal("first", (await reading.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).Kind);
    }

    [Fact]
    public async Task ReadAsync_ListThatHasBegunToArrive_HasTheWholeTimeOfARequest()
    {
        using var done = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        On(ListPods, async (context, _) =>
        {
            await context.Response.WriteAsync("""{"kind": "PodList", """, Cancellation);

            // More than any buffer on the way takes, so that its beginning has been read when all of it is sent.
            await context.Response.WriteAsync(new string(' ', 1 << 24), Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            begun.SetResult();
            await HangAsync(done.Token);
            return await Write(context, """ "items": []}""");
        });
        var time = new FakeTimeProvider();
        using var api = new ApiClient(_stub.Options(), time);
        var reading = api.ReadAsync(new("list", new("", "v1", "pods"), "default"), ClientJson.Default.ApiStatus, Cancellation);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        time.Advance(TimeSpan.FromSeconds(29));
        await done.CancelAsync();

        Assert.Equal("PodList", (await reading).Kind);
    }

    [Fact]
    public async Task GetReplicasAsync_ConnectionResetInMidList_NeverShowsHalfOfIt()
    {
        On(ListDeployments, (context, times) => times < 3 ? StubServer.BreakOffAsync(context, StubServer.Deployments) : Stub());
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
    }

    [Fact]
    public async Task GetReplicasAsync_ConnectionAlwaysReset_SaysSo()
    {
        On(ListDeployments, (context, _) => StubServer.BreakOffAsync(context, StubServer.Deployments));
        var options = _stub.Options();
        options.RetryTime = TimeSpan.FromSeconds(0.5);
        using var scaler = new KubernetesScaler(options, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.StartsWith($"the answer of the API server {_stub.Address} broke off (", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind": "DeploymentList", "metadata": {"resourceVersion": "100"}, "items": [{"metadata": {"name": """)]
    [InlineData("<html>Welcome to the proxy</html>")]
    [InlineData("null")]
    public async Task GetReplicasAsync_AnswerThatIsNotJson_IsNoAnswer(string body)
    {
        On(ListDeployments, (context, _) => Write(context, body));
        var options = _stub.Options();
        options.RetryTime = TimeSpan.FromSeconds(0.5);
        using var scaler = new KubernetesScaler(options, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.StartsWith($"the answer of the API server {_stub.Address} broke off (", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"kind": "Status", "status": "Success"}""")]
    public async Task GetReplicasAsync_AnswerThatIsNoList_IsNotAnEmptyOne(string body)
    {
        On(ListDeployments, (context, _) => Write(context, body));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.Equal("the API server's answer to list deployments in namespace 'default' is not a list", error.Message);
    }

    [Theory]
    [InlineData(ListDeployments)]
    [InlineData("GET /api/v1/namespaces/default/pods?fieldSelector=status.phase!=Succeeded,status.phase!=Failed&resourceVersion=0&limit=500")]
    [InlineData("GET /apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers?resourceVersion=0&limit=500")]
    public async Task GetReplicasAsync_ListThatHoldsNothingWhereThereShouldBeAThing_IsNotBelieved(string list)
    {
        On(list, (context, _) => Write(context, """{"kind": "List", "metadata": {"resourceVersion": "100"}, "items": [null]}"""));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.EndsWith(" in namespace 'default' holds an item that is none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetReplicasAsync_CompressedAnswer_WasAskedForAndIsRead()
    {
        string? asked = null;
        On(ListDeployments, async (context, _) =>
        {
            asked = context.Request.Headers.AcceptEncoding;
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await zip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(StubServer.Deployments), Cancellation);
            return true;
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        Assert.Contains("gzip", asked!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetReplicasAsync_SlowBody_IsGivenUpAfterTheRequestTimeout()
    {
        using var done = new CancellationTokenSource();
        On(ListDeployments, async (context, _) =>
        {
            await context.Response.WriteAsync(StubServer.Deployments[..20]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, done.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        var options = _stub.Options();
        (options.RequestTimeout, options.RetryTime) = (TimeSpan.FromSeconds(0.2), TimeSpan.Zero);
        using var scaler = new KubernetesScaler(options, _time);

        var error = await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        await done.CancelAsync();
        Assert.Equal("the API server did not answer within 0.2s to list deployments in namespace 'default'", error.Message);
    }

    [Fact]
    public async Task GetReplicasAsync_CallerThatGivesUp_IsCancelled()
    {
        using var done = new CancellationTokenSource();
        using var impatient = new CancellationTokenSource();
        On(ListDeployments, async (_, _) =>
        {
            await impatient.CancelAsync();
            await Task.Delay(Timeout.Infinite, done.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scaler.GetReplicasAsync("web", impatient.Token).AsTask());

        await done.CancelAsync();
    }

    [Fact]
    public async Task GetReplicasAsync_ListOfManyPages_IsReadToItsEnd()
    {
        On(ListDeployments, (context, _) => Write(context, Page(100, "more", "a", "b")));
        On("GET /apis/apps/v1/namespaces/default/deployments?limit=500&continue=more", (context, times) =>
            times == 1 ? StubServer.RefuseAsync(context, 500) : Write(context, Page(100, null, "web")));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        Assert.Equal(3, (await scaler.GetReplicasAsync("a", Cancellation)).Desired);
    }

    [Fact]
    public async Task GetReplicasAsync_LaterPageIsGone_BeginsAgain()
    {
        On(ListDeployments, (context, _) => Write(context, Page(100, "more", "a", "b")));
        On("GET /apis/apps/v1/namespaces/default/deployments?limit=500&continue=more", (context, _) => StubServer.RefuseAsync(context, 410, "expired"));
        On(NewestDeployments, (context, _) => Write(context, Page(120, null, "a", "web")));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        await Assert.ThrowsAsync<ScalingException>(() => scaler.GetReplicasAsync("b", Cancellation).AsTask());
    }

    [Fact]
    public async Task GetReplicasAsync_ServerWhoseMemoryIsBehindWhatWasSeen_IsAskedForTheNewest()
    {
        On(ListDeployments, (context, times) => Write(context, times == 1 ? Page(100, null, "web") : Page(99, null, "stale")));
        On(NewestDeployments, (context, _) => Write(context, Page(110, null, "web", "new")));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        _time.Advance(TestNamespace.ListAge);

        Assert.Equal(3, (await scaler.GetReplicasAsync("new", Cancellation)).Desired);
    }

    [Fact]
    public async Task ScaleAsync_ListThatIsBehindOurOwnWrite_DoesNotHideIt()
    {
        On(ListDeployments, (context, times) => Write(context, times < 3 ? StubServer.Deployments : StubServer.Deployments.Replace("90", "105", StringComparison.Ordinal)));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 4, Cancellation));

        _time.Advance(TestNamespace.ListAge);
        Assert.Equal(4, (await scaler.GetReplicasAsync("web", Cancellation)).Desired); // Listed with version 90; written as 101.
        _time.Advance(TestNamespace.ListAge);
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired); // Somebody wrote 3 after us: version 105.
    }

    [Fact]
    public async Task ScaleAsync_WrittenButTheAnswerBrokeOff_IsApplied()
    {
        On(PutScale, (context, times) => times == 1 ? StubServer.BreakOffAsync(context, "{}") : StubServer.RefuseAsync(context, 409));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 4, Cancellation));
        Assert.Equal([PutScale, PutScale, GetScale], _stub.Requests.Where(r => r.EndsWith("/scale", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ScaleAsync_NobodyKnowsWhetherItWasWritten_IsNotSaidToHaveFailed()
    {
        On(PutScale, (context, _) => StubServer.BreakOffAsync(context, "{}"));
        var options = _stub.Options();
        options.RetryTime = TimeSpan.FromSeconds(0.3);
        using var scaler = new KubernetesScaler(options, _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        await Assert.ThrowsAsync<ApiException>(() => scaler.ScaleAsync("web", 3, 4, Cancellation).AsTask());
    }

    [Fact]
    public async Task GetReplicasAsync_AfterAWriteOfWhichNothingWasHeard_LooksAtTheTargetAndNotAtAnOlderList()
    {
        // It was written; the answer came too late for the evaluation. The list that is there is from before.
        using var done = new CancellationTokenSource();
        using var deadline = new CancellationTokenSource();
        On(PutScale, async (_, _) =>
        {
            await deadline.CancelAsync();
            await Task.Delay(Timeout.Infinite, done.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scaler.ScaleAsync("web", 3, 4, deadline.Token).AsTask());

        Assert.Equal(4, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        Assert.Equal(4, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);

        await done.CancelAsync();
        Assert.Single(_stub.Requests, GetScale);
    }

    [Fact]
    public async Task ScaleAsync_ProxyThatLostTheServerBehindIt_MayHaveWritten()
    {
        // 503 of the API server says that nothing was done; Envoy says it too when the connection breaks off after the request was sent.
        On(PutScale, async (context, times) =>
        {
            context.Response.StatusCode = times == 1 ? 503 : 409;
            await context.Response.WriteAsync("upstream connect error or disconnect/reset before headers. reset reason: connection termination");
            return true;
        });
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 4, Cancellation));
    }

    [Theory]
    [InlineData(422, "is invalid", "the API server answered 422 to update deployments/scale 'web' in namespace 'default': is invalid")]
    [InlineData(403, "admission webhook says no", "the API server answered 403 to update deployments/scale 'web' in namespace 'default': admission webhook says no")]
    public async Task ScaleAsync_ServerSaysNo_IsNotAskedAgain(int status, string message, string reason)
    {
        On(PutScale, (context, _) => StubServer.RefuseAsync(context, status, message));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        Assert.Equal(ScaleOutcome.Failed(reason), await scaler.ScaleAsync("web", 3, 4, Cancellation));
        Assert.Single(_stub.Requests, PutScale);
    }

    [Fact]
    public async Task ScaleAsync_VersionThatChangesAllTheTime_IsGivenUp()
    {
        On(PutScale, (context, _) => StubServer.RefuseAsync(context, 409));
        On(GetScale, (context, _) => Write(context, """{"metadata": {"name": "web", "namespace": "default", "uid": "u", "resourceVersion": "101"}, "spec": {"replicas": 3}}"""));
        using var scaler = new KubernetesScaler(_stub.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);

        Assert.Equal(ScaleOutcome.Rejected("it changes all the time"), await scaler.ScaleAsync("web", 3, 4, Cancellation));
        Assert.Equal(4, _stub.Requests.Count(r => r == PutScale));
    }

    private static Task<bool> Stub() => Task.FromResult(false);

    /// <summary>Answers nothing, until the test is over.</summary>
    private static async Task<bool> HangAsync(CancellationToken done)
    {
        await Task.Delay(Timeout.Infinite, done).ContinueWith(_ => { }, TaskScheduler.Default);
        return true;
    }

    private static async Task<bool> Write(HttpContext context, string body)
    {
        await context.Response.WriteAsync(body);
        return true;
    }

    private static string Page(int version, string? more, params string[] names)
    {
        var items = names.Select(n => $$$"""{"metadata": {"name": "{{{n}}}", "namespace": "default", "uid": "u", "resourceVersion": "90"}, "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "{{{n}}}"} } } }""");
        return $$$"""{"kind": "DeploymentList", "metadata": {"resourceVersion": "{{{version}}}", "continue": "{{{more}}}"}, "items": [{{{string.Join(',', items)}}}]}""";
    }

    private void On(string request, Func<HttpContext, int, Task<bool>> answer)
    {
        var others = _stub.Fault;
        _stub.Fault = (context, asked, times) => asked == request ? answer(context, times) : others(context, asked, times);
    }
}
