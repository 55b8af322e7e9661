using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Processes;

public sealed class ProcessRestartTests : ProcessTest
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Crash_AgainAndAgain_DoublesTheWaitUpToTheLongest()
    {
        await using var scaler = Scaler(Shell("echo $$ >> runs; exit 3") with { RestartBackoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)) }, _time);
        await Scale(scaler, 0, 1);

        int[] waits = [1, 2, 4, 5, 5];
        for (var crash = 1; crash <= waits.Length; crash++)
        {
            await Until(() => Sentences(LogLevel.Warning).Length == crash, $"crash {crash} is logged");
            var runs = await File.ReadAllLinesAsync(At("runs"), Cancellation);
            Assert.Equal(crash, runs.Length);
            Assert.Equal($"web-0 (process {runs[^1]}) ended by itself with exit code 3 after 0 s; it is started again in {waits[crash - 1]} s.", Sentences(LogLevel.Warning)[^1]);

            _time.Advance(TimeSpan.FromSeconds(waits[crash - 1]) - TimeSpan.FromTicks(1));
            var status = await Status(scaler);
            Assert.Equal((1, 0, 1), (status.Desired, status.Ready, status.Unready));
            Assert.Equal(crash - 1, Sentences(LogLevel.Information).Length);

            _time.Advance(TimeSpan.FromTicks(1));
            await Until(() => Sentences(LogLevel.Information).Length == crash, "it is started again");
        }
    }

    [Fact]
    public async Task Crash_AfterItRanForTheLongestWait_BeginsWithTheShortestAgain()
    {
        await using var scaler = Scaler(Sleeper, _time);
        await Scale(scaler, 0, 1);

        await KillAndRestart(scaler, "after 0 s; it is started again in 1 s.", wait: 1);
        await KillAndRestart(scaler, "after 0 s; it is started again in 2 s.", wait: 2);
        _time.Advance(TimeSpan.FromSeconds(59));
        await KillAndRestart(scaler, "after 59 s; it is started again in 4 s.", wait: 4);
        _time.Advance(TimeSpan.FromSeconds(60));
        await KillAndRestart(scaler, "after 60 s; it is started again in 1 s.", wait: 1);
    }

    [Fact]
    public async Task Crash_WhileItWaits_IsUnreadyAndPending()
    {
        await using var scaler = Scaler(Shell("exit 0"), _time);
        await Scale(scaler, 0, 1);

        await Until(async () => (await Status(scaler)).Unready == 1, "it has ended");

        Assert.Equal(
            new Replica { Name = "web-0", Phase = ReplicaPhase.Pending, Readiness = ReplicaReadiness.NotReady, ReadinessChangedAt = _time.GetUtcNow() },
            Assert.Single((await Status(scaler)).Members));
    }

    [Fact]
    public async Task Crash_WithChildren_LeavesNoneBehind()
    {
        await using var scaler = Scaler(Shell("sleep 1000 & echo $! > child; exit 1"), _time);
        await Scale(scaler, 0, 1);

        await UntilGone(await IdIn("child"));
    }

    [Fact]
    public async Task Crash_WhenTheProgramIsGone_TriesAgainLater()
    {
        File.Copy("/bin/sleep", At("worker"));
        await using var scaler = Scaler(Sleeper with { FileName = At("worker") }, _time);
        await Scale(scaler, 0, 1);
        await UntilTheyRun(scaler, "worker");
        File.Move(At("worker"), At("moved"));

        Assert.Single(Running(scaler)).Signal(Posix.Kill);
        await Until(() => Sentences(LogLevel.Warning).Length == 1, "the crash is seen");
        _time.Advance(TimeSpan.FromSeconds(1));
        await Until(() => Sentences(LogLevel.Warning).Length == 2, "the start has failed");
        Assert.Equal($"web-0 could not be started again: the program '{At("worker")}' does not exist; the next try is in 2 s.", Sentences(LogLevel.Warning)[^1]);

        File.Move(At("moved"), At("worker"));
        _time.Advance(TimeSpan.FromSeconds(2));
        await Until(async () => (await Status(scaler)).Ready == 1, "it runs again");
    }

    private async Task KillAndRestart(ProcessScaler scaler, string sentenceEnd, int wait)
    {
        var crashes = Sentences(LogLevel.Warning).Length;
        var process = Assert.Single(Running(scaler));
        process.Signal(Posix.Kill);
        await Until(() => Sentences(LogLevel.Warning).Length > crashes, "the crash is seen");
        Assert.Equal($"web-0 (process {process.Id}) ended by itself with exit code 137 {sentenceEnd}", Sentences(LogLevel.Warning)[^1]);
        _time.Advance(TimeSpan.FromSeconds(wait));
        await Until(() => Ids(scaler).Length == 1, "it is started again");
    }
}
