using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Targets;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Events;

/// <summary>
/// Writes every scaling that was carried out or refused as a Kubernetes Event on its target, and that somebody else sets it back again and
/// again. It writes in the background, so that the loop never waits for it.
/// </summary>
internal sealed class EventWriter : IScalingObserver, IAsyncDisposable, IDisposable
{
    private static readonly ApiResource EventsResource = new("", "v1", "events") { Kind = "Event" };

    // So many write at once. If each answer takes 10 ms, they write far more in a second than the client's limit of requests allows.
    private const int Writers = 8;

    // One Event of about 1 kB for each target of a large fleet, which may all be scaled at once. They are then written below the limit of
    // requests.
    private const int LongestQueue = 10_000;
    private const int LongestMessage = 1000; // The API server takes 1,024 bytes.
    private const int LongestName = 200;

    // A scaling that is refused at every evaluation for the same reason is written again only after this time.
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(10);

    // How often it is logged that Events are dropped, if they are all the time.
    private static readonly TimeSpan Telling = TimeSpan.FromMinutes(1);

    // How long the writer goes on when the host stops.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ScalingTarget, (string Reason, DateTimeOffset At)> _refused = new();
    private readonly KubernetesCluster _cluster;
    private readonly KubernetesScaler _scaler;
    private readonly TimeProvider _time;
    private readonly ILogger<KubernetesScaler> _log;
    private readonly Channel<(EventDocument Event, ApiResource Resource)> _queue;
    private readonly Task _writing;
    private readonly Lock _telling = new();
    private long _dropped;
    private long? _told;
    private long _unwritten;
    private long _names;
    private int _failing;
    private bool _disposed;

    public EventWriter(KubernetesCluster cluster, KubernetesScaler scaler, TimeProvider time, ILogger<KubernetesScaler> log)
    {
        (_cluster, _scaler, _time, _log) = (cluster, scaler, time, log);
        _queue = Channel.CreateBounded<(EventDocument, ApiResource)>(
            new BoundedChannelOptions(LongestQueue) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Drop());
        _writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteAsync)));
    }

    public void OnEvaluated(ScalingRecord record)
    {
        if (!_cluster.Options.Events) return;
        TellOfSetBack(record);
        if (record.Decision is not { } decision || decision.From == decision.To || _scaler.Find(record.Target) is not { } found) return;
        var applied = record.Outcome.Kind == ScaleOutcomeKind.Applied;
        if (applied) _refused.TryRemove(record.Target, out _);
        else if (record.Outcome.Reason is not { } why || !IsNews(record.Target, why, record.At)) return;
        var reason = !applied ? "ScalingRefused" : decision.Direction == ScaleDirection.Up ? "ScaledUp" : "ScaledDown";
        Enqueue(found, applied ? "Normal" : "Warning", reason, record.Explain(), record.At);
    }

    /// <summary>Names who sets a target back again and again; the engine says it from time to time.</summary>
    private void TellOfSetBack(ScalingRecord record)
    {
        if (record is not { Decision.SetBackSince: not null, Warning: { } war } || _scaler.Find(record.Target) is not { } found) return;
        var who = found.Workload.ReplicasWriter is { } writer ? $"It was '{writer}' that wrote spec.replicas last, by managedFields. " : "";
        Enqueue(found, "Warning", "ReplicasSetBack", who + war, record.At);
    }

    private void Enqueue((KubernetesTarget Target, Workload Workload) found, string type, string reason, string message, DateTimeOffset at)
    {
        var document = Event(found.Target, found.Workload, type, reason, message, at);
        Interlocked.Increment(ref _unwritten);
        if (!_queue.Writer.TryWrite((document, found.Target.Resource))) Interlocked.Decrement(ref _unwritten);
    }

    /// <summary>Writes the Events that wait, for 5 s at most.</summary>
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
            // The host ends all the same, though the cluster does not answer in time.
            if (Interlocked.Read(ref _unwritten) is > 0 and var count) Log.EventsUnwritten(_log, count);
        }

        TellOfDropped(TimeSpan.Zero);
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
        var isKnown = _refused.TryGetValue(target, out var last) && string.Equals(last.Reason, why, StringComparison.Ordinal);
        if (isKnown && at - last.At < Repeat) return false;
        _refused[target] = (why, at);
        return true;
    }

    private EventDocument Event(KubernetesTarget target, Workload workload, string type, string reason, string message, DateTimeOffset at)
    {
        var number = (ulong)at.UtcTicks + (ulong)Interlocked.Increment(ref _names);
        var name = target.Name.Length <= LongestName ? target.Name : target.Name[..LongestName].TrimEnd('.', '-');
        var id = workload.Uid[..Math.Min(8, workload.Uid.Length)];
        return new()
        {
            Metadata = new() { Name = $"{name}.{id}{number.ToString("x", CultureInfo.InvariantCulture)}", Namespace = target.Namespace },
            InvolvedObject = new()
            {
                ApiVersion = target.Resource.ApiVersion,
                Namespace = target.Namespace,
                Name = target.Name,
                Uid = workload.Uid,
            },
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
        await foreach (var (document, resource) in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested) return;
            TellOfDropped(Telling);
            try
            {
                document.InvolvedObject!.Kind = await _cluster.Kinds.FindAsync(resource, _stop.Token).ConfigureAwait(false);
                var call = new ApiCall("create", EventsResource, document.Metadata!.Namespace);
                var (sent, answer) = (EventsJson.Default.EventDocument, ClientJson.Default.ApiStatus);
                await _cluster.Api.SendAsync(call, document, sent, answer, _stop.Token).ConfigureAwait(false);
                Volatile.Write(ref _failing, 0);
            }
            catch (ApiException e) when (e is { Status: System.Net.HttpStatusCode.Conflict, WasDoubtful: true })
            {
                Volatile.Write(ref _failing, 0); // An earlier try, of which the answer was lost, has written it.
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // An Event that cannot be written does not stop the writer. Of several failures one after the other the first is logged.
                if (Interlocked.Exchange(ref _failing, 1) == 0) Log.EventsNotWritten(_log, e.Message);
            }

            Interlocked.Decrement(ref _unwritten);
        }
    }

    private void Drop()
    {
        Interlocked.Decrement(ref _unwritten);
        Interlocked.Increment(ref _dropped);
    }

    private void TellOfDropped(TimeSpan pause)
    {
        if (Interlocked.Read(ref _dropped) == 0) return;
        lock (_telling)
        {
            if (_told is { } at && _time.GetElapsedTime(at) < pause) return;
            if (Interlocked.Exchange(ref _dropped, 0) is not (> 0 and var count)) return;
            _told = _time.GetTimestamp();
            Log.EventsDropped(_log, count);
        }
    }
}
