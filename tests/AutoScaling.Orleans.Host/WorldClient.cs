using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AutoScaling.Orleans.Host;

/// <summary>
/// Asks the world of the tests, which lives in their process: replicas, readings and scalings of all targets. One line a question, one line
/// an answer, told apart by a number.
/// </summary>
internal sealed class WorldClient
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<string>> _asked = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    private readonly string _silo;
    private long _last;

    private WorldClient(string silo, TcpClient connection)
    {
        _silo = silo;
        _ = WriteAsync(new(connection.GetStream()));
        _ = ReadAsync(new(connection.GetStream()));
    }

    public static async Task<WorldClient> ConnectAsync(int port, string silo)
    {
        var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(IPAddress.Loopback, port);
        return new(silo, connection);
    }

    /// <summary>Tells something that has no answer.</summary>
    public void Tell(string what) => _lines.Writer.TryWrite($"0 {_silo} {what}");

    public async Task<string> AskAsync(string what, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _last);
        var answer = _asked.GetOrAdd(number, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        _lines.Writer.TryWrite(string.Create(CultureInfo.InvariantCulture, $"{number} {_silo} {what}"));
        return await answer.Task.WaitAsync(cancellationToken);
    }

    private async Task WriteAsync(StreamWriter writer)
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryRead(out var line)) await writer.WriteAsync(line + "\n");
            await writer.FlushAsync();
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (_asked.TryRemove(long.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture), out var asked)) asked.TrySetResult(line[(space + 1)..]);
        }
    }
}

/// <summary>Scales the targets of the world.</summary>
internal sealed class WorldScaler(WorldClient world) : IScaler
{
    public async ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        var count = int.Parse(await world.AskAsync($"R {target}", cancellationToken), CultureInfo.InvariantCulture);
        return new() { Desired = count, Ready = count };
    }

    public async ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) =>
        await world.AskAsync(string.Create(CultureInfo.InvariantCulture, $"S {target} {from} {to}"), cancellationToken) is "ok"
            ? ScaleOutcome.Applied
            : ScaleOutcome.Rejected("it has another count");
}

/// <summary>Reads the targets' CPU from the world.</summary>
internal sealed class WorldMetrics(WorldClient world, TimeProvider time) : IMetricsProvider
{
    public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var cpu = double.Parse(await world.AskAsync($"M {request.Target}", cancellationToken), CultureInfo.InvariantCulture);
        return ServiceMetrics.Of(time.GetUtcNow(), cpu);
    }
}
