using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AutoScaling.Sample.Work;

/// <summary>Keeps the jobs that wait, and hands them to the workers that ask for them over loopback TCP. Measures itself with .NET instruments.</summary>
/// <remarks>
/// It sends <c>job ID CPU_MS PAUSE_MS</c>, and the worker answers <c>done ID</c>, or <c>last ID</c> if it ends afterwards. A job whose worker is gone goes to
/// another one, before all others.
/// </remarks>
internal sealed class Dispatcher : IAsyncDisposable
{
    public const string MeterName = "AutoScaling.Sample";
    public const string QueueInstrument = "queue.length";
    public const string ArrivalInstrument = "jobs.arrived";

    private readonly TimeProvider _time;
    private readonly Channel<Queued> _queue = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<Queued> { Comparer = Comparer<Queued>.Create((a, b) => a.Job.Id.CompareTo(b.Job.Id)) });
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _arrivals;
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _waits = [];
    private readonly HashSet<Task> _workers = [];
    private readonly Task _accepting;
    private long _arrived;
    private long _served;
    private long _returned;

    public Dispatcher(TimeProvider time)
    {
        _time = time;
        _meter.CreateObservableGauge(QueueInstrument, () => _queue.Reader.Count, "{job}", "Jobs that wait for a worker.");
        _arrivals = _meter.CreateCounter<long>(ArrivalInstrument, "{job}", "Jobs that have arrived.");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where workers connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Workers that are connected.</summary>
    public int Workers
    {
        get
        {
            lock (_lock) return _workers.Count;
        }
    }

    /// <summary>Jobs that wait.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Jobs that have arrived.</summary>
    public long Arrived => Interlocked.Read(ref _arrived);

    /// <summary>Jobs that are done.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>Jobs that were given to another worker, because the first was gone.</summary>
    public long Returned => Interlocked.Read(ref _returned);

    /// <summary>How long each job that is done had waited for a worker. A copy.</summary>
    public TimeSpan[] Waits()
    {
        lock (_lock) return [.. _waits];
    }

    public void Add(Job job)
    {
        Interlocked.Increment(ref _arrived);
        _arrivals.Add(1);
        _queue.Writer.TryWrite(new(job, _time.GetTimestamp()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        Task[] workers;
        lock (_lock) workers = [.. _workers];
        await Task.WhenAll(workers);
        _meter.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var worker = ServeAsync(client);
                lock (_lock) _workers.Add(worker);
                _ = worker.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private void Forget(Task worker)
    {
        lock (_lock) _workers.Remove(worker);
    }

    private async Task ServeAsync(TcpClient client)
    {
        Queued? given = null;
        try
        {
            using (client)
            {
                client.NoDelay = true;
                using var reader = new StreamReader(client.GetStream());
                await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                // Always one read under way, so that a worker that goes while there is nothing to do is noticed.
                var answer = reader.ReadLineAsync(_stop.Token).AsTask();
                while (true)
                {
                    var job = _queue.Reader.WaitToReadAsync(_stop.Token).AsTask();
                    if (await Task.WhenAny(answer, job) == answer) return;
                    await job;
                    if (!_queue.Reader.TryRead(out given)) continue; // Another worker was quicker.

                    var wait = _time.GetElapsedTime(given.Since);
                    await writer.WriteLineAsync(Line(given.Job).AsMemory(), _stop.Token);
                    if (await answer is not { } line) return;
                    Done(wait);
                    given = null;
                    if (line.StartsWith("last", StringComparison.Ordinal)) return;
                    answer = reader.ReadLineAsync(_stop.Token).AsTask();
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The worker is gone, or the run is over.
        }
        finally
        {
            if (given is not null && _queue.Writer.TryWrite(given)) Interlocked.Increment(ref _returned);
        }
    }

    private void Done(TimeSpan wait)
    {
        Interlocked.Increment(ref _served);
        lock (_lock) _waits.Add(wait);
    }

    private static string Line(Job job) =>
        string.Create(CultureInfo.InvariantCulture, $"job {job.Id} {job.Cpu.TotalMilliseconds} {job.Pause.TotalMilliseconds}");

    private sealed record Queued(Job Job, long Since);
}
