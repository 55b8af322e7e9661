namespace AutoScaling.Kubernetes.Tests.Saving;

/// <summary>What counts of states that were saved in parts, and of some targets since; and what was deleted.</summary>
public sealed class SavingOrderTests : StubSaving
{
    [Fact]
    public async Task SaveAsync_AllCannotBeSaved_SomeStillCan()
    {
        var states = States(24);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        Maps.Refusal = (method, name) => method == "PUT" && name == First ? 403 : 0;
        await Assert.ThrowsAsync<ApiException>(async () => await store.SaveAsync(states.ToDictionary(s => s.Key, _ => State(50)), Cancellation));

        states["team/web-7"] = State(70);
        await store.SaveAsync(Only(states, "team/web-7"), Cancellation);

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SaveAsync_AllAreAsInThePartsAgain_CountMoreThanWhatWasSavedBetween(bool byTheNextCopy)
    {
        var states = States(5);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        await store.SaveAsync(new Dictionary<string, ScalingState> { ["team/web-1"] = State(50) }, Cancellation);
        if (byTheNextCopy)
        {
            store = Store();
            await store.LoadAllAsync(Cancellation);
        }

        await store.SaveAsync(states, Cancellation);

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_SomeAreAsTheyWereBeforeTheParts_CountMoreThanThese()
    {
        var states = States(5);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        states["team/web-1"] = State(50);
        await store.SaveAsync(Only(states, "team/web-1"), Cancellation);
        await store.SaveAsync(States(5), Cancellation);
        await store.SaveAsync(Only(states, "team/web-1"), Cancellation);

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task SaveAsync_SomeOfManyRightAfterLoading_WritesOnlyThese()
    {
        var states = States(5);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        states["team/web-1"] = State(50);
        await store.SaveAsync(Only(states, "team/web-1"), Cancellation);
        var next = Store();
        await next.LoadAllAsync(Cancellation);
        states["team/web-2"] = State(60);
        var written = Written();
        await next.SaveAsync(Only(states, "team/web-2"), Cancellation);

        Assert.Equal([Recent], written);
        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task DeleteAsync_SavedSinceThePartsOnly_IsGone()
    {
        var states = States(5);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        await store.SaveAsync(new Dictionary<string, ScalingState> { ["new"] = State(1) }, Cancellation);
        await store.DeleteAsync(["new"], Cancellation);

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task DeleteAsync_ManyTargets_WritesOnce()
    {
        var store = Store();
        await store.SaveAsync(States(1000), Cancellation);
        var written = Written();
        await store.DeleteAsync([.. Enumerable.Range(10, 990).Select(i => $"team/web-{i}")], Cancellation);

        Assert.Equal([First], written);
        AssertSame(States(10), await Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task DeleteAsync_Fails_IsDoneByTheNextWrite()
    {
        var states = States(24);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        Maps.Refusal = (method, name) => method == "PUT" && name == First ? 403 : 0;
        await Assert.ThrowsAsync<ApiException>(async () => await store.DeleteAsync(["team/web-1"], Cancellation));
        Maps.Refusal = (_, _) => 0;
        states.Remove("team/web-1");
        states["team/web-2"] = State(50);
        await store.SaveAsync(Only(states, "team/web-2"), Cancellation);

        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Theory]
    [InlineData(Index)]
    [InlineData(Index, First)]
    public async Task LoadAsync_SomebodyHasDeletedTheIndex_TheOtherPartsAreLoaded(params string[] deleted)
    {
        var states = States(24);
        var store = Store(Small);
        await store.SaveAsync(States(2), Cancellation);
        await store.SaveAsync(States(24), Cancellation);
        states["team/web-7"] = State(50);
        await store.SaveAsync(Only(states, "team/web-7"), Cancellation);
        foreach (var map in deleted) Maps.Delete(map);
        if (deleted.Contains(First))
        {
            foreach (var target in states.Keys.Where(target => SavedPart.Of(target, 4) == 0 && target != "team/web-7")) states.Remove(target);
        }

        var next = Store(Small);
        AssertSame(states, await next.LoadAllAsync(Cancellation));

        // The turn goes on, too: the copy before has been replaced.
        states["team/web-8"] = State(60);
        await next.SaveAsync(states, Cancellation);
        await Assert.ThrowsAsync<ApiException>(async () => await store.SaveAsync(States(24), Cancellation));
        AssertSame(states, await Store(Small).LoadAllAsync(Cancellation));
    }

    /// <summary>The ConfigMaps that are written from now on.</summary>
    private List<string> Written()
    {
        var written = new List<string>();
        Maps.Refusal = (method, name) =>
        {
            if (method != "GET") written.Add(name);
            return 0;
        };
        return written;
    }
}
