using Microsoft.Extensions.Logging;

namespace AutoScaling.Tests.Recording;

/// <summary>Who closes a decision log or a state file while it is in use: it waits, but not for ever, and cuts nothing off.</summary>
public sealed class HangingDiskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _release = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "file");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_TheLogIsInTheMidstOfALine_TheLineIsWrittenToItsEnd(bool hangs)
    {
        var isOpen = false;
        var type = RuleType.Create("slow", new SlowRule(), table => table.Flag("loud", "Whether it is loud.", r => Hold(isOpen, r.Loud), (r, v) => r with { Loud = v }));
        using var log = new DecisionLog(Path, [type]);
        isOpen = true;
        var policy = new ScalingPolicy { Target = "web", Rules = [new SlowRule()] };
        var state = ScalingState.New;
        await DisposedAsync(log, hangs, () => log.OnEvaluated(new() { Target = "web", At = DateTimeOffset.UnixEpoch, Policy = policy, State = state, Next = state }));
        log.Dispose();
        Assert.False(File.Exists(Path + ".lock"));
        isOpen = false;
        Assert.Equal("web", Assert.Single(DecisionLog.Read(Path, [type])).Target.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_TheStoreIsInTheMidstOfReading_ItReadsToTheEnd(bool hangs)
    {
        await File.WriteAllTextAsync(Path, """{"web":5}""", Stop);
        using var store = new FileStateStore(Path, new SlowLog(() => Hold(true, false)));
        await DisposedAsync(store, hangs, () => Assert.Empty(store.LoadAllAsync(Stop).AsTask().GetAwaiter().GetResult()));
        store.Dispose();
        Assert.False(File.Exists(Path + ".lock"));
    }

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Disposes something that is in use: once that is over, or though it is not.</summary>
    private async Task DisposedAsync(IDisposable file, bool hangs, Action use)
    {
        var inUse = Task.Factory.StartNew(use, Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await _begun.Task;
        var closing = new Thread(file.Dispose) { IsBackground = true };
        closing.Start();
        while (!hangs && !closing.ThreadState.HasFlag(ThreadState.WaitSleepJoin)) await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        if (hangs)
        {
            closing.Join();
            Assert.True(File.Exists(Path + ".lock"));
        }

        _release.Set();
        closing.Join();
        await inUse;
    }

    private T Hold<T>(bool holds, T value)
    {
        if (!holds) return value;
        _begun.TrySetResult();
        _release.Wait(CancellationToken.None);
        return value;
    }

    private sealed record SlowRule : ScalingRule
    {
        public override string Name { get; init; } = "slow";

        public bool Loud { get; init; }

        public override Recommendation Recommend(in RuleContext context) => new(RecommendationKind.Replicas, RecommendationReason.Fixed, 1);
    }

    private sealed class SlowLog(Action told) : ILogger<FileStateStore>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => told();
    }
}
