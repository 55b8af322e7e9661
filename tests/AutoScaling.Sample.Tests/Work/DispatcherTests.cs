using System.Net;
using System.Net.Sockets;
using AutoScaling.Sample.Work;

namespace AutoScaling.Sample.Tests.Work;

/// <summary>The dispatcher with workers that are played by the test.</summary>
public sealed class DispatcherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_Answers_GetsTheNextJob()
    {
        await using var dispatcher = new Dispatcher(TimeProvider.System);
        using var worker = await Player.Connect(dispatcher);
        dispatcher.Add(Job(1));
        dispatcher.Add(Job(2));

        Assert.Equal("job 1 15 60", await worker.Read());
        await worker.Write("done 1");
        Assert.Equal("job 2 15 60", await worker.Read());
        Assert.Equal((2, 1, 0), (dispatcher.Arrived, dispatcher.Served, dispatcher.Waiting));
        Assert.Single(dispatcher.Waits());
    }

    [Fact]
    public async Task Worker_SaysThatItWasItsLastJob_GetsNoOther()
    {
        await using var dispatcher = new Dispatcher(TimeProvider.System);
        using var worker = await Player.Connect(dispatcher);
        dispatcher.Add(Job(1));
        dispatcher.Add(Job(2));
        await worker.Read();

        await worker.Write("last 1");

        Assert.Null(await worker.Read());
        Assert.Equal((1, 0, 1), (dispatcher.Served, dispatcher.Returned, dispatcher.Waiting));
    }

    [Fact]
    public async Task Worker_DiesWithItsJob_AnotherGetsThatJobFirst()
    {
        await using var dispatcher = new Dispatcher(TimeProvider.System);
        using (var dies = await Player.Connect(dispatcher))
        {
            dispatcher.Add(Job(1));
            await dies.Read();
            dispatcher.Add(Job(2));
        }

        await Executable.Until(() => dispatcher.Returned == 1, "the job is back");
        using var other = await Player.Connect(dispatcher);
        Assert.Equal("job 1 15 60", await other.Read());
    }

    [Fact]
    public async Task Worker_GoesWhileThereIsNothingToDo_IsNotGivenAJob()
    {
        await using var dispatcher = new Dispatcher(TimeProvider.System);
        var gone = await Player.Connect(dispatcher);
        await Executable.Until(() => dispatcher.Workers == 1, "the worker is known");
        gone.Dispose();
        await Executable.Until(() => dispatcher.Workers == 0, "it is known to be gone");

        dispatcher.Add(Job(1));

        Assert.Equal((1, 0), (dispatcher.Waiting, dispatcher.Returned));
    }

    [Fact]
    public async Task Dispose_WorkerInMidJob_EndsTheConnection()
    {
        var dispatcher = new Dispatcher(TimeProvider.System);
        using var worker = await Player.Connect(dispatcher);
        dispatcher.Add(Job(1));
        await worker.Read();

        await dispatcher.DisposeAsync();

        Assert.Null(await worker.Read());
    }

    private static Job Job(long id) => new(id, TimeSpan.Zero, TimeSpan.FromMilliseconds(15), TimeSpan.FromMilliseconds(60));

    private sealed class Player(TcpClient client) : IDisposable
    {
        private readonly StreamReader _reader = new(client.GetStream());
        private readonly StreamWriter _writer = new(client.GetStream()) { AutoFlush = true };

        public static async Task<Player> Connect(Dispatcher dispatcher)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, dispatcher.Port, Cancellation);
            return new(client);
        }

        public Task<string?> Read() => _reader.ReadLineAsync(Cancellation).AsTask();

        public Task Write(string line) => _writer.WriteLineAsync(line.AsMemory(), Cancellation);

        public void Dispose()
        {
            _reader.Dispose();
            client.Dispose();
        }
    }
}
