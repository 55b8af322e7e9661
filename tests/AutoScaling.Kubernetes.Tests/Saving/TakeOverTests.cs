using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;

namespace AutoScaling.Kubernetes.Tests.Saving;

/// <summary>What the next copy finds of what was saved, when copies end and the API server is in trouble one after the other.</summary>
public sealed class TakeOverTests : IAsyncLifetime
{
    private readonly StubConfigMaps _maps = new();
    private readonly List<ApiClient> _clients = [];
    private StubServer _stub = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stub = await StubServer.StartAsync();
        _stub.Fault = (context, _, _) => _maps.AnswerAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _stub.DisposeAsync();
    }

    [Fact]
    public async Task SaveAsync_CopiesThatEndSoonAfterEachOther_LoseNothingThatWasScaled()
    {
        var states = new Dictionary<string, ScalingState> { ["a"] = State(1), ["b"] = State(1), ["c"] = State(1) };
        var first = Store();
        await first.LoadAllAsync(Cancellation);
        await first.SaveAsync(states, Cancellation);
        states["a"] = State(2);
        await first.SaveAsync(Only(states, "a"), Cancellation);

        // The first copy ends before it has saved all again, and so does the second one.
        var second = Store();
        AssertSame(states, await second.LoadAllAsync(Cancellation));
        states["b"] = State(3);
        await second.SaveAsync(Only(states, "b"), Cancellation);

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Theory]
    [InlineData("autoscaling-state")]
    [InlineData("autoscaling-state-0")]
    public async Task LoadAsync_ServerInTroubleForLongerThanARequestIsTriedAgain_IsWaitedFor(string map)
    {
        // Copies take over when the API server is in trouble. Who gives up at once begins with nothing, and then saves that.
        var states = new Dictionary<string, ScalingState> { ["a"] = State(1) };
        await Store().SaveAsync(states, Cancellation);
        var refused = 0;
        _maps.Refusal = (method, name) => method == "GET" && name == map && Interlocked.Increment(ref refused) <= 8 ? 503 : 0;

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Theory]
    [InlineData("GET", "autoscaling-state-0")]
    [InlineData("PUT", "autoscaling-state")]
    public async Task LoadAsync_OneRequestThatHangs_IsTriedAgain(string method, string map)
    {
        var states = new Dictionary<string, ScalingState> { ["a"] = State(1) };
        await Store().SaveAsync(states, Cancellation);
        var asked = 0;
        _stub.Fault = async (context, request, _) =>
        {
            if (!request.StartsWith(method, StringComparison.Ordinal) || !request.EndsWith("/" + map, StringComparison.Ordinal) || Interlocked.Increment(ref asked) > 1)
                return await _maps.AnswerAsync(context);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
        Assert.True(asked > 1);
    }

    [Theory]
    [InlineData("autoscaling-state", 503)]
    [InlineData("autoscaling-state-0", 503)]
    [InlineData("autoscaling-state-0", 403)]
    public async Task SaveAsync_LoadingHasFailed_KeepsWhatThisCopyHasNoStateOf(string map, int status)
    {
        var states = new Dictionary<string, ScalingState> { ["a"] = State(1), ["b"] = State(2), ["c"] = State(3), ["d"] = State(4) };
        await Store().SaveAsync(states, Cancellation);
        var time = new ShiftedTime();
        var store = Store(time: time);
        _maps.Refusal = (method, name) =>
        {
            if (method != "GET" || name != map) return 0;
            time.Advance(TimeSpan.FromSeconds(20)); // The time for loading is over.
            return status;
        };
        await Assert.ThrowsAsync<ApiException>(async () => await store.LoadAllAsync(Cancellation));
        var ours = new Dictionary<string, ScalingState> { ["a"] = State(5), ["b"] = ScalingState.New, ["c"] = ScalingState.New };

        // What cannot be read is not written over either.
        await Assert.ThrowsAsync<ApiException>(async () => await store.SaveAsync(ours, Cancellation));
        _maps.Refusal = (_, _) => 0;
        await store.SaveAsync(ours, Cancellation);

        // Only its own word counts from when it has one.
        ours["b"] = State(6);
        await store.SaveAsync(Only(ours, "b"), Cancellation);
        await store.SaveAsync(ours, Cancellation);

        states["a"] = State(5);
        states["b"] = State(6);
        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_MorePartsThanTheRoleNames_LeavesWhatWasSavedLoadable()
    {
        // RBAC cannot limit "create" by name, so that the first write of a part that nobody may read afterwards succeeds.
        _maps.Refusal = (method, name) => method != "POST" && name is "autoscaling-state-1" or "autoscaling-state-2" or "autoscaling-state-3" ? 403 : 0;
        var few = States(2);
        var store = Store(largestPart: 230);
        await store.SaveAsync(few, Cancellation);

        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<ApiException>(async () => await store.SaveAsync(States(24), Cancellation));

        AssertSame(few, await Store().LoadAllAsync(Cancellation));
    }

    private static Dictionary<string, ScalingState> States(int count) => Enumerable.Range(0, count).ToDictionary(i => $"team/web-{i}", State);

    private static Dictionary<string, ScalingState> Only(Dictionary<string, ScalingState> states, string name) => new() { [name] = states[name] };

    private static ScalingState State(int number) => ScalingState.FromJson($$"""
        {"since": "2026-01-01T12:00:00+00:00", "highs": [], "lows": [], "lastScaleUp": "2026-01-01T12:00:00+00:00", "lastWritten": {{number}}}
        """);

    private static void AssertSame(IReadOnlyDictionary<string, ScalingState> expected, IReadOnlyDictionary<string, ScalingState> found) => Assert.Equal(
        expected.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.ToJson())),
        found.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value.ToJson())));

    private ConfigMapStateStore Store(int largestPart = ConfigMapStateStore.LargestPart, TimeProvider? time = null)
    {
        var options = _stub.Options();
        options.RetryTime = TimeSpan.FromSeconds(0.2);
        var api = new ApiClient(options, TimeProvider.System);
        _clients.Add(api);
        return new(new(api, "default"), "autoscaling-state", time ?? TimeProvider.System, largestPart);
    }
}
