using System.Collections.Immutable;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>
/// The ScalingPolicies of a cluster as policies. They are read in the background; each stands by itself, and of two that mean one target
/// the older has it. Thread-safe.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="namespaces">Where they are read; empty: everywhere, or in the namespace of targets that name none.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told what cannot be read.</param>
internal sealed class PolicyResources(
    KubernetesCluster cluster, ImmutableArray<string> namespaces, TimeProvider time, ILogger<PolicyResources> log)
    : IIndependentPolicySource, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // How long the start of the host waits for the first list.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ResourceTable _table = new(cluster, namespaces, time);
    private readonly ResourceNews _news = new(log);
    private readonly Dictionary<string, ResourceEntry> _owners = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _reading;
    private bool _hasChanged;

    public string Name => "the ScalingPolicies of the cluster";

    public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
    {
        Start();

        // Only the start of a host waits, and not for long: a cluster that does not answer keeps nobody from starting.
        if (!_first.Task.IsCompleted) Task.WhenAny(_first.Task, Task.Delay(Patience, time, _stop.Token)).Wait(CancellationToken.None);
        lock (_gate)
        {
            _hasChanged = false;
            _owners.Clear();
            var policies = ImmutableArray.CreateBuilder<ScalingPolicy>();
            foreach (var entry in _table.ByAge())
            {
                entry.Read(context);
                entry.Conflicts.Clear();
                foreach (var policy in entry.Policies)
                {
                    var target = policy.Target.Name;
                    if (_owners.TryAdd(target, entry)) policies.Add(policy);
                    else entry.Conflicts[target] = $"The ScalingPolicy '{_owners[target].Title}' has '{target}' already, and is older.";
                }
            }

            return policies.ToImmutable();
        }
    }

    public bool HasChanged()
    {
        Start();
        lock (_gate) return _hasChanged;
    }

    public void OnRefused(ImmutableArray<RefusedPolicy> refused)
    {
        lock (_gate)
        {
            var byOwner = refused.ToLookup(r => _owners.GetValueOrDefault(r.Policy.Target.Name));
            foreach (var entry in _table.All)
            {
                entry.Refused = [.. byOwner[entry]];
                if (_news.Tell(entry)) entry.Times.Look = long.MinValue;
            }
        }
    }

    /// <summary>Is told of an evaluation: if that tells people something new, the status is looked at.</summary>
    public void Evaluated(ScalingTarget target, bool isNews)
    {
        lock (_gate)
        {
            if (!_owners.TryGetValue(target.Name, out var entry)) return;
            if (isNews || entry.Times.IsChanged || entry.Times.Last?.Desired is null)
                (entry.Times.IsChanged, entry.Times.Look) = (false, long.MinValue);
        }
    }

    /// <summary>Those whose status is to be looked at, and how many there are.</summary>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="least">How long after it was written a status may be written again.</param>
    public (List<ResourceView> Due, int Count) TakeDue(long now, TimeSpan least)
    {
        lock (_gate)
        {
            var due = new List<ResourceView>();
            foreach (var entry in _table.All)
            {
                var times = entry.Times;
                if (times.Look > now || (times.Written is { } written && time.GetElapsedTime(written, now) < least)) continue;
                due.Add(entry.View());
            }

            return (due, _table.All.Count);
        }
    }

    /// <summary>Has all of them looked at within a time: somebody else may have written them a moment ago.</summary>
    public void LookLater(long now, TimeSpan within)
    {
        lock (_gate)
        {
            foreach (var entry in _table.All)
            {
                var share = (double)Fnv1a.Of<char>(entry.Title) / uint.MaxValue;
                entry.Times.Look = now + (long)(share * within.TotalSeconds * time.TimestampFrequency);
            }
        }
    }

    /// <summary>Notes that a status was looked at, and perhaps written.</summary>
    /// <param name="view">Of which one.</param>
    /// <param name="next">When it is to be looked at again.</param>
    /// <param name="written">What was written; <see langword="null"/> if nothing was.</param>
    /// <param name="at">When.</param>
    public void Looked(ResourceView view, long next, PolicyResourceStatus? written, long at)
    {
        lock (_gate)
        {
            view.Times.Look = next;
            if (written is not null) (view.Times.Last, view.Times.Written) = (written, at);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (_reading is { } reading) await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Cancel();

    private void Start()
    {
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested) _reading ??= Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _table.ReadAsync(_gate, () => _hasChanged = true, _stop.Token).ConfigureAwait(false);
                _news.AreRead(_table.All.Count);
            }
            catch (ApiException e)
            {
                _news.AreNotRead(e.Message);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }

            _first.TrySetResult();
            await Task.Delay(Pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _first.TrySetResult();
    }
}
