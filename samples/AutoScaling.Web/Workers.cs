using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using AutoScaling;

/// <summary>Workers that carry out orders, 200 ms for each, and the scaler that starts and stops them.</summary>
internal sealed class Workers : IScaler
{
    private readonly Channel<long> _orders = Channel.CreateUnbounded<long>(); // when each came
    private readonly ConcurrentStack<CancellationTokenSource> _running = new();
    private readonly Counter<int> _received;
    private readonly Histogram<double> _duration;

    public Workers(IMeterFactory meters)
    {
        var meter = meters.Create("Shop");
        _received = meter.CreateCounter<int>("orders.received");
        _duration = meter.CreateHistogram<double>("orders.duration", "s");
        _ = meter.CreateObservableGauge("orders.waiting", () => _orders.Reader.Count);
        Start();
    }

    public IResult Order()
    {
        _received.Add(1);
        return _orders.Writer.TryWrite(Stopwatch.GetTimestamp()) ? Results.Accepted() : Results.StatusCode(503);
    }

    public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) => new(ReplicaStatus.AllReady(_running.Count));

    public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        while (_running.Count < to) Start();
        while (_running.Count > to && _running.TryPop(out var last)) last.Cancel();
        return new(ScaleOutcome.Applied);
    }

    private void Start()
    {
        var stop = new CancellationTokenSource();
        _running.Push(stop);
        _ = WorkAsync(stop.Token);
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        await foreach (var came in _orders.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            _duration.Record(Stopwatch.GetElapsedTime(came).TotalSeconds);
        }
    }
}
