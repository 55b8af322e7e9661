using System.Collections.Concurrent;
using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Scaling;
using AutoScaling.Kubernetes.Targets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoScaling.Kubernetes;

/// <summary>
/// Scales targets in Kubernetes by their scale subresource: deployments, stateful sets, and every other kind that has one.
/// </summary>
/// <remarks>
/// <para>
/// Targets are named <c>web</c> (a deployment in the default namespace), <c>team-a/web</c>, <c>team-a/statefulsets/db</c>, or
/// <c>team-a/GROUP/VERSION/PLURAL/NAME</c> for custom kinds.
/// </para>
/// <para>
/// Deployments, stateful sets, replica sets, replication controllers and all pods are listed once and then watched, by lists and watches
/// that all targets share; where they cannot be watched they are listed again, at most one of each kind and namespace in
/// <see cref="KubernetesOptions.MaxListAge"/>. Where there are more than 100 pods for each target, each target is listed and watched by
/// itself. Of other kinds each target's scale is read by itself. A count is written only if the target still has the count that the
/// decision was made from, by the version that the API server gave to it.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class KubernetesScaler : IScaler, IDisposable
{
    private readonly KubernetesCluster _cluster;
    private readonly ScaleWriter _scales;

    // Targets that a HorizontalPodAutoscaler scales too, so that each one is logged once.
    private readonly ConcurrentDictionary<KubernetesTarget, string> _foreign = new();

    // Targets with a write that was not answered. The lists may be from before that write, so their scale is read by itself.
    private readonly ConcurrentDictionary<KubernetesTarget, bool> _unanswered = new();
    // Which object each decision is about: another one may have its name by the time it is carried out.
    private readonly ConcurrentDictionary<KubernetesTarget, string> _uids = new();
    private readonly ILogger _log;
    private readonly bool _owns;

    /// <summary>Creates a scaler with a client of its own.</summary>
    /// <param name="options">How the cluster is reached, and what may be asked of it.</param>
    /// <param name="time">The clock for ages, waits and time limits.</param>
    /// <param name="logger">Where it is logged that a HorizontalPodAutoscaler scales a target too (Warning).</param>
    /// <exception cref="ScalingException">
    /// An option breaks its rule, or there is no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public KubernetesScaler(KubernetesOptions options, TimeProvider time, ILogger<KubernetesScaler>? logger = null)
        : this(KubernetesCluster.Create(options, time, logger), logger) => _owns = true;

    internal KubernetesScaler(KubernetesCluster cluster, ILogger<KubernetesScaler>? logger)
    {
        _cluster = cluster;
        _scales = new(cluster.Api);
        _log = logger ?? NullLogger<KubernetesScaler>.Instance;
    }

    /// <inheritdoc/>
    public string Identify(ScalingTarget target) => _cluster.Parse(target).Identity;

    /// <inheritdoc/>
    /// <exception cref="ScalingException">
    /// The target's name cannot be read (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or there is no such target in the cluster
    /// (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    public async ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        var parsed = _cluster.Parse(target);
        cancellationToken.ThrowIfCancellationRequested();

        // All lists are asked for before the first one is waited for, so that they are read at the same time: those of metrics, too.
        var moment = _cluster.Begin(parsed);
        _cluster.BeginPods(parsed);
        if (!_cluster.Options.AllowForeignAutoscaler) _cluster.Autoscalers(parsed.Namespace).Begin();

        try
        {
            return await CountAsync(target, parsed, moment, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.Forbidden)
        {
            throw await MissingRights.WithAsync(
                e,
                ReadAsync(parsed, true, moment, cancellationToken).AsTask(),
                _cluster.Pods.In(_cluster.LastScope(parsed) ?? _cluster.Whole(parsed)).GetAsync(moment, cancellationToken).AsTask(),
                ForeignAsync(target, parsed, moment, cancellationToken).AsTask()).ConfigureAwait(false);
        }
    }

    private async ValueTask<ReplicaStatus> CountAsync(
        ScalingTarget target, KubernetesTarget parsed, long moment, CancellationToken cancellationToken)
    {
        var apart = await _cluster.Spread(parsed.Namespace).IsApartAsync(moment, cancellationToken).ConfigureAwait(false);
        var workload = await ReadAsync(parsed, apart, moment, cancellationToken).ConfigureAwait(false)
            ?? throw new ScalingException(ScalingErrorKind.ScalingFailed, $"there is no {parsed}");
        var selector = workload.Selector ?? throw new ScalingException(ScalingErrorKind.ScalingFailed, Workload.NoSelector(parsed));
        var scope = await _cluster.ScopeAsync(parsed, selector, moment, cancellationToken).ConfigureAwait(false);
        var owned = await _cluster.Pods.OfAsync(parsed, selector, scope, moment, cancellationToken).ConfigureAwait(false);
        var refusal = await ForeignAsync(target, parsed, moment, cancellationToken).ConfigureAwait(false);
        _uids[parsed] = workload.Uid;
        return ReplicaCounts.Of(workload, owned) with { Refusal = refusal };
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">
    /// The target's name cannot be read (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is negative.</exception>
    public async ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(to);
        var parsed = _cluster.Parse(target);
        cancellationToken.ThrowIfCancellationRequested();
        Workload? seen;
        try
        {
            // What was good enough to decide from is good enough to scale from, however long the decision took to be saved.
            var moment = _cluster.Moment(parsed);
            var refusal = await ForeignAsync(target, parsed, moment, cancellationToken).ConfigureAwait(false);
            if (refusal is not null) return ScaleOutcome.Rejected(refusal);
            seen = Find(parsed);
            if (seen is null)
            {
                var apart = await _cluster.Spread(parsed.Namespace).IsApartAsync(moment, cancellationToken).ConfigureAwait(false);
                seen = await ReadAsync(parsed, apart, moment, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ApiException e)
        {
            return ScaleOutcome.Failed(e.Message);
        }

        if (seen is null) return ScaleOutcome.Rejected($"there is no {parsed}");
        if (_uids.TryGetValue(parsed, out var uid) && !string.Equals(uid, seen.Uid, StringComparison.Ordinal))
            return ScaleOutcome.Rejected(ScaleWriter.MadeAnew);
        if (seen.Desired != from) return ScaleOutcome.Rejected(ScaleWriter.Moved(seen.Desired, from));
        if (from == to) return ScaleOutcome.Unchanged;
        try
        {
            return await _scales.WriteAsync(parsed, seen, to, w => Apply(parsed, w), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            _unanswered[parsed] = true;
            throw;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        if (_owns) _cluster.Dispose();
    }

    /// <summary>A target as last seen, however long ago; <see langword="null"/> if it never was, or is not scaled here.</summary>
    internal (KubernetesTarget Target, Workload Workload)? Find(ScalingTarget target) =>
        _cluster.Known(target) is { } known && Find(known) is { } workload ? (known, workload) : null;

    private Workload? Find(KubernetesTarget target) => target.Resource.IsListed
        ? _cluster.Workloads(target.Resource, target.Namespace).Last(target, _cluster.Spread(target.Namespace).IsApart == true)
        : _cluster.Seen.GetValueOrDefault(target);

    private async ValueTask<Workload?> ReadAsync(
        KubernetesTarget target, bool apart, long moment, CancellationToken cancellationToken)
    {
        if (target.Resource.IsListed)
        {
            var list = _cluster.Workloads(target.Resource, target.Namespace);
            if (!_unanswered.IsEmpty && _unanswered.ContainsKey(target))
            {
                if (await _scales.ReadAsync(target, cancellationToken).ConfigureAwait(false) is { } now) list.Apply(now);
                _unanswered.TryRemove(target, out _);
            }

            return await list.FindAsync(target, apart, moment, cancellationToken).ConfigureAwait(false);
        }

        await _cluster.Kinds.FindAsync(target.Resource, cancellationToken).ConfigureAwait(false);
        var found = await _scales.ReadAsync(target, cancellationToken).ConfigureAwait(false);
        if (found is not null) _cluster.Seen[target] = found;
        return found;
    }

    private void Apply(KubernetesTarget target, Workload seen)
    {
        if (target.Resource.IsListed) _cluster.Workloads(target.Resource, target.Namespace).Apply(seen);
        else _cluster.Seen[target] = seen;
    }

    /// <summary>
    /// Who else scales the target, as the end of a sentence; <see langword="null"/> if nobody does, or if that is allowed.
    /// </summary>
    private async ValueTask<string?> ForeignAsync(
        ScalingTarget target, KubernetesTarget parsed, long moment, CancellationToken cancellationToken)
    {
        if (_cluster.Options.AllowForeignAutoscaler) return null;
        var kind = await _cluster.Kinds.FindAsync(parsed.Resource, cancellationToken).ConfigureAwait(false);
        var autoscalers = await _cluster.Autoscalers(parsed.Namespace).GetAsync(moment, cancellationToken).ConfigureAwait(false);
        if (autoscalers.Find(parsed, kind) is not { } name)
        {
            if (!_foreign.IsEmpty) _foreign.TryRemove(parsed, out _);
            return null;
        }

        if (_foreign.TryAdd(parsed, name)) Log.ForeignAutoscaler(_log, target, parsed.Namespace, name);
        return $"the HorizontalPodAutoscaler '{parsed.Namespace}/{name}' scales it too; delete that one, or set AllowForeignAutoscaler";
    }
}
