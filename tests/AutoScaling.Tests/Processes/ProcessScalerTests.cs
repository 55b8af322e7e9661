using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Processes;

public sealed class ProcessScalerTests : ProcessTest
{
    [Fact]
    public async Task ScaleAsync_Up_StartsProcessesThatKnowTheirReplica()
    {
        await using var scaler = Scaler(Shell("echo here > $AUTOSCALING_REPLICA; exec sleep 1000"));

        Assert.Equal(ScaleOutcome.Applied, await Scale(scaler, 0, 2));

        await TextOf("web-0");
        await TextOf("web-1");
        var status = await Status(scaler);
        Assert.Equal((2, 2, 0, 0, 0), (status.Desired, status.Ready, status.Starting, status.Unready, status.Terminating));
        Assert.Equal(["web-0", "web-1"], status.Members.Select(member => member.Name));
        Assert.Equal(2, Ids(scaler).Count(IsAlive));
    }

    [Fact]
    public async Task ScaleAsync_Down_StopsTheNewest()
    {
        await using var scaler = Scaler(Sleeper);
        await Scale(scaler, 0, 3);
        var ids = Ids(scaler);

        Assert.Equal(ScaleOutcome.Applied, await Scale(scaler, 3, 1));

        await UntilGone(ids[1..]);
        Assert.True(IsAlive(ids[0]));
        await Until(async () => (await Status(scaler)).Terminating == 0, "both have stopped");
        Assert.Equal("web-0", Assert.Single((await Status(scaler)).Members).Name);
        Assert.Empty(Sentences(LogLevel.Warning));
    }

    [Fact]
    public async Task ScaleAsync_Down_LetsTheProcessEndByItself()
    {
        await using var scaler = Scaler(Shell("trap 'echo bye > bye; exit 0' TERM; echo ready > ready; while :; do sleep 0.1; done"));
        await Scale(scaler, 0, 1);
        await TextOf("ready");
        var id = Assert.Single(Ids(scaler));

        await Scale(scaler, 1, 0);

        Assert.Equal("bye\n", await TextOf("bye"));
        await Until(() => Sentences(LogLevel.Debug).Contains($"web-0 (process {id}) has stopped."), "the stop is logged");
        Assert.Empty(Sentences(LogLevel.Warning));
    }

    [Fact]
    public async Task ScaleAsync_DownWhenTheProcessIgnoresSigterm_KillsItAfterTheGrace()
    {
        var time = new FakeTimeProvider();
        await using var scaler = Scaler(Shell("trap 'echo got > term' TERM; echo ready > ready; i=0; while [ $i -lt 600 ]; do sleep 0.1; i=$((i+1)); done") with { Grace = TimeSpan.FromSeconds(10) }, time);
        await Scale(scaler, 0, 1);
        await TextOf("ready");
        var id = Assert.Single(Ids(scaler));

        await Scale(scaler, 1, 0);
        await TextOf("term");
        var status = await Status(scaler);
        Assert.Equal((0, 0, 1), (status.Desired, status.Ready, status.Terminating));
        var member = Assert.Single(status.Members);
        Assert.True(member.IsTerminating);
        Assert.Equal(ReplicaReadiness.NotReady, member.Readiness);
        Assert.True(IsAlive(id));

        await Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return !IsAlive(id);
            },
            "it is killed");
        await Until(async () => (await Status(scaler)).Members.IsEmpty, "it is gone");
        Assert.Equal([$"web-0 (process {id}) was killed, because it did not end within 10 s of SIGTERM."], Sentences(LogLevel.Warning));
    }

    [Fact]
    public async Task ScaleAsync_DownWhenAChildOutlivesItsParent_GivesTheChildTheGraceToo()
    {
        var child = "trap 'while [ ! -e go ]; do sleep 0.05; done; echo done > done; exit 0' TERM; echo $$ > child; while :; do sleep 0.1; done";
        await using var scaler = Scaler(Shell($"sh -c \"$CHILD\" & wait") with { Environment = ImmutableDictionary<string, string>.Empty.Add("CHILD", child), Grace = TimeSpan.FromMinutes(10) });
        await Scale(scaler, 0, 1);
        var childId = await IdIn("child");
        var id = Assert.Single(Ids(scaler));

        await Scale(scaler, 1, 0);
        await UntilGone(id);
        Assert.True(IsAlive(childId));
        Assert.Equal(1, (await Status(scaler)).Terminating);

        await File.WriteAllTextAsync(At("go"), "", Cancellation);
        await TextOf("done");
        await Until(async () => (await Status(scaler)).Members.IsEmpty, "the replica is gone");
        Assert.Empty(Sentences(LogLevel.Warning));
    }

    [Fact]
    public async Task ScaleAsync_DownToNoneWhileItWaitsToBeStartedAgain_ForgetsItAtOnce()
    {
        await using var scaler = Scaler(Shell("exit 1"), new FakeTimeProvider());
        await Scale(scaler, 0, 1);
        await Until(async () => (await Status(scaler)).Unready == 1, "it has crashed");

        await Scale(scaler, 1, 0);

        await Until(async () => (await Status(scaler)).Members.IsEmpty, "it is gone");
    }

    [Fact]
    public async Task ScaleAsync_UpWhileOneIsStillStopping_GivesItsNameToNoOther()
    {
        await using var scaler = Scaler(Shell("trap 'while [ ! -e go ]; do sleep 0.05; done; exit 0' TERM; echo ready > $AUTOSCALING_REPLICA; while :; do sleep 0.1; done"));
        await Scale(scaler, 0, 1);
        await TextOf("web-0");
        await Scale(scaler, 1, 0);

        await Scale(scaler, 0, 1);

        var status = await Status(scaler);
        Assert.Equal((1, 1), (status.Desired, status.Terminating));
        Assert.Equal(["web-0", "web-1"], status.Members.Select(member => member.Name));

        await File.WriteAllTextAsync(At("go"), "", Cancellation);
        await Until(async () => (await Status(scaler)).Terminating == 0, "the first is gone");
        await Scale(scaler, 1, 2);
        Assert.Equal(["web-1", "web-0"], (await Status(scaler)).Members.Select(member => member.Name));
    }

    [Fact]
    public async Task ScaleAsync_FromAnotherCount_IsRejected()
    {
        await using var scaler = Scaler(Sleeper);
        await Scale(scaler, 0, 1);

        Assert.Equal(ScaleOutcome.Rejected("it has 1 replica, not 3"), await Scale(scaler, 3, 4));
        Assert.Equal(ScaleOutcome.Unchanged, await Scale(scaler, 1, 1));
        Assert.Equal(1, (await Status(scaler)).Desired);
    }

    [Theory]
    [InlineData("no-such-program", null, "the program 'no-such-program' is in no directory of PATH")]
    [InlineData("./no-such-program", null, "the program './no-such-program' does not exist")]
    [InlineData("/proc/cpuinfo", null, "the program '/proc/cpuinfo' is not executable")]
    [InlineData("sleep", "/no-such-folder", "the working directory '/no-such-folder' does not exist")]
    public async Task ScaleAsync_WhatCannotBeStarted_FailsAndChangesNothing(string fileName, string? workingDirectory, string reason)
    {
        await using var scaler = Scaler(Sleeper with { FileName = fileName, WorkingDirectory = workingDirectory });

        Assert.Equal(ScaleOutcome.Failed(reason), await Scale(scaler, 0, 2));

        var status = await Status(scaler);
        Assert.Equal((0, 0), (status.Desired, status.Members.Length));
    }

    [Fact]
    public async Task ScaleAsync_CancelledMeanwhile_ChangesNothing()
    {
        await using var scaler = Scaler(Sleeper);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await scaler.ScaleAsync("web", 0, 1, cancelled.Token));

        Assert.Equal(0, (await Status(scaler)).Desired);
    }

    [Fact]
    public async Task ScaleAsync_ManyAtOnce_AppliesOneAndRejectsTheOthers()
    {
        await using var scaler = Scaler(Sleeper);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Scale(scaler, 0, 2), Cancellation)));

        Assert.Single(outcomes, outcome => outcome.Kind == ScaleOutcomeKind.Applied);
        Assert.Equal(7, outcomes.Count(outcome => outcome.Kind == ScaleOutcomeKind.Rejected));
        Assert.Equal(2, Ids(scaler).Length);
    }

    [Fact]
    public async Task GetReplicasAsync_FirstLook_StartsTheInitialReplicas()
    {
        await using var scaler = Scaler(Sleeper with { InitialReplicas = 2 });

        Assert.Equal(2, (await Status(scaler)).Ready);
        Assert.Equal(2, Ids(scaler).Count(IsAlive));
    }

    [Fact]
    public async Task GetReplicasAsync_InitialReplicasThatCannotBeStarted_SaysWhy()
    {
        await using var scaler = Scaler(Sleeper with { FileName = "no-such-program", InitialReplicas = 1 });

        var error = await Assert.ThrowsAsync<ScalingException>(() => Status(scaler));

        Assert.Equal(ScalingErrorKind.ScalingFailed, error.Kind);
        Assert.Equal("The initial replicas of 'web' could not be started: the program 'no-such-program' is in no directory of PATH.", error.Message);
    }

    [Fact]
    public async Task GetReplicasAsync_WithinTheStartupTime_CountsAsStarting()
    {
        var time = new FakeTimeProvider();
        await using var scaler = Scaler(Sleeper with { StartupTime = TimeSpan.FromSeconds(5) }, time);
        await Scale(scaler, 0, 1);
        var started = time.GetUtcNow();

        time.Advance(TimeSpan.FromSeconds(4));
        var status = await Status(scaler);
        Assert.Equal((1, 0, 1), (status.Desired, status.Ready, status.Starting));
        Assert.Equal(
            new Replica { Name = "web-0", Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.NotReady, StartedAt = started, ReadinessChangedAt = started },
            Assert.Single(status.Members));

        time.Advance(TimeSpan.FromSeconds(1));
        status = await Status(scaler);
        Assert.Equal((1, 1, 0), (status.Desired, status.Ready, status.Starting));
        Assert.Equal(
            new Replica { Name = "web-0", Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.Ready, StartedAt = started, ReadinessChangedAt = started.AddSeconds(5) },
            Assert.Single(status.Members));
    }

    [Fact]
    public async Task GetReplicasAsync_UnknownTarget_SaysSo()
    {
        await using var scaler = Scaler(Sleeper);
        var error = await Assert.ThrowsAsync<ScalingException>(async () => await scaler.GetReplicasAsync("api", Cancellation));
        Assert.Equal("There is no ProcessSpec for 'api'.", error.Message);
    }

    [Fact]
    public async Task DisposeAsync_Always_StopsAllAndLetsNothingStart()
    {
        var scaler = Scaler(Shell("trap 'echo bye > $AUTOSCALING_REPLICA; exit 0' TERM; echo ready > ready-$AUTOSCALING_REPLICA; while :; do sleep 0.1; done"));
        await Scale(scaler, 0, 2);
        var ids = Ids(scaler);
        await TextOf("ready-web-0");
        await TextOf("ready-web-1");

        await scaler.DisposeAsync();
        await scaler.DisposeAsync();

        Assert.DoesNotContain(ids, IsAlive);
        Assert.True(File.Exists(At("web-0")));
        Assert.True(File.Exists(At("web-1")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Scale(scaler, 0, 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Status(scaler));
    }

    [Fact]
    public void Constructor_TwoSpecsForOneTarget_NamesIt() =>
        Assert.Equal(
            "Target must be different in every ProcessSpec, but 'web' is there twice.",
            Assert.Throws<ScalingException>(() => new ProcessScaler([Sleeper, Sleeper], TimeProvider.System)).Message);
}
