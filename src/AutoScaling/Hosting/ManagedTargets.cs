using System.Collections.Concurrent;
using AutoScaling.Documents;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>
/// The targets that have a policy, with what is remembered of them; for a day also of those that have none any more. Changed under the
/// registry's lock, read without it.
/// </summary>
internal sealed class ManagedTargets(RegisteredPorts ports, PolicySources sources, Schedule schedule, LeaderGate gate)
{
    private readonly ConcurrentDictionary<ScalingTarget, ManagedTarget> _targets = new();
    private readonly RemovedTargets _removed = new(schedule);
    private readonly TargetNames _names = new(ports);
    private readonly Dictionary<string, ScalingState> _saved = new(StringComparer.Ordinal);
    private long _savedAt;
    private long _version;

    public int Count => _targets.Count;

    /// <summary>Another number whenever a target has got its first policy, or lost it.</summary>
    public long Version => Volatile.Read(ref _version);

    public IEnumerable<ManagedTarget> All => _targets.Values;

    /// <summary>The policies of all; hardly ever looked at, so nothing is copied for it.</summary>
    public IEnumerable<ScalingPolicy> Policies => _targets.Select(target => target.Value.Policy);

    /// <summary>A target; <see langword="null"/> if it has no policy.</summary>
    public ManagedTarget? Find(ScalingTarget target) => _targets.GetValueOrDefault(target);

    /// <summary>What is wrong with a policy by itself: settings that do not fit, and what it names that is not registered.</summary>
    public IEnumerable<string> Errors(ScalingPolicy policy) => ports.Missing(policy).Concat(sources.Broken(policy));

    /// <summary>Those of some policies that are for what another one of them, or one that stays, is for.</summary>
    /// <param name="policies">What is to be put here.</param>
    /// <param name="source">The source that they are all of, in place of those it had; <see langword="null"/>: they are from none.</param>
    public IEnumerable<(ScalingPolicy Policy, string Sentence)> Clashes(IEnumerable<ScalingPolicy> policies, IPolicySource? source)
    {
        return _names.Clashes(policies, name => Find(name) is { } known && Stays(known.Source) ? known.Policy : null);

        // Those that stand by themselves give way to all others, and are not asked.
        bool Stays(IPolicySource? other) => source is null
            || (other != source && (other is not IIndependentPolicySource || source is IIndependentPolicySource));
    }

    /// <summary>Puts a policy here, in place of the one that its target has.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="source">Where it is from; <see langword="null"/> if the host was told of it at run time.</param>
    public void Put(ScalingPolicy policy, IPolicySource? source)
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
            target = new(policy, TakeSaved(policy.Target), schedule.Recent, sources.RuleTypes);
        }

        target.Source = source;
        target.Removed = false;
        _targets[policy.Target] = target;
        if (!known) schedule.Recent.Targets++;
        if (!known) Interlocked.Increment(ref _version);
        if (target.Enabled) schedule.Add(target, isNew: !known || revived);
        if (isSaid && target.Enabled) schedule.SetAtLatest(target, schedule.Now); // as when a person says it
    }

    public void Remove(ManagedTarget target)
    {
        target.Removed = true;
        if (_targets.TryRemove(target.Target, out _)) schedule.Recent.Targets--;
        Interlocked.Increment(ref _version);
        _removed.Keep(target);

        // A host that shares out targets deletes what was saved of them first, each in its turn.
        if (!gate.IsShared) ForgetRemoved();
    }

    /// <summary>Takes over what was saved, for targets that have not been evaluated yet and for those that get a policy later.</summary>
    public void Adopt(IReadOnlyDictionary<string, ScalingState> saved)
    {
        _savedAt = schedule.Now;
        var known = _targets.Values.ToDictionary(t => t.Target.Name, StringComparer.Ordinal);
        foreach (var (name, state) in saved)
        {
            if (!known.TryGetValue(name, out var target)) _saved[name] = state;
            else if (target.State.IsNew) target.Begin(state);
        }
    }

    /// <summary>Puts what was saved in place of what was saved before; each target takes its own of it.</summary>
    /// <returns>The targets that something is remembered of.</returns>
    public IReadOnlyList<ManagedTarget> ReplaceSaved(IReadOnlyDictionary<string, ScalingState> saved)
    {
        _savedAt = schedule.Now;
        _saved.Clear();
        foreach (var (name, state) in saved) _saved[name] = state;
        return [.. _removed.All, .. _targets.Values];
    }

    /// <summary>What was saved of a target, for it to go on with; it is not given a second time.</summary>
    public ScalingState TakeSaved(ScalingTarget target) => _saved.Remove(target.Name, out var state) ? state : ScalingState.New;

    /// <summary>What is remembered of every target, and for a day of those that have no policy now.</summary>
    public IReadOnlyDictionary<string, ScalingState> States()
    {
        ForgetRemoved();
        var states = new Dictionary<string, ScalingState>(_saved, StringComparer.Ordinal);
        foreach (var target in _removed.All.Concat(_targets.Values)) states[target.Target.Name] = target.StateToSave;
        return states;
    }

    /// <summary>The targets that have had no policy for a day since they were last asked for.</summary>
    public IReadOnlyList<ManagedTarget> Expired() => [.. _removed.Expired()];

    /// <summary>Forgets a target, unless it has a policy again.</summary>
    public void Forget(ManagedTarget target)
    {
        if (!target.Removed) return;
        _removed.Forget(target);
        _names.Forget(target.Policy);
    }

    private void ForgetRemoved()
    {
        if (_savedAt <= _removed.Until) _saved.Clear();
        foreach (var target in _removed.Expired()) Forget(target);
    }
}
