using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Saving;

/// <summary>What states cost that cannot be read: the target whose state it is, and nobody else.</summary>
public sealed class BrokenStatesTests : StubSaving
{
    [Fact]
    public async Task LoadAsync_TheStateOfOneTarget_CostsOnlyThatOne()
    {
        var states = States(5);
        await Store().SaveAsync(states, Cancellation);
        BreakState(First, "team/web-1");

        states.Remove("team/web-1");
        var next = Store();
        AssertSame(states, await next.LoadAllAsync(Cancellation));
        var told = Assert.Single(Log.GetSnapshot());
        Assert.Equal(LogLevel.Warning, told.Level);
        Assert.StartsWith("The state of team/web-1 in the ConfigMap 'default/autoscaling-state-0' cannot be read, so it starts anew: ", told.Message, StringComparison.Ordinal);

        // It is saved like any other from then on.
        states["team/web-1"] = State(9);
        await next.SaveAsync(Only(states, "team/web-1"), Cancellation);
        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Fact]
    public async Task LoadAsync_TheNewerStateOfOneTarget_DoesNotBringBackTheOlderOne()
    {
        var states = States(5);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        states["team/web-1"] = State(50);
        states["team/web-2"] = State(60);
        await store.SaveAsync(new Dictionary<string, ScalingState>(states.Where(s => s.Key is "team/web-1" or "team/web-2")), Cancellation);
        BreakState(Recent, "team/web-1");

        states.Remove("team/web-1");
        var next = Store();
        AssertSame(states, await next.LoadAllAsync(Cancellation));
        Assert.StartsWith("The state of team/web-1 in the ConfigMap 'default/autoscaling-state-scaled' ", Assert.Single(Log.GetSnapshot()).Message, StringComparison.Ordinal);

        // Nor is it brought back once something else was saved.
        states["team/web-3"] = State(70);
        await next.SaveAsync(Only(states, "team/web-3"), Cancellation);
        AssertSame(states, await Store().LoadAllAsync(Cancellation));
    }

    [Theory]
    [InlineData("bm90IGEgemlw")] // No archive.
    [InlineData(null)] // No JSON.
    public async Task LoadAsync_APart_CostsOnlyItsTargets(string? content)
    {
        var states = States(24);
        var store = Store(Small);
        await store.SaveAsync(States(2), Cancellation);
        await store.SaveAsync(states, Cancellation);
        string[] lost = [.. states.Keys.Where(target => SavedPart.Of(target, 4) == 2)];
        Assert.NotEmpty(lost);
        states[lost[0]] = State(50);
        await store.SaveAsync(Only(states, lost[0]), Cancellation);
        BreakAll("autoscaling-state-2", content ?? ZippedStates.Zip("[1, 2"));

        foreach (var target in lost.Skip(1)) states.Remove(target);
        AssertSame(states, await Store(Small).LoadAllAsync(Cancellation));
        var told = Assert.Single(Log.GetSnapshot());
        Assert.Equal(LogLevel.Warning, told.Level);
        Assert.StartsWith("The states in the ConfigMap 'default/autoscaling-state-2' cannot be read, so their targets start anew: ", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_WhatWasSavedSinceTheParts_LeavesWhatTheyHold()
    {
        var states = States(5);
        var store = Store();
        await store.SaveAsync(states, Cancellation);
        await store.SaveAsync(new Dictionary<string, ScalingState> { ["team/web-1"] = State(50) }, Cancellation);
        BreakAll(Recent);

        var next = Store();
        AssertSame(states, await next.LoadAllAsync(Cancellation));
        Assert.StartsWith(
            "The states in the ConfigMap 'default/autoscaling-state-scaled' cannot be read, so targets that were scaled last go on with what was saved of them before: ",
            Assert.Single(Log.GetSnapshot()).Message,
            StringComparison.Ordinal);

        // Written over, it is no trouble for the copy after this one.
        await next.SaveAsync(Only(states, "team/web-3"), Cancellation);
        AssertSame(states, await Store().LoadAllAsync(Cancellation));
        Assert.Single(Log.GetSnapshot());
    }
}
