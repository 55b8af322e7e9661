using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoScaling.Documents;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>The targets that are looked after, and the sources that their policies come from.</summary>
internal sealed class TargetRegistry(
    RegisteredPorts ports,
    PolicySources sources,
    IEnumerable<OptionsFromConfiguration> settings,
    Schedule schedule,
    MetricChecks checks,
    TimeProvider time,
    QuietLogger<IAutoScaler> logger)
{
    private readonly ConcurrentDictionary<ScalingTarget, ManagedTarget> _targets = new();
    private readonly RemovedTargets _removed = new(schedule);
    private readonly PortReloads _portReloads = new(ports, logger);
    private readonly ImmutableArray<IPolicySource> _sources = sources.All;
    private readonly ImmutableArray<SourceReader> _readers = [.. sources.All.Select(source => new SourceReader(source, sources, time))];
    private readonly ImmutableArray<OptionsFromConfiguration> _settings = [.. settings];
    private readonly Dictionary<string, ScalingState> _saved = new(StringComparer.Ordinal);
    private readonly TargetNames _names = new(ports);
    private readonly ImmutableArray<IndependentPolicies> _independent =
        [.. sources.All.OfType<IIndependentPolicySource>().Select(source => new IndependentPolicies(source, ports, sources))];
    private readonly Lock _changes = new();
    private ImmutableDictionary<IPolicySource, ImmutableArray<string>> _errors =
        ImmutableDictionary<IPolicySource, ImmutableArray<string>>.Empty;
    private long _savedAt;
    private long _version;
    private bool _started;

    public int Count => _targets.Count;

    /// <summary>Another number whenever a target has got its first policy, or lost it.</summary>
    public long Version => Volatile.Read(ref _version);

    public IEnumerable<ManagedTarget> All => _targets.Values;

    /// <summary>What is wrong with the last reload of each source.</summary>
    public ImmutableArray<string> ReloadErrors =>
    [
        .. _portReloads.Errors,
        .. _readers.Select(r => r.Trouble).OfType<string>(), .. _sources.SelectMany(s => _errors.GetValueOrDefault(s, [])),
    ];

    /// <summary>Loads the policies of all sources, once. What is invalid, or not registered, is reported all at once.</summary>
    /// <exception cref="ScalingException">Something is (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public void Start()
    {
        if (Volatile.Read(ref _started)) return;
        lock (_changes)
        {
            if (_started) return;
            var errors = ports.Named.SelectMany(RegisteredPorts.Read).ToList();
            var loaded = new Dictionary<ScalingTarget, (IPolicySource Source, ScalingPolicy Policy)>();
            foreach (var source in _sources.Where(s => s is not IIndependentPolicySource)) errors.AddRange(Load(source, null, loaded));
            errors.AddRange(Clashes(loaded.Values.Select(l => l.Policy), null));
            if (errors.Count > 0) throw new ScalingException(errors);
            foreach (var (source, policy) in loaded.Values) Put(policy, source);
            checks.Look(loaded.Values.Select(l => l.Policy));
            foreach (var policies in _independent) Take(policies, sources.Read(policies.Source));
            Volatile.Write(ref _started, true);
        }
    }

    /// <summary>Takes over what was saved, for targets that have not been evaluated yet and for those that get a policy later.</summary>
    public void Adopt(IReadOnlyDictionary<string, ScalingState> saved)
    {
        lock (_changes)
        {
            _savedAt = schedule.Now;
            var known = _targets.Values.ToDictionary(t => t.Target.Name, StringComparer.Ordinal);
            foreach (var (name, state) in saved)
            {
                if (!known.TryGetValue(name, out var target)) _saved[name] = state;
                else if (target.State.IsNew) target.Begin(state);
            }
        }
    }

    /// <summary>Puts what was saved in place of what is remembered of all targets: another copy has looked after them meanwhile.</summary>
    public async Task ReplaceStatesAsync(IReadOnlyDictionary<string, ScalingState> saved, CancellationToken cancellationToken)
    {
        List<ManagedTarget> known;
        lock (_changes)
        {
            _savedAt = schedule.Now;
            _saved.Clear();
            foreach (var (name, state) in saved) _saved[name] = state;
            known = [.. _removed.All, .. _targets.Values];
        }

        foreach (var target in known)
        {
            await target.Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
            lock (_changes)
            {
                _saved.Remove(target.Target.Name, out var state);
                target.Forget(state ?? ScalingState.New);
            }

            target.Turn.Leave();
        }
    }

    /// <summary>Loads the policies of sources that have changed. Invalid ones change nothing.</summary>
    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        // They are read before, and not under the lock that everybody needs: a source may block.
        foreach (var reader in _readers)
        {
            if (await reader.AskAsync(cancellationToken).ConfigureAwait(false)) Log.SourceHangs(logger, reader.Source.Name);
        }

        lock (_changes)
        {
            foreach (var sentence in _settings.SelectMany(s => s.Ignored())) Log.SettingIgnored(logger, sentence);
            // Before the policies, which may name what is new; what is gone is forgotten after them, once no policy names it.
            _portReloads.Read();
            var changed = new List<IPolicySource>();
            foreach (var reader in _readers)
            {
                var reading = reader.Take(out var isBack);
                if (isBack) Log.SourceIsBack(logger, reader.Source.Name);
                if (reading is null) continue;
                changed.Add(reader.Source);
                Reload(reader.Source, reading);
            }

            // What one source has let go of, another one may have waited for.
            foreach (var policies in _independent.Where(i => changed.Exists(source => source != i.Source))) Take(policies, null);

            _portReloads.Forget(_targets.Select(target => target.Value.Policy)); // hardly ever looked at, so nothing is copied for it
        }
    }

    public void Set(ScalingPolicy policy)
    {
        lock (_changes)
        {
            List<string> errors = [.. ports.Missing(policy), .. sources.Broken(policy), .. Clashes([policy], null)];
            if (errors.Count > 0) throw new ScalingException(errors);
            Put(policy, _targets.GetValueOrDefault(policy.Target)?.Source);
            checks.Look([policy]);
        }
    }

    public void SetShadow(ShadowPolicy shadow)
    {
        lock (_changes)
        {
            var target = Find(shadow.Policy.Target);
            var others = target.Policy.Shadows;
            var known = others.FirstOrDefault(s => string.Equals(s.Name, shadow.Name, StringComparison.Ordinal));
            var policy = target.Policy with { Shadows = known is null ? others.Add(shadow) : others.Replace(known, shadow) };
            List<string> errors = [.. ports.Missing(policy), .. sources.Broken(policy)];
            if (errors.Count > 0) throw new ScalingException(errors);
            Put(policy, target.Source);
        }
    }

    public void RemoveShadow(ScalingTarget target, string name)
    {
        lock (_changes)
        {
            var managed = Find(target);
            var left = managed.Policy.Shadows.RemoveAll(s => string.Equals(s.Name, name, StringComparison.Ordinal));
            if (left.Length == managed.Policy.Shadows.Length)
                throw new ScalingException(ScalingErrorKind.PolicyNotFound, $"The policy for '{target}' has no shadow '{name}'.");
            Put(managed.Policy with { Shadows = left }, managed.Source);
        }
    }

    public void Remove(ScalingTarget target)
    {
        lock (_changes) Remove(Find(target));
    }

    /// <exception cref="ScalingException">The target has no policy (<see cref="ScalingErrorKind.PolicyNotFound"/>).</exception>
    public ManagedTarget Find(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return TryFind(target) ?? throw ScalingException.NotFound(target.Name);
    }

    /// <summary>A target; <see langword="null"/> if it has no policy.</summary>
    public ManagedTarget? TryFind(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Start();
        return _targets.GetValueOrDefault(target);
    }

    /// <summary>What is remembered of every target, and for a day of those that have no policy now.</summary>
    public IReadOnlyDictionary<string, ScalingState> States()
    {
        lock (_changes)
        {
            ForgetRemoved();
            var states = new Dictionary<string, ScalingState>(_saved, StringComparer.Ordinal);
            foreach (var target in _removed.All.Concat(_targets.Values)) states[target.Target.Name] = target.StateToSave;
            return states;
        }
    }

    /// <summary>Takes the policies of a source that stand by themselves, as far as they are right.</summary>
    /// <param name="policies">The source's.</param>
    /// <param name="read">What it has answered; <see langword="null"/> to look once more at its last answer.</param>
    private void Take(IndependentPolicies policies, ImmutableArray<ScalingPolicy>? read)
    {
        var source = policies.Source;
        var (changed, gone, refused) = policies.Look(read, _targets, all => Clashing(all, source));
        foreach (var target in gone) Remove(target);
        foreach (var policy in changed) Put(policy, source);
        checks.Look(changed);
        source.OnRefused(refused);
        if (_started && changed.Count + gone.Count > 0) Log.Reloaded(logger, source.Name, policies.Count);
    }

    private void Reload(IPolicySource source, SourceReading reading)
    {
        if (reading.Thrown is null && _independent.FirstOrDefault(i => i.Source == source) is { } policies)
        {
            _errors = _errors.Remove(source);
            Take(policies, reading.Policies);
            return;
        }

        var loaded = new Dictionary<ScalingTarget, (IPolicySource Source, ScalingPolicy Policy)>();
        ImmutableArray<string> errors = [.. Load(source, reading, loaded), .. Clashes(loaded.Values.Select(l => l.Policy), source)];
        var had = _targets.Values.Where(t => t.Source == source).ToList();

        // A file that is being replaced, or a section that is gone for a moment, looks like this too; forgetting everything is never what
        // was meant.
        if (errors.Length == 0 && loaded.Count == 0 && had.Count > 0)
            errors =
            [
                $"In {source.Name}: Policies must hold at least 1 policy while the host runs, but is empty; "
                    + "use RemovePolicy to forget a service.",
            ];
        _errors = errors.Length == 0 ? _errors.Remove(source) : _errors.SetItem(source, errors);
        if (errors.Length > 0)
        {
            var sentences = string.Join(' ', PolicySources.Naming(source, new ScalingException(errors)));
            Log.NotReloaded(logger, sentences);
            return;
        }

        foreach (var gone in had.Where(t => !loaded.ContainsKey(t.Target))) Remove(gone);
        foreach (var (_, policy) in loaded.Values) Put(policy, source);
        checks.Look(loaded.Values.Select(l => l.Policy));
        Log.Reloaded(logger, source.Name, loaded.Count);
    }

    /// <summary>What is wrong with the policies of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reading">What it has answered; <see langword="null"/> to ask it.</param>
    /// <param name="loaded">Gets its policies.</param>
    private IEnumerable<string> Load(
        IPolicySource source, SourceReading? reading, Dictionary<ScalingTarget, (IPolicySource Source, ScalingPolicy Policy)> loaded)
    {
        try
        {
            if (reading?.Thrown is { } thrown) return PolicySources.Naming(source, thrown);
            var errors = new List<string>();
            foreach (var policy in reading?.Policies ?? sources.Read(source))
            {
                errors.AddRange(ports.Missing(policy));
                errors.AddRange(sources.Broken(policy));
                var other = loaded.TryGetValue(policy.Target, out var earlier)
                    ? earlier.Source
                    : _targets.GetValueOrDefault(policy.Target)?.Source;
                if (other is not null and not IIndependentPolicySource && other != source)
                    errors.Add($"Policy '{policy.Target}' of {source.Name} is also in {other.Name}.");
                else if (earlier.Source == source) errors.Add($"Policy '{policy.Target}' is in {source.Name} twice.");
                loaded[policy.Target] = (source, policy);
            }

            return errors;
        }
        catch (Exception e)
        {
            // Whatever a source, a user's rule type or a registered factory throws: at the start it keeps the host down, at a reload the
            // old policies stay.
            return PolicySources.Naming(source, e);
        }
    }

    /// <summary>The policies of a source that are for what another policy is for.</summary>
    private IEnumerable<string> Clashes(IEnumerable<ScalingPolicy> policies, IPolicySource? source) =>
        Clashing(policies, source).Select(clash => clash.Sentence);

    private IEnumerable<(ScalingPolicy Policy, string Sentence)> Clashing(IEnumerable<ScalingPolicy> policies, IPolicySource? source)
    {
        return _names.Clashes(policies, name => _targets.TryGetValue(name, out var known) && Stays(known.Source) ? known.Policy : null);

        // Those that stand by themselves give way to all others, and are not asked.
        bool Stays(IPolicySource? other) => source is null
            || (other != source && (other is not IIndependentPolicySource || source is IIndependentPolicySource));
    }

    private void Put(ScalingPolicy policy, IPolicySource? source)
    {
        // The policy that decides says how often it is asked, by which it tells a gap from its rhythm; and whoever replays its log must
        // know that, too.
        if (policy.Interval is null && schedule.Interval(policy) is var interval && interval != PolicyDefaults.Interval)
            policy = policy with { Interval = interval };
        if (schedule.OnlyRecommends) policy = policy with { Mode = ScalingMode.Recommend };
        _names.Put(policy);
        var known = _targets.TryGetValue(policy.Target, out var target);
        var isSaid = known && target!.Policy.Override != policy.Override;
        var revived = !known && _removed.TryTake(policy.Target, out target);
        if (target is not null)
        {
            // A switch at run time outlives a reload that does not speak of it.
            if (policy.Enabled != target.Policy.Enabled) target.Enabled = policy.Enabled;

            target.Policy = policy;
        }
        else
        {
            _saved.Remove(policy.Target.Name, out var saved);
            target = new(policy, saved ?? ScalingState.New, schedule.Recent, sources.RuleTypes);
        }

        target.Source = source;
        target.Removed = false;
        _targets[policy.Target] = target;
        if (!known) schedule.Recent.Targets++;
        if (!known) Interlocked.Increment(ref _version);
        if (target.Enabled) schedule.Add(target, isNew: !known || revived);
        if (isSaid && target.Enabled) schedule.SetAtLatest(target, schedule.Now); // as when a person says it
    }

    private void Remove(ManagedTarget target)
    {
        target.Removed = true;
        if (_targets.TryRemove(target.Target, out _)) schedule.Recent.Targets--;
        Interlocked.Increment(ref _version);
        _removed.Keep(target);
        ForgetRemoved();
    }

    private void ForgetRemoved()
    {
        if (_savedAt <= _removed.Until) _saved.Clear();
        foreach (var target in _removed.Forget()) _names.Forget(target.Policy);
    }
}
