using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>
/// Asks metric sources, once policies are loaded, whether they understand what the policies read from them. What they do not is a warning
/// at once, also of a policy whose turn comes late. Thread-safe; nobody waits for it.
/// </summary>
internal sealed class MetricChecks(RegisteredPorts ports, QuietLogger<IAutoScaler> logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<MetricRef> _understood = [];
    private Task _last = Task.CompletedTask;

    /// <summary>Ends when all has been looked at that was loaded.</summary>
    public Task Done
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    /// <summary>Looks at the metrics of policies that were not understood before, or are new.</summary>
    public void Look(IEnumerable<ScalingPolicy> policies)
    {
        lock (_gate)
        {
            var due = new Dictionary<MetricRef, ScalingTarget>();
            foreach (var policy in policies)
            {
                foreach (var asked in policy.Sources)
                {
                    if (ports.Check(asked.Source) is null) continue;
                    foreach (var metric in asked.Metrics.Select(m => new MetricRef(m.Name, asked.Source)))
                    {
                        if (!_understood.Contains(metric)) due.TryAdd(metric, policy.Target);
                    }
                }
            }

            if (due.Count > 0) _last = CheckAsync(due, _last);
        }
    }

    private async Task CheckAsync(Dictionary<MetricRef, ScalingTarget> due, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var (metric, target) in due)
        {
            if (await ReasonAsync(metric, target).ConfigureAwait(false) is { } reason)
            {
                Log.MetricNotUnderstood(logger, target, metric, reason);
                continue;
            }

            lock (_gate) _understood.Add(metric);
        }
    }

    private async Task<string?> ReasonAsync(MetricRef metric, ScalingTarget target)
    {
        try
        {
            var check = ports.Check(metric.Source)!.CheckAsync(target, new MetricRef(metric.Name), CancellationToken.None);
            return await check.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception e)
        {
            // Whatever a source throws; the reading will tell it, too.
            return e.Message.TrimEnd('.');
        }
    }
}
