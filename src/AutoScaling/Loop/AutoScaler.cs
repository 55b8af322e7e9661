using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling;

/// <summary>The targets and their schedule; everything that the host and the loop do to them.</summary>
internal sealed class AutoScaler : IAutoScaler
{
    private readonly ConcurrentDictionary<ScalingTarget, ManagedTarget> _targets = new();
    private readonly Schedule _schedule = new();
    private readonly Lock _changes = new();
    private readonly Evaluator _evaluator;
    private readonly Ports _ports;
    private readonly ImmutableArray<PolicySource> _sources;
    private readonly TimeProvider _time;
    private readonly AutoScalingOptions _options;
    private readonly ILogger<IAutoScaler> _logger;
    private IReadOnlyDictionary<string, ScalingState> _saved = ImmutableDictionary<string, ScalingState>.Empty;
    private ImmutableDictionary<PolicySource, ImmutableArray<string>> _reloadErrors = ImmutableDictionary<PolicySource, ImmutableArray<string>>.Empty;
    private bool _started;

    public AutoScaler(
        Evaluator evaluator, Ports ports, IEnumerable<PolicySource> sources, Telemetry telemetry, TimeProvider time, IOptions<AutoScalingOptions> options, ILogger<IAutoScaler> logger)
    {
        _evaluator = evaluator;
        _ports = ports;
        _sources = [.. sources];
        _time = time;
        _options = options.Value;
        _logger = logger;
        telemetry.ObserveReplicas(() => _targets.Values);
    }

    /// <summary>Tells the loop that something may be due earlier than it thinks.</summary>
    public Action? Woken { get; set; }

    public int Count => _targets.Count;

    /// <summary>Loads the policies of all sources, once. What is invalid, or not registered, is reported all at once.</summary>
    /// <exception cref="ScalingException">Something is (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public void Start(IReadOnlyDictionary<string, ScalingState>? saved = null)
    {
        lock (_changes)
        {
            if (_started) return;
            _saved = saved ?? _saved;
            var errors = new List<string>();
            var loaded = new Dictionary<ScalingTarget, (PolicySource Source, ScalingPolicy Policy)>();
            foreach (var source in _sources) errors.AddRange(Load(source, loaded));
            if (errors.Count > 0) throw new ScalingException(errors);
            foreach (var (source, policy) in loaded.Values) Put(policy, source);
            _started = true;
        }
    }

    /// <summary>Loads the policies of sources that have changed. Invalid ones change nothing.</summary>
    public void Reload()
    {
        lock (_changes)
        {
            foreach (var source in _sources.Where(s => s.HasChanged()))
            {
                var loaded = new Dictionary<ScalingTarget, (PolicySource Source, ScalingPolicy Policy)>();
                ImmutableArray<string> errors = [.. Load(source, loaded)];
                _reloadErrors = errors.Length == 0 ? _reloadErrors.Remove(source) : _reloadErrors.SetItem(source, errors);
                if (errors.Length > 0)
                {
                    Log.NotReloaded(_logger, source.Name, string.Join(' ', errors));
                    continue;
                }

                foreach (var gone in _targets.Values.Where(t => t.Source == source && !loaded.ContainsKey(t.Target)).ToList()) Remove(gone);
                foreach (var (_, policy) in loaded.Values) Put(policy, source);
                Log.Reloaded(_logger, source.Name, loaded.Count);
            }
        }
    }

    public AutoScalerStatus GetStatus()
    {
        EnsureStarted();
        var now = _time.GetUtcNow();
        return new()
        {
            At = now,
            Targets = [.. _targets.Values.Select(t => t.Status(now)).OrderBy(t => t.Target.Name, StringComparer.Ordinal)],
            ReloadErrors = [.. _sources.SelectMany(s => _reloadErrors.GetValueOrDefault(s, []))],
        };
    }

    public TargetStatus GetStatus(ScalingTarget target) => Find(target).Status(_time.GetUtcNow());

    public ImmutableArray<ScalingRecord> GetRecent(ScalingTarget target) => Find(target).Recent();

    public void Enable(string targets)
    {
        foreach (var target in FindAll(targets))
        {
            target.Enabled = true;
            _schedule.SetAtLatest(target, _time.GetUtcNow().UtcTicks);
        }

        Woken?.Invoke();
    }

    public void Disable(string targets)
    {
        foreach (var target in FindAll(targets)) target.Enabled = false;
    }

    public void SetPolicy(ScalingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        EnsureStarted();
        var missing = _ports.Missing(policy).ToList();
        if (missing.Count > 0) throw new ScalingException(missing);
        lock (_changes) Put(policy, _targets.GetValueOrDefault(policy.Target)?.Source);
        Woken?.Invoke();
    }

    public void RemovePolicy(ScalingTarget target)
    {
        lock (_changes) Remove(Find(target));
    }

    public async Task<ScaleOutcome> ScaleAsync(ScalingTarget target, int replicas, CancellationToken cancellationToken = default)
    {
        var managed = Find(target);
        var range = managed.Policy.Range;
        if (!range.Contains(replicas))
            throw ScalingException.Invalid($"Replicas of '{target}' must be between Min ({range.Min}) and Max ({range.Max}), but is {replicas}.");

        var record = await _evaluator.ScaleAsync(managed, replicas, cancellationToken).ConfigureAwait(false);
        if (record.Error is not null) throw new ScalingException(ScalingErrorKind.ScalingFailed, record.Error);
        return record.Outcome.Kind == ScaleOutcomeKind.Rejected
            ? throw new ScalingException(ScalingErrorKind.ScalingFailed, $"'{target}' was not scaled to {replicas}: {record.Outcome.Reason}.")
            : record.Outcome;
    }

    public async Task<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken = default)
    {
        var metrics = await _evaluator.ReadAsync(Find(target), cancellationToken).ConfigureAwait(false);
        return metrics.Any(m => m.Status == MetricStatus.Available)
            ? metrics
            : throw new ScalingException(ScalingErrorKind.MetricsUnavailable, $"No metric of '{target}' can be read: {metrics}.");
    }

    public Task<ScalingRecord> EvaluateAsync(ScalingTarget target, CancellationToken cancellationToken = default) =>
        _evaluator.EvaluateAsync(Find(target), null, cancellationToken).AsTask();

    public async Task<int> TickAsync(CancellationToken cancellationToken = default)
    {
        EnsureStarted();
        Reload();
        var now = _time.GetUtcNow().UtcTicks;
        var taken = new List<(ManagedTarget Target, long Due)>();
        while (Take(now) is { } next) taken.Add(next);

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(taken, parallel, (next, stopping) => RunAsync(next.Target, next.Due, stopping)).ConfigureAwait(false);
        return taken.Count;
    }

    /// <summary>Takes the next enabled target that is due.</summary>
    public (ManagedTarget Target, long Due)? Take(long now)
    {
        while (_schedule.Take(now, out var due) is { } target)
        {
            if (target.Enabled) return (target, due);
        }

        return null;
    }

    /// <summary>When the next target is due, in UTC ticks.</summary>
    public long? Next() => _schedule.Next();

    /// <summary>Evaluates a target that was taken, and makes it due again.</summary>
    public async ValueTask RunAsync(ManagedTarget target, long due, CancellationToken stopping)
    {
        try
        {
            await _evaluator.EvaluateAsync(target, new DateTimeOffset(due, TimeSpan.Zero), stopping).ConfigureAwait(false);
        }
        finally
        {
            // The next due time keeps the rhythm; times that were missed are not made up for.
            var interval = Interval(target.Policy).Ticks;
            var missed = Math.Max(0, (_time.GetUtcNow().UtcTicks - due) / interval);
            if (target.Enabled && !target.Removed) _schedule.SetAtLatest(target, due + ((missed + 1) * interval));
        }
    }

    /// <summary>What is remembered of every target, and of saved ones that have no policy now.</summary>
    public IReadOnlyDictionary<string, ScalingState> States()
    {
        var states = _saved.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal);
        foreach (var target in _targets.Values) states[target.Target.Name] = target.State;
        return states;
    }

    private IEnumerable<string> Load(PolicySource source, Dictionary<ScalingTarget, (PolicySource Source, ScalingPolicy Policy)> loaded)
    {
        ImmutableArray<ScalingPolicy> policies;
        try
        {
            policies = source.Read();
        }
        catch (Exception e)
        {
            // Whatever a source or a user's rule type throws: at the start it keeps the host down, at a reload the old policies stay.
            return ((e as ScalingException)?.Errors ?? [e.Message]).Select(error => $"In {source.Name}: {error}");
        }

        var errors = new List<string>();
        foreach (var policy in policies)
        {
            errors.AddRange(_ports.Missing(policy));
            var other = loaded.TryGetValue(policy.Target, out var earlier) ? earlier.Source : _targets.GetValueOrDefault(policy.Target)?.Source;
            if (other is not null && other != source) errors.Add($"Policy '{policy.Target}' of {source.Name} is also in {other.Name}.");
            else if (earlier.Source == source) errors.Add($"Policy '{policy.Target}' is in {source.Name} twice.");
            loaded[policy.Target] = (source, policy);
        }

        return errors;
    }

    private void Put(ScalingPolicy policy, PolicySource? source)
    {
        var now = _time.GetUtcNow().UtcTicks;
        if (_targets.TryGetValue(policy.Target, out var target))
        {
            // A switch at run time outlives a reload that does not speak of it.
            if (policy.Enabled != target.Policy.Enabled) target.Enabled = policy.Enabled;
            target.Policy = policy;
            target.Source = source;
            if (target.Enabled) _schedule.SetAtLatest(target, now + Interval(policy).Ticks);
            return;
        }

        target = new(policy, _saved.GetValueOrDefault(policy.Target.Name) ?? ScalingState.New, _options.RecentRecords) { Source = source };
        _targets[policy.Target] = target;
        var spread = (long)(Interval(policy).Ticks * _options.StartJitter);
        if (target.Enabled) _schedule.Set(target, now + (spread == 0 ? 0 : (long)(StableHash.Of(policy.Target.Name) % (ulong)spread)));
    }

    private void Remove(ManagedTarget target)
    {
        target.Removed = true;
        _targets.TryRemove(target.Target, out _);
    }

    private TimeSpan Interval(ScalingPolicy policy) => policy.Interval ?? _options.Interval;

    private void EnsureStarted()
    {
        if (!Volatile.Read(ref _started)) Start();
    }

    private ManagedTarget Find(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        EnsureStarted();
        return _targets.TryGetValue(target, out var found) ? found : throw ScalingException.NotFound(target.Name);
    }

    private List<ManagedTarget> FindAll(string targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var names = targets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0
            ? throw ScalingException.Invalid($"Targets must name at least 1 service, but is '{targets}'.")
            : [.. names.Select(name => Find(name))];
    }
}
