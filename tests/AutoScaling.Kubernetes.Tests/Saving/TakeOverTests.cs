using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Saving;

/// <summary>What the next copy finds of what was saved, when copies end and the API server is in trouble one after the other.</summary>
public sealed class TakeOverTests : StubSaving
{
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
        Maps.Refusal = (method, name) => method == "GET" && name == map && Interlocked.Increment(ref refused) <= 8 ? 503 : 0;

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
        Stub.Fault = async (context, request, _) =>
        {
            if (!request.StartsWith(method, StringComparison.Ordinal) || !request.EndsWith("/" + map, StringComparison.Ordinal) || Interlocked.Increment(ref asked) > 1)
                return await Maps.AnswerAsync(context);
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
        Maps.Refusal = (method, name) =>
        {
            if (method != "GET" || name != map) return 0;
            time.Advance(TimeSpan.FromSeconds(20)); // The time for loading is over.
            return status;
        };
        await Assert.ThrowsAsync<ApiException>(async () => await store.LoadAllAsync(Cancellation));
        var ours = new Dictionary<string, ScalingState> { ["a"] = State(5), ["b"] = ScalingState.New, ["c"] = ScalingState.New };

        // What cannot be read is not written over either.
        await Assert.ThrowsAsync<ApiException>(async () => await store.SaveAsync(ours, Cancellation));
        Maps.Refusal = (_, _) => 0;
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
        Maps.Refusal = (method, name) => method != "POST" && name is "autoscaling-state-1" or "autoscaling-state-2" or "autoscaling-state-3" ? 403 : 0;
        var some = States(2);
        var store = Store(largestPart: Small);
        await store.SaveAsync(some, Cancellation);

        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<ApiException>(async () => await store.SaveAsync(States(24), Cancellation));

        AssertSame(some, await Store().LoadAllAsync(Cancellation));
    }
}
