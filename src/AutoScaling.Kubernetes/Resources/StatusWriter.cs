using System.Text.Json;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>
/// Writes how targets stand into the status of their ScalingPolicies: only the copy that leads, only what has changed, and each at most
/// every 30 s. What people wait for is written at once; readings and sentences, which change all the time, as often as the number of
/// ScalingPolicies allows.
/// </summary>
internal sealed class StatusWriter(
    PolicyResources resources,
    KubernetesCluster cluster,
    Func<IAutoScaler> autoScaler,
    TimeProvider time,
    ILogger<PolicyResources> log,
    ILeaderElection? election = null) : BackgroundService, IScalingObserver
{
    /// <summary>How long after it was written a status may be written again.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // So many statuses of which only readings and sentences are others are written in a second, whatever their number.
    private const double RefreshesPerSecond = 10;

    // The share of the requests per second that all statuses together may take: scaling goes before.
    private const double Share = 0.25;

    private const int Writers = 8;

    private readonly RequestLimiter _limiter = new(Math.Max(1, Share * cluster.Options.RequestsPerSecond), Writers, time);
    private long? _term;
    private int _isFailing;

    /// <summary>How many statuses were written.</summary>
    public int Count { get; private set; }

    public void OnEvaluated(ScalingRecord record)
    {
        var isQuiet = record.Error is null && record.Outcome.Kind is ScaleOutcomeKind.Unchanged or ScaleOutcomeKind.Recommended;
        resources.Evaluated(record.Target, !isQuiet);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WriteDueAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, the next second tries again.
                Tell(resources.Name, e.Message);
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at those that are due, and writes what has changed.</summary>
    internal async Task WriteDueAsync(CancellationToken cancellationToken)
    {
        if (!Leads(out var stop)) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        var (due, count) = resources.TakeDue(time.GetTimestamp(), Least);
        var refresh = TimeSpan.FromSeconds(Math.Max(Least.TotalSeconds, count / RefreshesPerSecond));
        var options = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = either.Token };
        await Parallel.ForEachAsync(due, options, (view, token) => LookAsync(view, refresh, token)).ConfigureAwait(false);
    }

    private bool Leads(out CancellationToken ended)
    {
        ended = CancellationToken.None;
        if (election is null) return true;
        if (election.Term is not { IsCurrent: true } term) return false;
        ended = term.Ended;
        if (_term == term.Number) return true;

        // Nobody knows when the copy before has written last.
        _term = term.Number;
        resources.LookLater(time.GetTimestamp(), Least);
        return true;
    }

    private async ValueTask LookAsync(ResourceView view, TimeSpan refresh, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var status = StatusFold.Of(view, target => autoScaler().TryGetStatus(target, out var found) ? found : null, time.GetUtcNow());
        var last = view.Times.Last;
        if (last is null && Conditions.IsOpen(status))
        {
            // It is new. The first thing to say is what was decided, in some seconds.
            resources.Looked(view, After(now, Pause), null, now);
            return;
        }

        var isNews = last is null || !string.Equals(StatusFold.Essence(last), StatusFold.Essence(status), StringComparison.Ordinal);
        var isDue = view.Times.Written is not { } written || time.GetElapsedTime(written, now) >= refresh;
        if (!isNews && (!isDue || IsSame(last!, status)))
        {
            resources.Looked(view, After(now, Least), null, now);
            return;
        }

        await WriteAsync(view, status, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(ResourceView view, PolicyResourceStatus status, CancellationToken cancellationToken)
    {
        await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
        var metadata = view.Item.Metadata!;
        var call = new ApiCall("patch", PolicyResource.Resource, metadata.Namespace, metadata.Name, "status")
        {
            Query = "fieldManager=autoscaling",
        };
        try
        {
            var (sent, answer) = (ResourcesJson.Default.StatusPatch, ClientJson.Default.WrittenObject);
            await cluster.Api.SendAsync(call, new() { Status = status }, sent, answer, cancellationToken).ConfigureAwait(false);
            var now = time.GetTimestamp();
            resources.Looked(view, After(now, Least), status, now);
            lock (_limiter) Count++;
            if (Interlocked.Exchange(ref _isFailing, 0) == 1) Log.StatusWritten(log);
        }
        catch (ApiException e)
        {
            // One that is gone is not to be told of. The others are tried again, and not at once.
            var now = time.GetTimestamp();
            resources.Looked(view, After(now, Least), null, now);
            if (e.Status != System.Net.HttpStatusCode.NotFound) Tell(view.Title, e.Message);
        }
    }

    private void Tell(string whose, string reason)
    {
        if (Interlocked.Exchange(ref _isFailing, 1) == 0) Log.StatusNotWritten(log, whose, reason);
    }

    private long After(long now, TimeSpan wait) => now + (long)(wait.TotalSeconds * time.TimestampFrequency);

    private static bool IsSame(PolicyResourceStatus one, PolicyResourceStatus other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, ResourcesJson.Default.PolicyResourceStatus).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, ResourcesJson.Default.PolicyResourceStatus));
}
