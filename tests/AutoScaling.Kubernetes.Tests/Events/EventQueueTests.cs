using System.Text.Json.Nodes;
using System.Threading.Channels;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Kubernetes.Tests.Events;

public sealed class EventQueueTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnEvaluated_ServerThatDoesNotTakeEvents_HoldsNobodyUpAndDropsTheOldest()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Watch = StubServer.QuietAsync;
        using var server = new SlowEvents(stub);
        await using var host = Host(stub);
        var (writer, record) = await FirstAsync(host);
        for (var i = 1; i < 8; i++) writer.OnEvaluated(record);
        await server.WaitForAsync(8);

        // Eight are on their way, ten thousand wait, ten are too many.
        for (var i = 0; i < 10_010; i++) writer.OnEvaluated(record);
        server.Open();

        await host.Log.WaitForAsync(1, Cancellation);
        Assert.Equal(["10 Kubernetes Events were dropped, the oldest first, because they came faster than they could be written."], host.Log.Warnings);
    }

    [Fact]
    public async Task OnEvaluated_WholeFleetAtOnce_IsWrittenToTheLastEightAtATime()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Watch = StubServer.QuietAsync;
        using var server = new SlowEvents(stub);
        await using var host = Host(stub);
        var (writer, record) = await FirstAsync(host);
        for (var i = 1; i < 5_000; i++) writer.OnEvaluated(record);
        await server.WaitForAsync(8);
        server.Open();
        await server.WaitForAsync(5_000 - 8);

        Assert.Equal((5_000, 8), (server.Names.Count, server.MostAtOnce));
        Assert.Empty(host.Log.Warnings);
    }

    [Fact]
    public async Task DisposeAsync_EventsThatWait_AreWritten()
    {
        await using var stub = await StubServer.StartAsync();
        stub.Watch = StubServer.QuietAsync;
        using var server = new SlowEvents(stub);
        await using var host = Host(stub);
        var (writer, record) = await FirstAsync(host);
        for (var i = 1; i < 100; i++) writer.OnEvaluated(record);

        var stopping = writer.DisposeAsync().AsTask();
        server.Open();
        await stopping;

        Assert.Equal(100, server.Names.Count);
        Assert.Empty(host.Log.Warnings);
    }

    [Fact]
    public async Task DisposeAsync_ServerThatDoesNotTakeEvents_WaitsForItForFiveSecondsAndSaysWhatIsLost()
    {
        var time = new FakeTimeProvider();
        await using var stub = await StubServer.StartAsync();
        stub.Watch = StubServer.QuietAsync;
        using var server = new SlowEvents(stub);
        await using var host = Host(stub, time);
        var (writer, record) = await FirstAsync(host);
        for (var i = 1; i < 20; i++) writer.OnEvaluated(record);
        await server.WaitForAsync(8);

        var stopping = writer.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(stopping.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await stopping.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.Equal(["20 Kubernetes Events may not have been written, because the host stops."], host.Log.Warnings);
    }

    private static ScalingHost Host(StubServer stub, TimeProvider? time = null) => new(
        o => (o.KubeConfig, o.RequestsPerSecond, o.Burst) = (stub.Options().KubeConfig, 1_000_000, 1_000_000), [ScalingHost.Policy("web")], time);

    /// <summary>Makes the first Event.</summary>
    private static async Task<(EventWriter Writer, ScalingRecord Record)> FirstAsync(ScalingHost host)
    {
        host.Cpu = 90;
        var record = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal(ScaleOutcome.Applied, record.Outcome);
        return (host.Services.GetServices<IScalingObserver>().OfType<EventWriter>().Single(), record);
    }

    /// <summary>Takes Events only when it is opened.</summary>
    private sealed class SlowEvents : IDisposable
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Channel<bool> _posted = Channel.CreateUnbounded<bool>();
        private int _now;

        public SlowEvents(StubServer stub) => stub.Fault = async (context, request, _) =>
        {
            if (request != "POST /api/v1/namespaces/default/events") return false;
            var now = Interlocked.Increment(ref _now);
            lock (Names) MostAtOnce = Math.Max(MostAtOnce, now);
            var document = await JsonNode.ParseAsync(context.Request.Body);
            lock (Names) Names.Add((string)document!["metadata"]!["name"]!);
            _posted.Writer.TryWrite(true);
            await _open.Task;
            Interlocked.Decrement(ref _now);
            return false;
        };

        public HashSet<string> Names { get; } = [];

        public int MostAtOnce { get; private set; }

        public void Open() => _open.TrySetResult();

        /// <summary>Lets go of what it holds, so that a test that fails ends.</summary>
        public void Dispose() => Open();

        /// <summary>Waits until that many more have come.</summary>
        public async Task WaitForAsync(int count)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromMinutes(1));
            for (var i = 0; i < count; i++) await _posted.Reader.ReadAsync(patience.Token);
        }
    }
}
