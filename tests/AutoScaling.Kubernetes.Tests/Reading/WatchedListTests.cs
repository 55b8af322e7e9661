using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using CsCheck;

namespace AutoScaling.Kubernetes.Tests.Reading;

/// <summary>What is listed once and then watched, and what goes wrong with that.</summary>
public sealed class WatchedListTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private readonly StubPods _pods = new();
    private readonly LogLines _log = new();
    private StubServer _stub = null!;
    private KubernetesCluster _cluster = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private WatchedList<PodItem, Pod, PodList> List => _cluster.Pods.In(new("default", null));

    public async ValueTask InitializeAsync()
    {
        _stub = await StubServer.StartAsync();
        _stub.Fault = (context, _, _) => _pods.ListAsync(context);
        _stub.Watch = _pods.WatchAsync;
        _cluster = Open(_stub.Options());
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        await _stub.DisposeAsync();
        _pods.Dispose();
    }

    [Fact]
    public async Task GetAsync_PodsThatComeChangeAndGo_AreSeenWithoutAnotherList()
    {
        _pods.Put("a");
        _pods.Put("done", hasEnded: true);
        await UntilSameAsync();
        _pods.Put("b");
        _pods.Put("a");
        await UntilSameAsync();
        _pods.Put("a", hasEnded: true);
        _pods.Delete("done");
        await UntilSameAsync();
        _pods.Delete("b");
        await UntilSameAsync();

        Assert.Equal((1, 1), _pods.Asked);
    }

    [Fact]
    public async Task GetAsync_WatchThatIsCutInMidEvent_GoesOnFromWhereItWas()
    {
        _pods.Put("a");
        await UntilSameAsync();
        await UntilLiveAsync();
        for (var i = 0; i < 3; i++)
        {
            var watches = _pods.Asked.Watches;
            _pods.Cut();
            _pods.Put($"while-away-{i}");
            await UntilSameAsync();
            await UntilAsync(() => _pods.Asked.Watches > watches);
            await UntilLiveAsync();
        }

        Assert.Equal((1, 4), _pods.Asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetAsync_ChangesThatAreNotKnownAnyLonger_AreListedOnce(bool byStatus)
    {
        _pods.GoneByStatus = byStatus;
        _pods.Put("a");
        await UntilSameAsync();
        await UntilLiveAsync();
        _pods.AtOnce(() =>
        {
            _pods.Cut();
            _pods.Put("b");
            _pods.Delete("a");
            _pods.Compact();
        });
        await UntilAsync(() => List.HasEnded);
        _time.Advance(TestNamespace.ListAge);
        await UntilSameAsync();
        Assert.Equal(2, _pods.Asked.Lists);

        // It is watched again from there.
        _pods.Put("c");
        await UntilSameAsync();
        Assert.Equal(2, _pods.Asked.Lists);
    }

    [Fact]
    public async Task GetAsync_NoSignOfLifeForLong_IsNotBelievedAnyLonger()
    {
        _pods.Put("a");
        await UntilSameAsync();
        await UntilLiveAsync();
        _time.Advance(TestNamespace.ListAge);

        // The connection is open and says nothing, and there is no other answer.
        _stub.Fault = (context, _, _) => StubServer.RefuseAsync(context, 503);
        var error = await Assert.ThrowsAsync<ApiException>(() => List.GetAsync(Cancellation).AsTask());

        Assert.StartsWith("the API server answered 503 to list pods in namespace 'default'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_Bookmarks_AreSignsOfLife()
    {
        _pods.Put("a");
        await UntilSameAsync();
        await UntilLiveAsync();
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(60));
            _pods.Put($"other-{i}", hasEnded: true);
            _pods.Bookmark();
            var newest = _pods.Unended.Count;
            await UntilAsync(async () => (await List.GetAsync(Cancellation)).ResourceVersion == $"{1002 + i}" && newest == 1);
        }

        Assert.Equal((1, 1), _pods.Asked);
    }

    [Fact]
    public async Task GetAsync_DatabaseRestoredFromABackup_IsListedAnew()
    {
        _pods.Put("a");
        var restore = _pods.BackUp();
        _pods.Put("a", hasEnded: true);
        _pods.Put("b");
        await UntilSameAsync();
        await UntilLiveAsync();

        restore();

        _time.Advance(TestNamespace.ListAge);
        await UntilSameAsync();
        Assert.Equal(["a"], _pods.Unended.Select(p => p.Name));
    }

    [Theory]
    [InlineData(403, """{"kind": "Status", "message": "pods is forbidden: User \"worker\" cannot watch resource \"pods\""}""", "the user 'worker' may not watch pods in namespace 'default'; add to its Role: apiGroups [\"\"], resources [pods], verbs [watch]")]
    [InlineData(404, """{"kind": "Status", "message": ""}""", "the API server has no pods in v1 to watch pods in namespace 'default'")]
    [InlineData(405, """{"kind": "Status", "message": ""}""", "the API server answered 405 to watch pods in namespace 'default'")]
    [InlineData(200, """{"kind": "PodList", "metadata": {"resourceVersion": "1"}, "items": [{}, {}]}""", "it answers with a PodList in place of changes")]
    public async Task GetAsync_WatchThatIsRefused_ListsAsBeforeAndSaysSoOnce(int status, string body, string reason)
    {
        var watches = 0;
        _stub.Watch = async context =>
        {
            Interlocked.Increment(ref watches);
            context.Response.StatusCode = status;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, body, Cancellation);
        };
        _pods.Put("a");
        await UntilSameAsync();
        await UntilAsync(() => _log.Warnings.Count > 0);
        for (var i = 0; i < 3; i++)
        {
            _pods.Put($"b-{i}");
            _time.Advance(TimeSpan.FromMinutes(3)); // It is not asked for again for ten minutes.
            await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => SameAsync());
        }

        Assert.Equal(1, watches);
        _stub.Watch = _pods.WatchAsync;
        _time.Advance(TestNamespace.ListAge);
        await UntilSameAsync();
        await UntilLiveAsync();
        _pods.Put("c");
        await UntilSameAsync();

        Assert.Equal([$"The pods in namespace 'default' cannot be watched ({reason}), so that they are listed again and again, which costs more."], _log.Warnings);
        Assert.Equal((2, 1), _pods.Asked);
    }

    [Fact]
    public async Task GetAsync_WatchThatDoesNotBegin_ListsMeanwhile()
    {
        using var never = new CancellationTokenSource();
        _stub.Watch = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        _pods.Put("a");
        await UntilSameAsync();
        _pods.Put("b");
        _time.Advance(TestNamespace.ListAge);
        await UntilSameAsync();

        Assert.Equal(2, _pods.Asked.Lists);
    }

    [Fact]
    public async Task GetAsync_NobodyAsksForTenMinutes_IsNotWatchedAnyLonger()
    {
        _pods.Put("a");
        await UntilSameAsync();
        await UntilLiveAsync();
        _time.Advance(TimeSpan.FromMinutes(11));
        _pods.Cut();
        await UntilAsync(() => List.HasEnded);

        Assert.Equal((1, 1), _pods.Asked);
    }

    /// <summary>After any sequence of changes, cuts, refusals, compactions and restores the pods are those of the server.</summary>
    [Fact]
    public async Task GetAsync_AnySequence_EndsWithWhatTheServerHas()
    {
        var options = _stub.Options();
        (options.MaxListAge, options.RetryTime) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        var step = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 5]);
        await Gen.Select(step.Array[5, 40], Gen.Bool).SampleAsync(
            async (steps, byStatus) =>
            {
                _pods.GoneByStatus = byStatus;
                using var cluster = Open(options);
                var list = cluster.Pods.In(new("default", null));
                var restore = _pods.BackUp();
                foreach (var (what, which) in steps)
                {
                    switch (what)
                    {
                        case < 5: _pods.Put($"pod-{which}"); break;
                        case < 7: _pods.Put($"pod-{which}", hasEnded: true); break;
                        case < 9: _pods.Delete($"pod-{which}"); break;
                        case 9: _pods.Cut(); break;
                        case 10: _pods.Compact(); break;
                        case 11: _pods.Bookmark(); break;
                        case 12: _pods.RefuseWatches(which); break;
                        case 13:
                            // Versions that are given again mean something else, which shows only until they are reached.
                            // And who was cut off a moment ago must have noticed that, and then that versions have gone back.
                            _pods.Put("pod-0");
                            await UntilSameAsync(list);
                            await UntilAsync(() => list.IsLive || list.HasEnded);
                            restore();
                            await UntilAsync(async () => !ResourceVersion.IsOlder(_pods.Version, (await list.GetAsync(Cancellation)).ResourceVersion));
                            await UntilSameAsync(list);
                            break;
                        case 14: restore = _pods.BackUp(); break;
                        default: await list.GetAsync(Cancellation); break;
                    }
                }

                _pods.RefuseWatches(0);
                await UntilSameAsync(list);
            },
            iter: 40,
            threads: 1);
    }

    private KubernetesCluster Open(KubernetesOptions options) => new(options, _time, _log);

    private Task UntilLiveAsync() => UntilAsync(() => List.IsLive);

    private Task UntilSameAsync(WatchedList<PodItem, Pod, PodList>? list = null) => UntilAsync(async () =>
    {
        var table = await (list ?? List).GetAsync(Cancellation);
        return table.All().Select(p => (p.Name, p.ResourceVersion!)).Order().SequenceEqual(_pods.Unended);
    });

    private async Task SameAsync()
    {
        var table = await List.GetAsync(Cancellation);
        Assert.Equal(_pods.Unended, table.All().Select(p => (p.Name, p.ResourceVersion!)).Order());
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(5, deadline.Token);
    }
}
