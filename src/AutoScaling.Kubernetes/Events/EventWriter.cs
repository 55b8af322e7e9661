using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes;

/// <summary>Writes every scaling that was carried out or refused as a Kubernetes Event on its target, beside the loop, which it never holds up.</summary>
internal sealed class EventWriter : IScalingObserver, IAsyncDisposable, IDisposable
{
    private const int LongestQueue = 1000;
    private const int LongestMessage = 1000; // The API server takes 1,024 bytes.
    private const int LongestName = 200;

    // What is refused at every tick for the same reason is one piece of news.
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ScalingTarget, (string Reason, DateTimeOffset At)> _refused = new();
    private readonly KubernetesCluster _cluster;
    private readonly KubernetesScaler _scaler;
    private readonly TimeProvider _time;
    private readonly ILogger<KubernetesScaler> _log;
    private readonly Channel<(EventDocument Event, ApiResource Resource)> _queue;
    private readonly Task _writing;
    private long _dropped;
    private long _names;
    private bool _disposed;

    public EventWriter(KubernetesCluster cluster, KubernetesScaler scaler, TimeProvider time, ILogger<KubernetesScaler> log)
    {
        (_cluster, _scaler, _time, _log) = (cluster, scaler, time, log);
        _queue = Channel.CreateBounded<(EventDocument, ApiResource)>(
            new BoundedChannelOptions(LongestQueue) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _writing = Task.Run(WriteAsync);
    }

    public void OnEvaluated(ScalingRecord record)
    {
        if (!_cluster.Options.Events) return;
        if (record.Decision is not { } decision || decision.From == decision.To || _scaler.Find(record.Target) is not { } found) return;
        var applied = record.Outcome.Kind == ScaleOutcomeKind.Applied;
        if (applied) _refused.TryRemove(record.Target, out _);
        else if (record.Outcome.Reason is not { } why || !IsNews(record.Target, why, record.At)) return;
        var reason = !applied ? "ScalingRefused" : decision.Direction == ScaleDirection.Up ? "ScaledUp" : "ScaledDown";
        _queue.Writer.TryWrite((Event(found.Target, found.Workload, applied ? "Normal" : "Warning", reason, record.Explain(), record.At), found.Target.Resource));
    }

    /// <summary>Writes what is waiting, for a short while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _queue.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(Farewell, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A cluster that does not answer must not keep the host from ending.
        }

        Dispose();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _queue.Writer.TryComplete();
        _stop.Cancel();
        _stop.Dispose();
    }

    private bool IsNews(ScalingTarget target, string why, DateTimeOffset at)
    {
        if (_refused.TryGetValue(target, out var last) && string.Equals(last.Reason, why, StringComparison.Ordinal) && at - last.At < Repeat) return false;
        _refused[target] = (why, at);
        return true;
    }

    private EventDocument Event(KubernetesTarget target, Workload workload, string type, string reason, string message, DateTimeOffset at)
    {
        var number = (ulong)at.UtcTicks + (ulong)Interlocked.Increment(ref _names);
        var name = target.Name.Length <= LongestName ? target.Name : target.Name[..LongestName].TrimEnd('.', '-');
        return new()
        {
            Metadata = new() { Name = $"{name}.{workload.Uid[..Math.Min(8, workload.Uid.Length)]}{number.ToString("x", CultureInfo.InvariantCulture)}", Namespace = target.Namespace },
            InvolvedObject = new() { ApiVersion = target.Resource.ApiVersion, Namespace = target.Namespace, Name = target.Name, Uid = workload.Uid },
            Type = type,
            Reason = reason,
            Message = Shorten(message),
            Source = new() { Component = "autoscaling" },
            ReportingComponent = "autoscaling",
            FirstTimestamp = at,
            LastTimestamp = at,
        };
    }

    private static string Shorten(string message)
    {
        if (Encoding.UTF8.GetByteCount(message) <= LongestMessage) return message;
        var bytes = Encoding.UTF8.GetBytes(message);
        var end = LongestMessage - 3;
        while ((bytes[end] & 0xC0) == 0x80) end--;
        return Encoding.UTF8.GetString(bytes, 0, end) + "...";
    }

    private async Task WriteAsync()
    {
        var failing = false;
        await foreach (var (document, resource) in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested) return;
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var count) Log.EventsDropped(_log, count);
            try
            {
                document.InvolvedObject!.Kind = await _cluster.Kinds.FindAsync(resource, _stop.Token).ConfigureAwait(false);
                var call = new ApiCall("create", ApiResource.Events, document.Metadata!.Namespace);
                await _cluster.Api.SendAsync(call, document, ApiJson.Default.EventDocument, ApiJson.Default.ApiStatus, _stop.Token).ConfigureAwait(false);
                failing = false;
            }
            catch (ApiException e) when (e is { Status: System.Net.HttpStatusCode.Conflict, WasDoubtful: true })
            {
                failing = false; // It is there: an earlier try had written it after all.
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // News that cannot be told is no reason to stop; the first failure of a row is logged.
                if (!failing) Log.EventsNotWritten(_log, e.Message);
                failing = true;
            }
        }
    }
}
